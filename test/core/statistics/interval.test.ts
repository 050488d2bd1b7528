// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { randomStream } from '../../../src/core/random.js';
import { bootstrapInterval, interval, wilsonInterval, wilsonIntervalOfMean } from '../../../src/core/statistics/interval.js';
import { mean } from '../../../src/core/statistics/mean.js';

const near = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

describe('wilsonInterval', () => {
  // statsmodels 0.15.0: proportion_confint(successes, n, 1 - confidence, method='wilson'). The two with n = 263 and 148
  // are the published examples of Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3: 0.2553 to 0.3662, 0.0624 to 0.1605.
  const reference: readonly (readonly [number, number, number, number, number])[] = [
    [81, 263, 0.95, 0.2552885198782742, 0.3662095769828],
    [15, 148, 0.95, 0.0623863995307363, 0.16048724172330803],
    [8, 10, 0.95, 0.49016247153664183, 0.9433178485456247],
    [0, 20, 0.95, 0, 0.16112515805281938],
    [20, 20, 0.95, 0.8388748419471806, 1],
    [1, 3, 0.95, 0.06149194472039621, 0.7923403991979522],
    [37, 60, 0.9, 0.5105153040436409, 0.7127504429512627],
    [37, 60, 0.99, 0.4511916857964287, 0.7589084376242692],
  ];
  for (const [successes, n, confidence, low, high] of reference) {
    it(`of ${successes} in ${n} at ${confidence} is ${low.toFixed(4)} to ${high.toFixed(4)}`, () => {
      const wilson = wilsonInterval(successes, n, confidence);
      near(wilson.low, low, 1e-7);
      near(wilson.high, high, 1e-7);
      assert.equal(wilson.confidence, confidence);
    });
  }

  const counts = fc.integer({ min: 1, max: 500 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));

  it('holds the proportion, stays in [0, 1] and mirrors', () => {
    fc.assert(
      fc.property(counts, ([successes, n]) => {
        const { low, high } = wilsonInterval(successes, n);
        const mirrored = wilsonInterval(n - successes, n);
        assert.ok(low >= 0 && low <= successes / n && successes / n <= high && high <= 1 && low < high);
        near(mirrored.low, 1 - high, 1e-12);
        near(mirrored.high, 1 - low, 1e-12);
      }),
    );
  });

  it('widens with confidence', () => {
    fc.assert(
      fc.property(counts, ([successes, n]) => {
        const [narrow, wide] = [wilsonInterval(successes, n, 0.8), wilsonInterval(successes, n, 0.99)];
        assert.ok(wide.low <= narrow.low && narrow.high <= wide.high);
      }),
    );
  });

  it('covers the truth about as often as it says', () => {
    // Seeded. On average over proportions Wilson covers close to 95 %; single proportions go a little above and below.
    for (const [n, proportion] of [
      [20, 0.5],
      [36, 0.2],
      [60, 0.9],
      [134, 0.8],
    ] as const) {
      const random = randomStream(11, `coverage/${n}`, 'wilson');
      let covered = 0;
      for (let trial = 0; trial < 4_000; trial++) {
        let successes = 0;
        for (let i = 0; i < n; i++) if (random.next() < proportion) successes++;
        const { low, high } = wilsonInterval(successes, n);
        if (low <= proportion && proportion <= high) covered++;
      }
      assert.ok(covered / 4_000 > 0.93 && covered / 4_000 < 0.98, `n = ${n}, p = ${proportion}: covered ${covered / 4_000}`);
    }
  });

  it('refuses counts that cannot be', () => {
    for (const [successes, n] of [
      [-1, 5],
      [6, 5],
      [0, 0],
      [1.5, 3],
      [1, 2.5],
      [Number.NaN, 3],
    ] as const)
      assert.throws(() => wilsonInterval(successes, n), RangeError);
    for (const confidence of [1, 1.5, -0.1, Number.NaN]) assert.throws(() => wilsonInterval(1, 2, confidence), RangeError);
  });
});

describe('bootstrapInterval', () => {
  const graded = [0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.55, 0.7, 0.75, 0.8, 1];

  it("agrees with scipy's percentile bootstrap", () => {
    // scipy 1.17.1: scipy.stats.bootstrap((graded,), np.mean, n_resamples=1_000_000, method='percentile'): 0.3458 to 0.6458
    const { low, high } = bootstrapInterval(graded, { seed: 1, resamples: 50_000 });
    near(low, 0.3458, 0.005);
    near(high, 0.6458, 0.005);
  });

  it('is the same for the same seed, and nearly for another', () => {
    assert.deepEqual(bootstrapInterval(graded, { seed: 1 }), bootstrapInterval(graded, { seed: 1 }));
    const [one, other] = [bootstrapInterval(graded, { seed: 1 }), bootstrapInterval(graded, { seed: 2 })];
    assert.notDeepEqual(one, other);
    near(one.low, other.low, 0.03);
  });

  it('does not depend on the order of the values', () => {
    const list = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30, size: 'max' });
    fc.assert(
      fc.property(
        list.chain((values) => fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length }))),
        ([values, shuffled]) => {
          assert.deepEqual(bootstrapInterval(values, { seed: 5, resamples: 100 }), bootstrapInterval(shuffled, { seed: 5, resamples: 100 }));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('lies within the values', () => {
    const list = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 30, size: 'max' });
    fc.assert(
      fc.property(list, fc.integer(), (values, seed) => {
        const { low, high } = bootstrapInterval(values, { seed, resamples: 200 });
        assert.ok(low <= high && low >= Math.min(...values) - 1e-12 && high <= Math.max(...values) + 1e-12);
      }),
      { numRuns: 50 },
    );
  });

  it('goes over to the normal interval without a jump', () => {
    const random = randomStream(3, 'values', 'test');
    const many = Array.from({ length: 2_001 }, () => random.next() ** 2);
    const normal = bootstrapInterval(many, { seed: 1 });
    const bootstrap = bootstrapInterval(many.slice(1), { seed: 1 });
    near(normal.low, bootstrap.low, 0.002);
    near(normal.high, bootstrap.high, 0.002);
    near((normal.low + normal.high) / 2, mean(many), 1e-12);
  });

  it('has no width where nothing varies, and refuses nothing at all', () => {
    assert.deepEqual(bootstrapInterval([0.5], { seed: 1 }), { low: 0.5, high: 0.5, confidence: 0.95 });
    assert.throws(() => bootstrapInterval([], { seed: 1 }), RangeError);
    assert.throws(() => bootstrapInterval([0.5, 0.2], { seed: 1, resamples: 0 }), RangeError);
    for (const confidence of [1, 1.5, -0.1, Number.NaN]) assert.throws(() => bootstrapInterval([0.5, 0.2], { seed: 1, confidence }), RangeError);
  });
});

describe('interval', () => {
  it("is Wilson's for scores of 0 and 1", () => {
    assert.deepEqual(interval([1, 0, 1, 1], { seed: 1 }), wilsonInterval(3, 4));
    assert.deepEqual(interval([1, 1], { seed: 1, confidence: 0.9 }), wilsonInterval(2, 2, 0.9));
  });

  it("is the bootstrap's for graded scores", () => {
    assert.deepEqual(interval([1, 0, 0.5], { seed: 1 }), bootstrapInterval([1, 0, 0.5], { seed: 1 }));
  });

  it('refuses no scores', () => assert.throws(() => interval([], { seed: 1 }), RangeError));
});

describe('wilsonIntervalOfMean', () => {
  it('is the interval of the successes for scores of 0 and 1, also where mean * n is not whole in floating point', () => {
    for (let n = 1; n <= 300; n++) {
      for (let successes = 0; successes <= n; successes += 1 + Math.floor(n / 7)) {
        const [left, right] = [wilsonIntervalOfMean(successes / n, n), wilsonInterval(successes, n)];
        assert.ok(Math.abs(left.low - right.low) < 1e-9 && Math.abs(left.high - right.high) < 1e-9, `${successes} of ${n}`);
      }
    }
  });

  it('takes the mean of scores between 0 and 1', () => {
    const { low, high } = wilsonIntervalOfMean(0.25, 33);
    assert.ok(low > 0.1 && low < 0.25 && high > 0.25 && high < 0.45);
  });

  it('refuses a mean that is none', () => {
    assert.throws(() => wilsonIntervalOfMean(1.1, 10), RangeError);
    assert.throws(() => wilsonIntervalOfMean(Number.NaN, 10), RangeError);
  });
});
