/**
 * The arithmetic mean, added in the order given. In the units of the values.
 *
 * @throws RangeError if there are no values, or one is not a finite number: a mean of nothing is no score.
 */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('The mean of no values was asked for.');
  let sum = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) throw new RangeError(`A score is ${value}: only finite numbers can be averaged.`);
    sum += value;
  }
  return sum / values.length;
}

/**
 * The estimated standard error of the mean: sqrt(sum((x - mean)^2) / (n - 1) / n), n >= 2; 0 for one value, from which
 * there is nothing to estimate.
 *
 * @throws RangeError as {@link mean} does.
 */
export function standardErrorOfMean(values: readonly number[]): number {
  const centre = mean(values);
  if (values.length === 1) return 0;
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
