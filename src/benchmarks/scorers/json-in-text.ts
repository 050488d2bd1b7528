// The JSON value a model answered with, wherever in its answer it stands.

import { closingBrace } from '../../core/braces.js';
import type { Json } from '../../core/json.js';

/** Texts longer than this are looked through at their end only. */
const MAX_CHARACTERS = 200_000;
/** Opening braces tried: bounds the time for texts with many of them. */
const MAX_ATTEMPTS = 40;

/** The object that an output is, or that its text holds ({@link objectInText}). */
export function objectInOutput(output: Json): { readonly [key: string]: unknown } | undefined {
  if (typeof output === 'string') return objectInText(output);
  return typeof output === 'object' && output !== null && !Array.isArray(output) ? (output as { readonly [key: string]: unknown }) : undefined;
}

/**
 * The object in a text: the whole text, the last ```json (or plain) block that holds one, or the last outermost {...} that is valid JSON.
 * Undefined when there is none. Broken JSON is not mended.
 */
export function objectInText(text: string): { readonly [key: string]: unknown } | undefined {
  const end = text.slice(-MAX_CHARACTERS);
  const whole = parseObject(end);
  if (whole !== undefined) return whole;
  const blocks = [...end.matchAll(/```[a-zA-Z]*[ \t]*\r?\n([\s\S]*?)```/g)];
  for (const block of blocks.reverse()) {
    const value = parseObject(block[1]!);
    if (value !== undefined) return value;
  }
  let found: { readonly [key: string]: unknown } | undefined;
  let start = end.indexOf('{');
  for (let attempt = 0; start !== -1 && attempt < MAX_ATTEMPTS; attempt++) {
    const close = closingBrace(end, start);
    const value = close === -1 ? undefined : parseObject(end.slice(start, close + 1));
    if (value !== undefined) found = value;
    start = end.indexOf('{', value === undefined ? start + 1 : close + 1);
  }
  return found;
}

/** A list of quoted texts, as in `["A1", "B2"]`. A number in brackets is more often a footnote or a place. */
const LIST_OF_TEXTS = /\[\s*(?:"(?:[^"\\\n]|\\.)*"\s*(?:,\s*"(?:[^"\\\n]|\\.)*"\s*)*)?\]/g;

/**
 * The list in a text: the whole text as JSON (a list, or what is then the one element of a list), the last ```json (or plain) block that
 * holds a list or an object, or the last list of quoted texts. Undefined when there is none.
 */
export function listInText(text: string): readonly unknown[] | undefined {
  const end = text.slice(-MAX_CHARACTERS);
  const blocks = [...end.matchAll(/```[a-zA-Z]*[ \t]*\r?\n([\s\S]*?)```/g)].map(([, block]) => block!);
  for (const candidate of [end, ...blocks.reverse()]) {
    const trimmed = candidate.trim();
    if (!/^[[{"]/.test(trimmed)) continue;
    try {
      const value: unknown = JSON.parse(trimmed);
      return Array.isArray(value) ? value : [value];
    } catch {
      // Not JSON: looked at as text.
    }
  }
  const last = [...end.matchAll(LIST_OF_TEXTS)].at(-1)?.[0];
  try {
    return last === undefined ? undefined : (JSON.parse(last) as readonly unknown[]);
  } catch {
    return undefined;
  }
}

function parseObject(text: string): { readonly [key: string]: unknown } | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return undefined;
  try {
    return JSON.parse(trimmed) as { readonly [key: string]: unknown };
  } catch {
    return undefined;
  }
}
