/** Items that may rule each other out: alike, but not the same. A guess that costs a trial when it is wrong, never a rule. */
import type { ComparableItem } from '../items.js';

/** Shared words in order, of the longer text, from which two insights with other words in the same places are alternatives. */
const alike = 0.75;
/** The same where a word that turns a rule around makes the difference ("always" and "never", "if" and "unless"). */
const alikeWhenTurned = 0.5;

const turning = new Set(
  'not no never always only without with unless except before after first last most least more less higher lower up down true false include exclude ignore skip avoid'.split(
    ' ',
  ),
);

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
  if (a.heading !== undefined && a.heading === b.heading) return sameWords(a, b) ? 0 : 1;
  const longer = Math.max(a.words.length, b.words.length);
  const atMost = atMostShared(a, b) / longer;
  const turned = atMost >= alikeWhenTurned && turns(a, b);
  if (atMost < alike && !turned) return 0;
  const shared = commonSubsequence(a.words, b.words);
  const share = shared / longer;
  if (turned && share >= alikeWhenTurned) return share;
  return share >= alike && shared < a.words.length && shared < b.words.length ? share : 0;
}

function sameWords(a: ComparableItem, b: ComparableItem): boolean {
  return a.words.length === b.words.length && a.words.every((word, i) => word === b.words[i]);
}

/** A quick upper bound of the words that both have in the same order: most pairs end here. */
function atMostShared(a: ComparableItem, b: ComparableItem): number {
  const [shorter, longer] = a.words.length <= b.words.length ? [a, b] : [b, a];
  let shared = 0;
  for (const word of shorter.words) if (longer.vocabulary.has(word)) shared++;
  return shared;
}

/** Whether one has a turning word that the other has not. */
function turns(a: ComparableItem, b: ComparableItem): boolean {
  return a.words.some((word) => turning.has(word) && !b.vocabulary.has(word)) || b.words.some((word) => turning.has(word) && !a.vocabulary.has(word));
}

/** How many words at most both have in the same order; time |a| |b|. */
function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  const row = Array.from({ length: b.length + 1 }, () => 0);
  for (const word of a) {
    let diagonal = 0;
    for (let j = 1; j < row.length; j++) {
      const above = row[j] as number;
      row[j] = word === b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1] as number);
      diagonal = above;
    }
  }
  return row[b.length] as number;
}
