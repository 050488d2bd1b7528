// Sentences worth telling that may be many. Pure.

import { count } from './numbers.js';

const SHOWN = 5;

/** The first few, and how many more there are. */
export function fewNotes(sentences: readonly string[]): readonly string[] {
  const more = sentences.length - SHOWN;
  return more <= 1 ? sentences : [...sentences.slice(0, SHOWN), `and ${count(more)} more notes like these.`];
}
