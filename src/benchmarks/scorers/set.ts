// The output is the expected set of references: none missing, none too many, in any order.

import { WatersmeetError } from '../../core/failures.js';
import type { Json } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { expectedAnswer } from './expected-answer.js';
import { listInText } from './json-in-text.js';
import type { Scorer } from './scorer.js';
import { clip, quote, withoutTrailing } from './text.js';

export interface SetSettings {
  /** `exact`: 1 for the very same set, else 0. `f1`: harmonic mean of precision and recall over its elements. */
  readonly measure: 'exact' | 'f1';
}

/** Elements named in feedback. */
const NAMED = 10;
/** An output with more elements is none. */
const MAX_ELEMENTS = 10_000;

/** Words for: there is none. */
const NONE =
  /^(?:\[\]|-+|none|null|nil|n\/?a|nothing|no(?: (?:transport|shipment))? references?(?: (?:were |was )?(?:found|given))?|not (?:found|given|available))$/i;

/**
 * Expected is a text, a number, or a list of these; an empty list (or null) means that there is none. The output is a list, or text that
 * holds one: JSON, else lines, commas or semicolons. Elements are compared by {@link normaliseReference}; the same one twice counts once.
 */
export function setScorer({ measure }: SetSettings): Scorer {
  return {
    kind: 'set',
    version: '1',
    usesModel: false,
    score: async ({ task, output }) => {
      const expected = byNormalForm(expectedElements(task));
      const got = byNormalForm(outputElements(output));
      const missing = [...expected].filter(([form]) => !got.has(form));
      const extra = [...got].filter(([form]) => !expected.has(form));
      if (missing.length === 0 && extra.length === 0) return { score: 1 };
      const common = expected.size - missing.length;
      const score = measure === 'exact' || common === 0 ? 0 : (2 * common) / (expected.size + got.size);
      return { score, feedback: feedbackOn(expected.size, got.size, missing, extra) };
    },
    close: async () => undefined,
  };
}

/**
 * What two references have in common when they are the same: Unicode NFKC, upper case, no white space, every dash as `-`, and no quotes,
 * brackets, points, commas, colons or Markdown marks around it. Inner signs and leading zeros count: `AB-12/3` is not `AB123`, `007` is not `7`.
 */
export function normaliseReference(text: string): string {
  const folded = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/\s+/gu, '')
    // Upper case may fall apart into a letter and its marks, and marks may have come to stand behind a letter.
    .normalize('NFKC')
    .replaceAll(/\p{Pd}/gu, '-');
  return withoutTrailing(folded.replace(/^["'`“”„‘’«»()[\]{}<>.,:;*#_]+/u, ''), /["'`“”„‘’«»()[\]{}<>.,:;*#_]/u);
}

/** @throws WatersmeetError 'scorer.broken' if the expected answer is no list of texts. */
export function expectedElements(task: Task): readonly string[] {
  const expected = expectedAnswer(task, 'set');
  if (expected === null) return [];
  const elements: readonly Json[] = Array.isArray(expected) ? (expected as readonly Json[]) : [expected];
  if (elements.every((element) => typeof element === 'string' || typeof element === 'number')) return elements.map(String);
  throw new WatersmeetError(
    'scorer.broken',
    `The expected answer of task "${task.id}" is no text and no list of texts, and the scorer "set" needs one. Correct the benchmark, or choose another scorer.`,
  );
}

function outputElements(output: Json): readonly string[] {
  if (typeof output === 'string') {
    const list = listInText(output);
    return list === undefined ? textElements(output) : list.flatMap(flatten).slice(0, MAX_ELEMENTS);
  }
  return flatten(output).slice(0, MAX_ELEMENTS);
}

/** Fields of an object that hold a reference, as in `[{"reference": "A1", "kind": "booking"}]`. */
const REFERENCE_FIELDS = ['reference', 'transport_reference', 'transportReference', 'id', 'value'];

/** Texts and numbers of a value; of an object those of its lists, as in `{"references": [...]}`, else its reference, else all. */
function flatten(value: unknown): readonly string[] {
  const texts: string[] = [];
  const open: unknown[] = [value];
  while (open.length > 0 && texts.length <= MAX_ELEMENTS) {
    const next = open.pop();
    if (typeof next === 'string' || typeof next === 'number') {
      if (!NONE.test(String(next).trim())) texts.push(String(next));
    } else if (Array.isArray(next)) open.push(...(next as readonly unknown[]).slice(0, MAX_ELEMENTS));
    else if (typeof next === 'object' && next !== null) {
      const values: readonly unknown[] = Object.values(next).slice(0, MAX_ELEMENTS);
      const lists = values.filter((inner) => Array.isArray(inner));
      const named = REFERENCE_FIELDS.find((field) => Object.hasOwn(next, field));
      open.push(...(lists.length > 0 ? lists : named === undefined ? values : [(next as Readonly<Record<string, unknown>>)[named]]));
    }
  }
  return texts;
}

function textElements(text: string): readonly string[] {
  return (
    text
      .slice(0, 200_000)
      .split(/[\n,;]/)
      .map((element) => element.replace(/^\s*(?:[-*•–]|\d{1,3}[.)])\s+/u, '').replace(/^[\s"'[]+/u, ''))
      // What is left of a list that was cut off.
      .map((element) => withoutTrailing(element, /[\s"'\]]/u))
      .filter((element) => element !== '' && !NONE.test(withoutTrailing(element, /[.!\s]/u)))
      .slice(0, MAX_ELEMENTS)
  );
}

/** What was written, by its normal form. */
function byNormalForm(elements: readonly string[]): ReadonlyMap<string, string> {
  return new Map(elements.map((element) => [normaliseReference(element), element] as const).filter(([form]) => form !== ''));
}

type Element = readonly [form: string, written: string];

function feedbackOn(expected: number, got: number, missing: readonly Element[], extra: readonly Element[]): string {
  const parts: string[] = [];
  if (expected === 0) parts.push('Expected none.');
  if (missing.length > 0) parts.push(`${got === 0 ? 'The answer names none. ' : ''}Missing: ${list(missing)}.`);
  if (extra.length > 0) parts.push(`Too many: ${list(extra)}.`);
  const inside = missing.find(([form]) => extra.some(([other]) => other.length > form.length && other.includes(form)));
  if (inside !== undefined) parts.push(`${quote(inside[1], 80)} is there with more around it: only the reference itself counts.`);
  return clip(parts.join(' '), 2_000);
}

function list(elements: readonly Element[]): string {
  const named = elements.slice(0, NAMED).map(([, written]) => quote(written, 80));
  return `${named.join(', ')}${elements.length > NAMED ? ` and ${elements.length - NAMED} more` : ''}`;
}
