/** The rules that keep numbers and lists the same whatever order work was finished in. */

/** Two scores that differ by no more than this are equal. In score units (scores lie in [0, 1]). */
export const scoreTolerance = 1e-9;

/** Whether two scores are equal within {@link scoreTolerance}: sums of fractions differ in their last bits. */
export function sameScore(a: number, b: number): boolean {
  return Math.abs(a - b) <= scoreTolerance;
}

/**
 * Compares by UTF-16 code unit, for sorting by id: -1, 0 or 1. Not `localeCompare`, whose order depends on the machine.
 *
 * @example tasks.toSorted((a, b) => compareIds(a.id, b.id))
 */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The sum of values by id, added in the order of the ids (equal ids: by value), so that the last bit of a floating point
 * sum does not depend on the order in which the values arrived. 0 for none.
 *
 * @param entries pairs (id, value), in any order; a `Map<string, number>` or `Object.entries(...)` will do.
 * @example sumInOrder(new Map([['t2', 0.2], ['t1', 0.1]])) // 0.1 + 0.2
 */
export function sumInOrder(entries: Iterable<readonly [id: string, value: number]>): number {
  const sorted = [...entries].sort((a, b) => compareIds(a[0], b[0]) || a[1] - b[1]);
  return sorted.reduce((sum, [, value]) => sum + value, 0);
}
