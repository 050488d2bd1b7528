/** The plan of the merge tree: how many nodes there are on which level, and how large they are. */

export interface TreeLevel {
  /** From 1, the level above the subsets. */
  readonly level: number;
  /** Candidates that are merged on this level. */
  readonly inputs: number;
  /** Merge nodes: candidates that come out. */
  readonly nodes: number;
  /**
   * Sizes of the parts of the inputs, in order, that are clustered by themselves, each at most {@link bucketLimit} (or the
   * fan-in, if that is more). A bucket of b inputs gives ceil(b / fanIn) nodes, as `clusterBySimilarity` makes them.
   */
  readonly buckets: readonly number[];
  /** Inputs of each node, bucket by bucket, larger ones first in each; differ by at most one in a bucket. */
  readonly sizes: readonly number[];
}

/** Candidates that are clustered by similarity at once, at most. */
export const bucketLimit = 256;

/**
 * The levels from `candidates` down to one: each of ceil(inputs / fanIn) nodes of sizes as even as can be, so that none has
 * one parent only, but for a last one with fan-in 2 and an odd number. No levels for one candidate or none.
 *
 * @throws RangeError if the number is not whole or the fan-in is not a whole number of 2 or more.
 * @example treeLevels(21, 4).map(({ sizes }) => sizes) // [[4, 4, 4, 3, 3, 3], [3, 3], [2]]
 */
export function treeLevels(candidates: number, fanIn: number): readonly TreeLevel[] {
  if (!Number.isSafeInteger(candidates) || candidates < 0)
    throw new RangeError(`A merge of ${candidates} candidates was asked for: it takes a whole number of 0 or more.`);
  if (!Number.isSafeInteger(fanIn) || fanIn < 2) throw new RangeError(`The fan-in is ${fanIn}: it must be a whole number of 2 or more.`);
  const levels: TreeLevel[] = [];
  for (let inputs = candidates; inputs > 1; inputs = levels.at(-1)?.nodes ?? 1) {
    const buckets = bucketSizes(inputs, fanIn);
    const sizes = buckets.flatMap((bucket) => evenSizes(bucket, Math.ceil(bucket / fanIn)));
    levels.push({ level: levels.length + 1, inputs, nodes: sizes.length, buckets, sizes });
  }
  return levels;
}

/**
 * The id of a merge node, by its level and its number on the level (from 1): sorts by number within a level.
 *
 * @param nodes how many the level has: more than 9,999 get more digits.
 * @example nodeId(1, 17) // 'm1-0017'
 */
export function nodeId(level: number, number: number, nodes = 1): string {
  return `m${level}-${String(number).padStart(Math.max(4, String(nodes).length), '0')}`;
}

/**
 * Whole multiples of the fan-in, but for the last two, which share what is left by whole nodes: so the number of nodes is
 * ceil(inputs / fanIn) in all, and no bucket is a remainder of one.
 */
function bucketSizes(inputs: number, fanIn: number): number[] {
  const capacity = Math.max(fanIn, bucketLimit - (bucketLimit % fanIn));
  const buckets: number[] = [];
  let left = inputs;
  while (left > 2 * capacity) {
    buckets.push(capacity);
    left -= capacity;
  }
  if (left <= capacity) return [...buckets, left];
  const nodes = Math.ceil(left / fanIn);
  const first = Math.ceil((left * Math.ceil(nodes / 2)) / nodes);
  return [...buckets, first, left - first];
}

function evenSizes(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, part) => Math.floor(total / parts) + (part < total % parts ? 1 : 0));
}
