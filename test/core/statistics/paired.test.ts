// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { randomStream } from '../../../src/core/random.js';
import {
  adjustedPairedInterval,
  differences,
  pairedBootstrapInterval,
  pairedDifference,
  standardErrorOfDifference,
} from '../../../src/core/statistics/paired.js';

const near = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

const before = [0.2, 0.5, 0.4, 0.9, 0.1, 0.6, 0.3, 0.8, 0.5, 0.7];
const after = [0.4, 0.5, 0.7, 0.8, 0.3, 0.9, 0.2, 1, 0.6, 0.9];

/** Binary scores of `n` tasks, of which some changed. */
function binary(n: number, improved: number, worsened: number): readonly [number[], number[]] {
  const first = Array.from({ length: n }, (_, i) => (i >= improved && i < improved + worsened ? 1 : 0));
  const second = Array.from({ length: n }, (_, i) => (i < improved ? 1 : 0));
  return [first, second];
}

const pairs = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
  minLength: 1,
  maxLength: 40,
  size: 'max',
});

describe('pairedDifference', () => {
  it("has scipy's mean and standard error", () => {
    // scipy 1.17.1: (after - before).mean(), scipy.stats.sem(after - before)
    const { n, meanDifference, standardError } = pairedDifference(before, after);
    assert.equal(n, 10);
    near(meanDifference, 0.13, 1e-12);
    near(standardError, 0.04725815626252608, 1e-12);
    assert.equal(standardErrorOfDifference(before, after), standardError);
  });

  it('turns its sign when the candidates are exchanged', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const [a, b] = [list.map(([x]) => x), list.map(([, y]) => y)];
        near(pairedDifference(a, b).meanDifference, -pairedDifference(b, a).meanDifference, 1e-12);
        near(standardErrorOfDifference(a, b), standardErrorOfDifference(b, a), 1e-12);
      }),
    );
  });

  it('lets a gate tell a fall from noise', () => {
    // One of ten tasks lost: within one standard error. Three lost: more.
    const fall = (lost: number): boolean => {
      const [first, second] = binary(10, 0, lost);
      return pairedDifference(first, second).meanDifference < -standardErrorOfDifference(first, second);
    };
    assert.deepEqual([fall(1), fall(3)], [false, true]);
  });

  it('has no standard error for one task', () => assert.equal(standardErrorOfDifference([0], [1]), 0));

  it('refuses lists that are not of the same tasks', () => {
    assert.throws(() => differences([1, 0], [1]), RangeError);
    assert.throws(() => pairedDifference([], []), RangeError);
    assert.throws(() => pairedDifference([1], [Number.NaN]), RangeError);
    assert.throws(() => adjustedPairedInterval([], []), RangeError);
  });
});

describe('pairedBootstrapInterval', () => {
  it("agrees with scipy's percentile bootstrap of the differences", () => {
    // scipy 1.17.1: scipy.stats.bootstrap((after - before,), np.mean, n_resamples=1_000_000, method='percentile'): 0.04 to 0.21
    const { low, high } = pairedBootstrapInterval(before, after, { seed: 4, resamples: 50_000 });
    near(low, 0.04, 0.005);
    near(high, 0.21, 0.005);
  });
});

describe('adjustedPairedInterval', () => {
  it('is that of Bonett and Price for scores of 0 and 1', () => {
    // Formula as in the R package contingencytables, Wald_CI_BonettPrice_paired_2x2, for its example (Bentur and others
    // 2009: 1 and 7 of 21 changed): p12 = 2/23, p21 = 8/23, -6/23 +- 1.95996 sqrt((10/23 - (6/23)^2) / 23).
    const { low, high } = adjustedPairedInterval(...binary(21, 1, 7));
    near(low, -0.5084, 5e-5);
    near(high, -0.0134, 5e-5);
  });

  it('has a width even if no task changed, and shrinks with more tasks', () => {
    const width = (n: number): number => {
      const { low, high } = adjustedPairedInterval(...binary(n, 0, 0));
      return high - low;
    };
    assert.ok(width(10) > 0.3 && width(100) < 0.06 && width(100) > 0);
  });

  it('mirrors, and stays in [-1, 1]', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const [a, b] = [list.map(([x]) => x), list.map(([, y]) => y)];
        const [forth, back] = [adjustedPairedInterval(a, b), adjustedPairedInterval(b, a)];
        near(forth.low, -back.high, 1e-12);
        assert.ok(forth.low >= -1 && forth.low < forth.high && forth.high <= 1);
      }),
    );
  });

  it('covers the truth at least about as often as it says', () => {
    for (const [n, better, worse] of [
      [20, 0.2, 0.1],
      [36, 0.1, 0.02],
      [60, 0.15, 0.15],
    ] as const) {
      const random = randomStream(5, `coverage/${n}`, 'paired');
      let covered = 0;
      for (let trial = 0; trial < 3_000; trial++) {
        const changes = Array.from({ length: n }, () => random.next()).map((u) => (u < better ? 1 : u < better + worse ? -1 : 0));
        const { low, high } = adjustedPairedInterval(
          changes.map((change) => (change < 0 ? 1 : 0)),
          changes.map((change) => (change > 0 ? 1 : 0)),
        );
        if (low <= better - worse && better - worse <= high) covered++;
      }
      assert.ok(covered / 3_000 > 0.935, `n = ${n}: covered ${covered / 3_000}`);
    }
  });
});
