// Division of the training tasks: one category a subset.

import { randomStream } from '../random.js';
import { idsByCategory, type DivisibleTask } from './division.js';

/**
 * Subsets that hold one category each: a category of m tasks makes ceil(m / size) random subsets, whose sizes differ by
 * at most one.
 *
 * @param tasks sorted by id.  @param size 1 or more.
 */
export function divideByCategory(tasks: readonly DivisibleTask[], size: number, seed: number | string): string[][] {
  return idsByCategory(tasks).flatMap(([category, ids]) => {
    const subsets: string[][] = Array.from({ length: Math.ceil(ids.length / size) }, () => []);
    randomStream(seed, `divide/${category}`, 'by-category')
      .shuffle(ids)
      .forEach((id, card) => subsets[card % subsets.length]?.push(id));
    return subsets;
  });
}
