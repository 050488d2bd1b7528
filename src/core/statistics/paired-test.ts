// The one test of "better": two candidates on the same tasks.

import { isBinary, type Interval } from './interval.js';
import { mcnemarExact } from './mcnemar.js';
import { adjustedPairedInterval, differences, pairedBootstrapInterval, pairedDifference } from './paired.js';
import { signFlipTest } from './sign-flip.js';

export interface PairedTest {
  readonly method: 'mcnemar-exact' | 'sign-flip-exact' | 'sign-flip-monte-carlo';
  /** The number of tasks, 1 or more. */
  readonly n: number;
  /** Mean of (after - before). */
  readonly meanDifference: number;
  /** Two-sided, of the mean difference. It need not agree with the p-value at the border: the test is one-sided and exact. */
  readonly interval: Interval;
  /** One-sided: how likely a mean difference this high would be if `after` were no better than `before`. In (0, 1]. */
  readonly pValue: number;
}

/**
 * The one test of "better": is `after` better than `before` on the same tasks? For scores of 0 and 1, McNemar's exact
 * one-sided test with the interval of Bonett and Price; else the sign-flip test with the bootstrap interval.
 *
 * @param before,after scores in [0, 1] on the same tasks in the same order, 1 or more.
 * @throws RangeError if the lists have different lengths, are empty, or hold something not finite.
 */
export function pairedTest(
  before: readonly number[],
  after: readonly number[],
  { seed, confidence = 0.95 }: { readonly seed: number | string; readonly confidence?: number },
): PairedTest {
  const { n, meanDifference } = pairedDifference(before, after);
  if (before.every(isBinary) && after.every(isBinary)) {
    const pairs = differences(before, after);
    const improved = pairs.filter((difference) => difference > 0).length;
    const worsened = pairs.filter((difference) => difference < 0).length;
    const interval = adjustedPairedInterval(before, after, confidence);
    return { method: 'mcnemar-exact', n, meanDifference, interval, pValue: mcnemarExact(improved, worsened).greater };
  }
  const { method, pValue } = signFlipTest(differences(before, after), { seed, alternative: 'greater' });
  return { method: `sign-flip-${method}`, n, meanDifference, interval: pairedBootstrapInterval(before, after, { seed, confidence }), pValue };
}
