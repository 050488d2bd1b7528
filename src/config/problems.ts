// How mistakes in a configuration are told: one line each, all at once, with what was got and what is needed.

import { WatersmeetError } from '../core/failures.js';

const MOST_LINES = 50;
const LONGEST_TEXT = 60;

/** The error for the problems of one file (or of nothing: a configuration given from code). @throws never; returns it. */
export function configurationError(where: string, problems: readonly string[], options?: ErrorOptions): WatersmeetError {
  const [first = 'is not valid.'] = problems;
  if (problems.length <= 1) return new WatersmeetError('input.invalid', `${where}: ${first}`, options);
  const shown = problems.slice(0, MOST_LINES);
  if (problems.length > MOST_LINES) shown.push(`and ${problems.length - MOST_LINES} more.`);
  return new WatersmeetError('input.invalid', `${where}: ${problems.length} problems.\n${shown.map((problem) => `  ${problem}`).join('\n')}`, options);
}

/** A value as it is shown in a sentence. What looks like a key is not repeated. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string' && value.startsWith('sk-')) return '"sk-…"';
  if (typeof value === 'string') return JSON.stringify(value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value instanceof Promise) return 'a promise';
  return typeof value === 'object' ? 'an object' : `of type ${typeof value}`;
}

/** `a.b[2].c` */
export function dotted(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`), '');
}

/** `a, b or c` */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The candidate a typing mistake away from the word, if any: at most a third of its letters (from 2) apart. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment: Levenshtein's distance, where two neighbours in the wrong order count once. */
function editDistance(left: string, right: string): number {
  let beforePrevious: readonly number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substituted = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, swapped ? (beforePrevious[column - 2] ?? 0) + 1 : Infinity),
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
