// The sign-flip test, for scores between 0 and 1 on the same tasks.

import { scoreTolerance } from '../numbers.js';
import { randomStream, type RandomStream } from '../random.js';
import { mean } from './mean.js';

export interface SignFlipOptions {
  readonly seed: number | string;
  /** `greater`: the mean difference is above 0. Default `greater`. */
  readonly alternative?: 'greater' | 'two-sided';
  /** Random sign patterns where not all are tried. Default 9,999; fewer (at least 999) above 5,000 tasks, for time. */
  readonly permutations?: number;
}

export interface SignFlip {
  readonly pValue: number;
  /** `exact`: every sign pattern was tried; `monte-carlo`: a seeded sample of them. */
  readonly method: 'exact' | 'monte-carlo';
  /** Sign patterns tried. */
  readonly permutations: number;
}

/** Up to this many non-zero differences (65,536 sign patterns) all are tried. */
const exactLimit = 16;

/**
 * The paired randomization test of a mean difference: were the two candidates alike, every task's difference would be as
 * likely to have the other sign. The p-value is the share of sign patterns whose sum is at least the one observed
 * (within 1e-9); of a sample of patterns, the observed one is counted in: (1 + hits) / (1 + patterns), so it is never 0.
 * Differences within 1e-9 of 0 say nothing and are left out; with none left it is 1. The order of the differences does
 * not matter. Sources: Fisher (1935), The Design of Experiments, section 21; the add-one: Phipson and Smyth (2010),
 * Statistical Applications in Genetics and Molecular Biology 9(1), 39.
 *
 * @param differences after - before, one per task, 1 or more. @throws RangeError if empty or not finite.
 */
export function signFlipTest(differences: readonly number[], { seed, alternative = 'greater', permutations }: SignFlipOptions): SignFlip {
  const observed = Math.sign(mean(differences)) < 0 && alternative === 'two-sided' ? differences.map((difference) => -difference) : differences;
  const sizes = Float64Array.from(observed.filter((difference) => Math.abs(difference) > scoreTolerance)).sort();
  const sum = sizes.reduce((total, size) => total + size, 0);
  if (alternative === 'two-sided' && Math.abs(sum) <= scoreTolerance) return { pValue: 1, method: 'exact', permutations: 1 };
  // The distribution of the flipped sum is symmetric, so both tails together are twice the upper one.
  const tails = alternative === 'two-sided' ? 2 : 1;
  if (sizes.length <= exactLimit) {
    const patterns = 2 ** sizes.length;
    return { pValue: Math.min(1, (tails * countPatterns(sizes, sum - scoreTolerance)) / patterns), method: 'exact', permutations: patterns };
  }
  const count = permutations ?? Math.max(999, Math.min(9_999, Math.floor(5e7 / sizes.length)));
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`A randomization test with ${count} permutations was asked for: it takes 1 or more.`);
  const random = randomStream(seed, 'statistics', 'sign-flip');
  let hits = 0;
  for (let i = 0; i < count; i++) {
    if (randomlyFlippedSum(sizes, random) >= sum - scoreTolerance) hits++;
  }
  return { pValue: Math.min(1, (tails * (1 + hits)) / (1 + count)), method: 'monte-carlo', permutations: count };
}

/** How many of the 2^n sign patterns have a sum of at least `bound`. */
function countPatterns(sizes: Float64Array, bound: number, index = 0, sum = 0): number {
  if (index === sizes.length) return sum >= bound ? 1 : 0;
  const size = sizes[index] as number;
  return countPatterns(sizes, bound, index + 1, sum + size) + countPatterns(sizes, bound, index + 1, sum - size);
}

function randomlyFlippedSum(sizes: Float64Array, random: RandomStream): number {
  let sum = 0;
  let signs = 0;
  for (let i = 0; i < sizes.length; i++) {
    signs = i % 32 === 0 ? random.integer(2 ** 32) : signs >>> 1;
    sum += (sizes[i] as number) * ((signs & 1) * 2 - 1);
  }
  return sum;
}
