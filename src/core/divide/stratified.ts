// Division of the training tasks: every subset sees every category.

import { randomStream } from '../random.js';
import { idsByCategory, type DivisibleTask } from './division.js';

/**
 * ceil(n / size) subsets that each see every kind: each category is shuffled, and the categories are dealt one after
 * another like cards. Sizes, and the counts of each category, differ by at most one between subsets. Without
 * categories it is a random division.
 *
 * @param tasks sorted by id.  @param size 1 or more.
 */
export function divideStratified(tasks: readonly DivisibleTask[], size: number, seed: number | string): string[][] {
  const subsets: string[][] = Array.from({ length: Math.ceil(tasks.length / size) }, () => []);
  const deck = idsByCategory(tasks).flatMap(([category, ids]) => randomStream(seed, `divide/${category}`, 'stratified').shuffle(ids));
  deck.forEach((id, card) => subsets[card % subsets.length]?.push(id));
  return subsets;
}
