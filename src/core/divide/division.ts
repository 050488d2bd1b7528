// What every way to divide the training tasks shares.

import { compareIds } from '../numbers.js';

/** What division needs to know of a task. */
export interface DivisibleTask {
  readonly id: string;
  /** Its kind; tasks without one are of one kind together. */
  readonly category?: string | undefined;
}

/** The tasks that one branch of a run optimizes on. */
export interface Subset {
  /** `s0001` and so on: sorts lexicographically in the order of the list. */
  readonly id: string;
  /** Sorted. */
  readonly taskIds: readonly string[];
}

/** Places by category: the categories sorted, the places of each in order. @param categories by place. */
export function placesByCategory(categories: readonly DivisibleTask['category'][]): readonly (readonly [category: string, places: readonly number[]])[] {
  const byCategory = new Map<string, number[]>();
  for (const [place, category = ''] of categories.entries()) {
    const places = byCategory.get(category);
    if (places === undefined) byCategory.set(category, [place]);
    else places.push(place);
  }
  return [...byCategory].sort((a, b) => compareIds(a[0], b[0]));
}
