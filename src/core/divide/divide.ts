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

/** Of tasks sorted by id, only what their division takes. */
type PlacesOptions =
  | (CommonOptions & { readonly strategy: 'stratified' | 'category'; readonly categories: readonly DivisibleTask['category'][] })
  | (CommonOptions & { readonly strategy: 'similar'; readonly ids: readonly string[]; readonly features: ReadonlyMap<string, Features> });

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
  const sorted = tasks.toSorted((a, b) => compareIds(a.id, b.id));
  const twice = sorted.find((task, i) => task.id === sorted[i + 1]?.id);
  if (twice !== undefined) throw new RangeError(`Two tasks have the id ${twice.id}: ids of tasks must differ.`);
  const of =
    options.strategy === 'similar' ? { ...options, ids: sorted.map((task) => task.id) } : { ...options, categories: sorted.map((task) => task.category) };
  return dividePlaces(of).map(({ id, places }) => ({ id, taskIds: places.map((place) => sorted[place]!.id) }));
}

/**
 * As {@link divide}, for hundreds of thousands of tasks that are not there as objects.
 *
 * @returns of each subset the places of its tasks among those sorted by id, sorted.
 */
export function dividePlaces(options: PlacesOptions): readonly { readonly id: string; readonly places: readonly number[] }[] {
  const { size } = options;
  if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`The size of subsets is ${size}: it must be a whole number of 1 or more.`);
  const groups = groupsOf(options);
  const digits = Math.max(4, String(groups.length).length);
  return groups.map((places, index) => ({ id: `s${String(index + 1).padStart(digits, '0')}`, places: places.sort((a, b) => a - b) }));
}

function groupsOf(options: PlacesOptions): number[][] {
  const { size, seed } = options;
  switch (options.strategy) {
    case 'stratified':
      return divideStratified(options.categories, size, seed);
    case 'category':
      return divideByCategory(options.categories, size, seed);
    case 'similar':
      return divideBySimilarity(options.ids, size, seed, options.features);
  }
}
