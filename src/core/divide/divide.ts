// Division of the training tasks into subsets, by any strategy.

import { compareIds } from '../numbers.js';
import { divideByCategory } from './by-category.js';
import { divideBySimilarity, type Features } from './by-similarity.js';
import type { DivisibleTask, Subset } from './division.js';
import { divideStratified } from './stratified.js';

interface CommonOptions {
  /** Tasks in a subset at most, 1 or more; see `subsetSize`. */
  readonly size: number;
  /** The run's seed. */
  readonly seed: number | string;
}

/** `similar` needs the features of every task, by task id. */
export type DivideOptions =
  | (CommonOptions & { readonly strategy: 'stratified' | 'category' })
  | (CommonOptions & { readonly strategy: 'similar'; readonly features: ReadonlyMap<string, Features> });

/**
 * Divides the training tasks into the subsets of a run: every task in exactly one, none larger than `size`. It depends on
 * the set of tasks and the seed only, not on the order of the list. No tasks give no subsets.
 *
 * - `stratified`: every subset sees every kind; sizes differ by at most one; ceil(n / size) subsets.
 * - `category`: one category in a subset.
 * - `similar`: similar tasks together; sizes differ by at most one; ceil(n / size) subsets.
 *
 * @throws RangeError if the size is not a whole number of 1 or more, if two tasks share an id, or if features are missing or uneven.
 * @example divide(tasks, { strategy: 'stratified', size: 16, seed: 7 }) // [{ id: 's0001', taskIds: ['t04', ...] }, ...]
 */
export function divide(tasks: readonly DivisibleTask[], options: DivideOptions): readonly Subset[] {
  const { size, seed } = options;
  if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`The size of subsets is ${size}: it must be a whole number of 1 or more.`);
  const sorted = tasks.toSorted((a, b) => compareIds(a.id, b.id));
  const twice = sorted.find((task, i) => task.id === sorted[i + 1]?.id);
  if (twice !== undefined) throw new RangeError(`Two tasks have the id ${twice.id}: ids of tasks must differ.`);
  const groups = groupsOf(sorted, options, size, seed);
  const digits = Math.max(4, String(groups.length).length);
  return groups.map((taskIds, index) => ({ id: `s${String(index + 1).padStart(digits, '0')}`, taskIds: taskIds.sort() }));
}

function groupsOf(sorted: readonly DivisibleTask[], options: DivideOptions, size: number, seed: number | string): string[][] {
  switch (options.strategy) {
    case 'stratified':
      return divideStratified(sorted, size, seed);
    case 'category':
      return divideByCategory(sorted, size, seed);
    case 'similar':
      return divideBySimilarity(
        sorted.map((task) => task.id),
        size,
        seed,
        options.features,
      );
  }
}
