// A call in the syntax that BFCL asks for JavaScript functions, `[f(a="x", b=true)]`: the values are source text.

import { Script } from 'node:vm';
import type { FunctionCall } from '../python/python-calls.js';
import { str, type PythonValue } from '../python/python-value.js';

const MAX_CHARACTERS = 20_000;
const CALL = /^\s*([A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*)\s*\(/;
const ASSIGNMENT = /^\s*([A-Za-z_$][\w$]*)\s*=(?!=)\s*([\s\S]*)$/;
const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * Undefined unless it is exactly one call. Quotes around a value are taken off, as the published decoder does; positional names make a parameter
 * that no function has, other positional values are passed over.
 */
export function parseJavaScriptCall(text: string): FunctionCall | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const start = CALL.exec(text);
  if (start === null || !isJavaScript(text)) return undefined;
  const parts = splitArguments(text, start[0].length);
  if (parts === undefined || !/^\s*;?\s*$/.test(text.slice(parts.end))) return undefined;
  const values = new Map<string, PythonValue>();
  for (const part of parts.parts) {
    const assignment = ASSIGNMENT.exec(part);
    if (assignment !== null) {
      const [, name = '', value = ''] = assignment;
      if (values.has(name) || value.trim() === '') return undefined;
      values.set(name, str(withoutQuotes(value.trim())));
    } else if (/^\s*[A-Za-z_$][\w$]*\s*$/.test(part)) values.set('', str(part.trim()));
    else if (part.trim() === '') return undefined;
  }
  return { name: start[1]!, arguments: values };
}

/** Read only, never run. */
function isJavaScript(text: string): boolean {
  try {
    new Script(text);
    return true;
  } catch {
    return false;
  }
}

function withoutQuotes(value: string): string {
  const quoted = value.length >= 2 && ((value.startsWith('"') && value.endsWith('"')) || (value.startsWith("'") && value.endsWith("'")));
  return quoted ? value.slice(1, -1) : value;
}

/** Cuts at commas outside of brackets and quotes, up to the closing parenthesis. */
function splitArguments(text: string, from: number): { readonly parts: readonly string[]; readonly end: number } | undefined {
  const open: string[] = [];
  const parts: string[] = [];
  let begun = from;
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"' || character === "'" || character === '`') {
      at = endOfString(text, at);
      if (at === -1) return undefined;
    } else if (PAIRS[character] !== undefined) open.push(PAIRS[character]);
    else if (character === open.at(-1)) open.pop();
    else if (character === ')' && open.length === 0) {
      const last = text.slice(begun, at);
      return { parts: parts.length === 0 && last.trim() === '' ? [] : [...parts, ...(last.trim() === '' ? [] : [last])], end: at + 1 };
    } else if (')]}'.includes(character)) return undefined;
    else if (character === ',' && open.length === 0) {
      parts.push(text.slice(begun, at));
      begun = at + 1;
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
    else if (text[at] === '\n' && quote !== '`') return -1;
  }
  return -1;
}
