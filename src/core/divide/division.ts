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

/** Ids by category: the categories sorted, the ids of each in the order of the list. */
export function idsByCategory(tasks: readonly DivisibleTask[]): readonly (readonly [category: string, ids: readonly string[]])[] {
  const byCategory = new Map<string, string[]>();
  for (const { id, category = '' } of tasks) {
    const ids = byCategory.get(category);
    if (ids === undefined) byCategory.set(category, [id]);
    else ids.push(id);
  }
  return [...byCategory].sort((a, b) => compareIds(a[0], b[0]));
}
