// Differences of two candidates on the same tasks.

import { bootstrapInterval, type Interval, type IntervalOptions } from './interval.js';
import { mean, standardErrorOfMean } from './mean.js';
import { standardErrorsOf } from './normal-quantile.js';

export interface PairedDifference {
  /** The number of tasks, 1 or more. */
  readonly n: number;
  /** Mean of (after - before): positive is better. */
  readonly meanDifference: number;
  /** Of the mean difference; 0 for one task. */
  readonly standardError: number;
}

/**
 * after[i] - before[i], for two candidates' scores on the same tasks in the same order.
 *
 * @throws RangeError if the lists have different lengths: they are not the same tasks.
 */
export function differences(before: readonly number[], after: readonly number[]): number[] {
  if (before.length !== after.length) {
    throw new RangeError(
      `Scores on ${before.length} tasks cannot be paired with scores on ${after.length}: both must be of the same tasks, in the same order.`,
    );
  }
  return before.map((score, i) => (after[i] as number) - score);
}

/**
 * The mean difference of two candidates on the same tasks, with its standard error.
 *
 * @throws RangeError if the lists have different lengths, are empty, or hold something not finite.
 */
export function pairedDifference(before: readonly number[], after: readonly number[]): PairedDifference {
  const pairs = differences(before, after);
  return { n: pairs.length, meanDifference: mean(pairs), standardError: standardErrorOfMean(pairs) };
}

/**
 * The standard error of the mean difference of paired scores. The gate of a stochastic agent rejects only when the score
 * falls by more than this. 0 for one task, and if all tasks differ by the same: then any fall rejects.
 *
 * @throws RangeError as {@link pairedDifference} does.
 */
export function standardErrorOfDifference(before: readonly number[], after: readonly number[]): number {
  return pairedDifference(before, after).standardError;
}

/** The bootstrap interval of the mean of (after - before), by resampling tasks. @throws RangeError as {@link pairedDifference} does. */
export function pairedBootstrapInterval(before: readonly number[], after: readonly number[], options: IntervalOptions): Interval {
  return bootstrapInterval(differences(before, after), options);
}

/**
 * The Wald interval of the mean of (after - before) with one task added that got better by 1 and one that got worse by 1;
 * within [-1, 1]. For scores of 0 and 1 it is the interval of Bonett and Price (2012), Journal of Educational and
 * Behavioral Statistics 37(4), 479-488, which keeps its coverage for few tasks and has a width even if no task changed
 * (recommended by Fagerland, Lydersen and Laake (2014), Statistics in Medicine 33(16), 2850-2875). For other
 * scores in [0, 1] the added tasks are the most extreme there can be, so it errs on the wide side.
 *
 * @throws RangeError as {@link pairedDifference} does.
 */
export function adjustedPairedInterval(before: readonly number[], after: readonly number[], confidence = 0.95): Interval {
  const pairs = differences(before, after);
  mean(pairs); // refuses what is empty or not finite
  const adjusted = [...pairs, 1, -1];
  const centre = mean(adjusted);
  const variance = mean(adjusted.map((difference) => (difference - centre) ** 2));
  const half = standardErrorsOf(confidence) * Math.sqrt(variance / adjusted.length);
  return { low: Math.max(-1, centre - half), high: Math.min(1, centre + half), confidence };
}
