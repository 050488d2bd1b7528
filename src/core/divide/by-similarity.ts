// Division of the training tasks: similar inputs together.

import { hash128, randomStream } from '../random.js';

/** A task's place among others: a vector (all of one length), or a set of tokens. One kind for all tasks. */
export type Features = readonly number[] | ReadonlySet<string>;

/** Points as rows of one flat array: `dimensions` numbers each. */
interface Points {
  readonly coordinates: Float64Array;
  readonly dimensions: number;
}

/** Larger ones would overflow when squared and summed. */
const largestFeature = 1e100;

/** Refinements of the two centres at each cut, and the members they are found from at most: more change little. */
const refinements = 4;
const sampleSize = 64;

/**
 * ceil(n / size) subsets of similar tasks, whose sizes differ by at most one. Bisecting k-means (Steinbach, Karypis and
 * Kumar (2000), KDD Workshop on Text Mining) with fixed sizes: the tasks are laid along the line between two far-apart
 * centres and cut where the gap is widest, among the cuts that leave whole subsets and no less than a quarter on either
 * side; then each part again. Vectors are compared by Euclidean distance, as they are; token sets by the cosine,
 * approximately (see {@link sketch}). Time: n log(n / size) times the length of a vector.
 *
 * @param ids sorted; the subsets hold their places.  @param size 1 or more.
 * @throws RangeError if a task has no features, features differ in kind or number, or one is not a number or above 1e100.
 */
export function divideBySimilarity(ids: readonly string[], size: number, seed: number | string, features: ReadonlyMap<string, Features>): number[][] {
  const points = layOut(ids, features);
  const groups: number[][] = [];
  cutRecursively(
    ids.map((_, index) => index),
    Math.ceil(ids.length / size),
    'divide',
  );
  return groups;

  function cutRecursively(members: readonly number[], subsets: number, path: string): void {
    if (subsets <= 1) {
      if (members.length > 0) groups.push([...members]);
      return;
    }
    const axis = axisBetweenCentres(points, randomStream(seed, path, 'by-similarity').sample(members, sampleSize));
    const positions = Float64Array.from(members, (member) => dot(points.coordinates, member * points.dimensions, axis));
    const sorted = positions.toSorted();
    const firstSubsets = widestGap(sorted, subsets);
    const [first, second] = splitAt(members, positions, sorted, cutAfter(members.length, firstSubsets, subsets));
    cutRecursively(first, firstSubsets, `${path}/0`);
    cutRecursively(second, subsets - firstSubsets, `${path}/1`);
  }
}

/** The number of tasks that go to the first `part` of `subsets`, so that all sizes stay within one of each other. */
function cutAfter(members: number, part: number, subsets: number): number {
  return Math.round((members * part) / subsets);
}

function widestGap(sorted: Float64Array, subsets: number): number {
  let best = Math.ceil(subsets / 4);
  let widest = -1;
  for (let part = best; part <= Math.max(1, Math.floor((3 * subsets) / 4)); part++) {
    const cut = cutAfter(sorted.length, part, subsets);
    const gap = (sorted[cut] as number) - (sorted[cut - 1] as number);
    if (gap > widest) [best, widest] = [part, gap];
  }
  return best;
}

/** The `count` members with the lowest positions, and the others; equal positions by id. Both in order of id. */
function splitAt(members: readonly number[], positions: Float64Array, sorted: Float64Array, count: number): readonly [number[], number[]] {
  const border = sorted[count - 1] as number;
  let onBorder = count - sorted.indexOf(border);
  const first: number[] = [];
  const second: number[] = [];
  members.forEach((member, i) => {
    const position = positions[i] as number;
    (position < border || (position === border && onBorder-- > 0) ? first : second).push(member);
  });
  return [first, second];
}

/** From one centre to the other of two groups among the members, found by 2-means from two far-apart ones. */
function axisBetweenCentres(points: Points, members: readonly number[]): Float64Array {
  const { coordinates, dimensions } = points;
  let left = rowOf(points, farthestFrom(points, members, rowOf(points, members[0] as number)));
  let right = rowOf(points, farthestFrom(points, members, left));
  for (let round = 0; ; round++) {
    const axis = right.map((value, d) => value - (left[d] as number));
    if (round === refinements) return axis;
    const middle = (dot(left, 0, axis) + dot(right, 0, axis)) / 2;
    const sums = [new Float64Array(dimensions), new Float64Array(dimensions)] as const;
    const counts: [number, number] = [0, 0];
    for (const member of members) {
      const side = dot(coordinates, member * dimensions, axis) < middle ? 0 : 1;
      counts[side]++;
      addRow(sums[side], coordinates, member * dimensions);
    }
    if (counts[0] === 0 || counts[1] === 0) return axis; // all alike
    left = sums[0].map((sum) => sum / counts[0]);
    right = sums[1].map((sum) => sum / counts[1]);
  }
}

// The inner loops go by offset into the flat array: a view for every row would take longer than the arithmetic.

function rowOf({ coordinates, dimensions }: Points, member: number): Float64Array {
  return coordinates.subarray(member * dimensions, (member + 1) * dimensions);
}

function farthestFrom({ coordinates, dimensions }: Points, members: readonly number[], origin: Float64Array): number {
  let farthest = members[0] as number;
  let longest = -1;
  for (const member of members) {
    let distance = 0;
    for (let d = 0; d < dimensions; d++) {
      const difference = (coordinates[member * dimensions + d] as number) - (origin[d] as number);
      distance += difference * difference;
    }
    if (distance > longest) {
      farthest = member;
      longest = distance;
    }
  }
  return farthest;
}

function dot(coordinates: Float64Array, offset: number, axis: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < axis.length; d++) sum += (coordinates[offset + d] as number) * (axis[d] as number);
  return sum;
}

function addRow(sums: Float64Array, coordinates: Float64Array, offset: number): void {
  for (let d = 0; d < sums.length; d++) sums[d] = (sums[d] as number) + (coordinates[offset + d] as number);
}

function layOut(ids: readonly string[], features: ReadonlyMap<string, Features>): Points {
  const rows = ids.map((id) => {
    const feature = features.get(id);
    if (feature === undefined) throw new RangeError(`Task ${id} has no features: dividing by similarity needs them of every task.`);
    return feature;
  });
  const dimensions = dimensionsOf(rows[0]);
  const coordinates = new Float64Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    if (isTokens(row) !== isTokens(rows[0]) || dimensionsOf(row) !== dimensions)
      throw new RangeError(`The features of task ${ids[i]} differ in kind or number from those of task ${ids[0]}: all must be alike.`);
    if (isTokens(row)) return sketch(row, rowOf({ coordinates, dimensions }, i));
    if (!row.every((value) => Math.abs(value) <= largestFeature)) throw new RangeError(`Task ${ids[i]} has a feature that is not a number, or above 1e100.`);
    coordinates.set(row, i * dimensions);
  });
  return { coordinates, dimensions };
}

function isTokens(features: Features | undefined): features is ReadonlySet<string> {
  return features !== undefined && 'has' in features;
}

function dimensionsOf(features: Features | undefined): number {
  return isTokens(features) ? sketchLength : (features?.length ?? 0);
}

/** Numbers in a token set's vector. */
const sketchLength = 64;

/**
 * Fills a row with a token set as a short vector of length 1: every token adds +1 or -1 to one number, both by its hash.
 * The dot product of two such vectors is about the cosine of the sets, with an error of about 1 / sqrt(64). Source:
 * Weinberger and others (2009), Feature hashing for large scale multitask learning, ICML, 1113-1120.
 */
function sketch(tokens: ReadonlySet<string>, row: Float64Array): void {
  for (const token of tokens) {
    const [place, sign] = hash128(token);
    const index = (place >>> 0) % sketchLength;
    row[index] = (row[index] as number) + (sign < 0 ? -1 : 1);
  }
  const length = Math.sqrt(dot(row, 0, row));
  if (length > 0) row.forEach((sum, d) => (row[d] = sum / length));
}
