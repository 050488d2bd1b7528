/**
 * The quantile of the standard normal distribution: the z with P(Z <= z) = probability, as in 1.959964 for 0.975.
 * Source: Wichura (1988), Algorithm AS 241, Applied Statistics 37(3), 477-484, routine PPND7: about 7 digits.
 *
 * @param probability strictly between 0 and 1. @throws RangeError otherwise.
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`A normal quantile was asked for at ${probability}: it takes a probability between 0 and 1.`);
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) / (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1);
  }
  const r = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  return Math.sign(q) * (r <= 5 ? nearTail(r - 1.6) : farTail(r - 5));
}

function nearTail(r: number): number {
  return (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) / ((0.12021132975 * r + 0.7370016425) * r + 1);
}

function farTail(r: number): number {
  return (((0.017337203997 * r + 0.42868294337) * r + 3.081226386) * r + 6.657905115) / ((0.012258202635 * r + 0.24197894225) * r + 1);
}

/**
 * How many standard errors a two-sided normal interval reaches to either side: 1.959964 for 0.95.
 *
 * @param confidence in [0, 1). @throws RangeError otherwise.
 */
export function standardErrorsOf(confidence: number): number {
  if (!(confidence >= 0 && confidence < 1)) throw new RangeError(`The confidence of an interval is ${confidence}: it must be in [0, 1), as in 0.95.`);
  return normalQuantile((1 + confidence) / 2);
}
