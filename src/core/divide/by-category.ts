// Division of the training tasks: one category a subset.

import { randomStream } from '../random.js';
import { placesByCategory, type DivisibleTask } from './division.js';

/**
 * Subsets that hold one category each: a category of m tasks makes ceil(m / size) random subsets, whose sizes differ by
 * at most one.
 *
 * @param categories of the tasks sorted by id, whose places the subsets hold.  @param size 1 or more.
 */
export function divideByCategory(categories: readonly DivisibleTask['category'][], size: number, seed: number | string): number[][] {
  return placesByCategory(categories).flatMap(([category, places]) => {
    const subsets: number[][] = Array.from({ length: Math.ceil(places.length / size) }, () => []);
    randomStream(seed, `divide/${category}`, 'by-category')
      .shuffle(places)
      .forEach((place, card) => subsets[card % subsets.length]?.push(place));
    return subsets;
  });
}
