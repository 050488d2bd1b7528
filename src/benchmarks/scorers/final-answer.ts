// Where in its text a model says what its answer is.

import { textOf, type Json } from '../../core/json.js';
import { withoutTrailing } from './text.js';

/** Texts longer than this are looked through at their end only. */
const MAX_CHARACTERS = 100_000;
const MARKER = /\banswer\b[*_\s]*(?:is\b[*_\s]*:?|:)[*_\s]*/giu;

/**
 * What follows the last "answer is" or "answer:" (as in "So the answer is (B)."), up to the end of its line; without such words the last line
 * that is not empty. No Markdown marks, quotes or full stop around it.
 */
export function finalAnswer(output: Json): string {
  const text = textOf(output).slice(-MAX_CHARACTERS);
  const after = [...text.matchAll(MARKER)].at(-1);
  const rest = after === undefined ? '' : text.slice(after.index + after[0].length);
  const line = rest.trim() === '' ? lastLine(text) : (rest.split('\n', 1)[0] ?? '');
  return bare(line);
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function bare(line: string): string {
  return withoutTrailing(line.trim().replace(/^[*_`"'$“‘ ]+/, ''), /[*_`"'$”’. ]/);
}
