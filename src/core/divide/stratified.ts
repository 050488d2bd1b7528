// Division of the training tasks: every subset sees every category.

import { randomStream } from '../random.js';
import { placesByCategory, type DivisibleTask } from './division.js';

/**
 * ceil(n / size) subsets that each see every kind: each category is shuffled, and the categories are dealt one after
 * another like cards. Sizes, and the counts of each category, differ by at most one between subsets. Without
 * categories it is a random division.
 *
 * @param categories of the tasks sorted by id, whose places the subsets hold.  @param size 1 or more.
 */
export function divideStratified(categories: readonly DivisibleTask['category'][], size: number, seed: number | string): number[][] {
  const subsets: number[][] = Array.from({ length: Math.ceil(categories.length / size) }, () => []);
  let card = 0;
  for (const [category, places] of placesByCategory(categories)) {
    for (const place of randomStream(seed, `divide/${category}`, 'stratified').shuffle(places)) subsets[card++ % subsets.length]!.push(place);
  }
  return subsets;
}
