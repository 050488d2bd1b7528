/** Items that may rule each other out: alike, but not the same. A guess that costs a trial when it is wrong, never a rule. */
import type { ComparableItem } from '../items.js';

/** Shared words in order, of the longer text, from which two insights with other words in the same places are alternatives. */
const alike = 0.75;
/** The same where a word that turns a rule around makes the difference ("always" and "never", "if" and "unless"). */
const alikeWhenTurned = 0.5;

const turning = new Set('not no never always only without with unless except before after first last most least more less higher lower up down true false include exclude ignore skip avoid'.split(' '));

/**
 * How much two items look like alternatives, in (0, 1]; 0 if they do not, or if they say the same.
 *
 * - Demos: 1 for the same input with different answers, else 0.
 * - Insights: the share of words that both have in the same order, of the longer text, if it is at least 0.75 and each has
 *   words that the other lacks ("... "put" AFTER TAKE heat AT microwave", "... "put" AFTER TAKE cool AT fridge"), or at
 *   least 0.5 if a turning word is among the differences ("Always round up", "Do not round up").
 * - Insights with the same heading, two words or more before a colon ("SEARCH egg: fridge", "SEARCH egg: sink"), are
 *   alternatives however little else they share: 1.
 */
export function alternative(a: ComparableItem, b: ComparableItem): number {
  if (a.kind === 'demos') return a.text === b.text && a.answer !== b.answer ? 1 : 0;
  const shared = commonSubsequence(a.words, b.words);
  const onlyInA = a.words.length - shared.length;
  const onlyInB = b.words.length - shared.length;
  if (onlyInA === 0 && onlyInB === 0) return 0;
  if (sameHeading(a.text, b.text)) return 1;
  const share = shared.length / Math.max(a.words.length, b.words.length);
  if (share >= alike && onlyInA > 0 && onlyInB > 0) return share;
  return share >= alikeWhenTurned && shared.length >= 2 && turns(a.words, b.words) ? share : 0;
}

function sameHeading(a: string, b: string): boolean {
  const heading = headingOf(a);
  return heading !== undefined && heading === headingOf(b);
}

/** The text before the first colon that ends a word, lower case, if it has two words or more. */
function headingOf(text: string): string | undefined {
  const heading = /^(\S+(?: \S+)+?) ?:(?: |$)/.exec(text)?.[1];
  return heading?.toLowerCase();
}

/** Whether one has a turning word that the other has not. */
function turns(a: readonly string[], b: readonly string[]): boolean {
  return a.some((word) => turning.has(word) && !b.includes(word)) || b.some((word) => turning.has(word) && !a.includes(word));
}

/** The longest list of words that both have in the same order; time |a| |b|. */
function commonSubsequence(a: readonly string[], b: readonly string[]): { readonly length: number } {
  let row = new Uint32Array(b.length + 1);
  for (const word of a) {
    const next = new Uint32Array(b.length + 1);
    for (let j = 0; j < b.length; j++) next[j + 1] = word === b[j] ? (row[j] as number) + 1 : Math.max(row[j + 1] as number, next[j] as number);
    row = next;
  }
  return { length: row[b.length] as number };
}
