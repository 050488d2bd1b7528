// McNemar's exact test, for scores of 0 and 1 on the same tasks.

export interface McNemar {
  /** P-value of "more tasks got better than worse", exact. */
  readonly greater: number;
  /** P-value of "better and worse are not equally likely", exact. */
  readonly twoSided: number;
  /** Mid-p variants: less conservative, without a guarantee of the level. */
  readonly greaterMidP: number;
  readonly twoSidedMidP: number;
}

/**
 * McNemar's exact conditional test of two candidates with scores 0 and 1 on the same tasks. Of the tasks whose score
 * changed, each is as likely to have got better as worse if the candidates are alike: Binomial(improved + worsened, 1/2).
 * Source, also of the mid-p variants: Fagerland, Lydersen and Laake (2013), BMC Medical Research Methodology 13:91.
 * All are 1 if nothing changed. Time and memory: linear in the number of changed tasks.
 *
 * @param improved tasks scored 0 before and 1 after.  @param worsened tasks scored 1 before and 0 after.
 * @throws RangeError unless both are whole numbers of 0 or more.
 * @example mcnemarExact(7, 1).greater // 9 / 256 = 0.0352
 */
export function mcnemarExact(improved: number, worsened: number): McNemar {
  if (![improved, worsened].every((count) => Number.isSafeInteger(count) && count >= 0)) {
    throw new RangeError(`McNemar's test of ${improved} improved and ${worsened} worsened tasks was asked for: it takes whole numbers of 0 or more.`);
  }
  const changed = improved + worsened;
  if (changed === 0) return { greater: 1, twoSided: 1, greaterMidP: 1, twoSidedMidP: 1 };
  const greater = upperTail(improved, changed);
  const extreme = upperTail(Math.max(improved, worsened), changed);
  const point = probability(improved, changed);
  return {
    greater,
    twoSided: Math.min(1, 2 * extreme),
    greaterMidP: greater - point / 2,
    twoSidedMidP: improved === worsened ? 1 - point / 2 : 2 * extreme - point,
  };
}

/** P(X >= k) of Binomial(n, 1/2), 0 <= k <= n: each term from the one before, starting at the largest. */
function upperTail(k: number, n: number): number {
  if (2 * k <= n) return k === 0 ? 1 : 1 - upperTail(n - k + 1, n);
  let term = probability(k, n);
  let sum = 0;
  for (let i = k; i <= n && term > 0; i++) {
    sum += term;
    term *= (n - i) / (i + 1);
  }
  return sum;
}

/** P(X = k) of Binomial(n, 1/2), through logarithms so that a large n does not underflow on the way. */
function probability(k: number, n: number): number {
  let logarithm = -n * Math.LN2;
  for (let i = 1; i <= Math.min(k, n - k); i++) logarithm += Math.log((n - i + 1) / i);
  return Math.exp(logarithm);
}
