// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mcnemarExact } from '../../../src/core/statistics/mcnemar.js';

const near = (actual: number, expected: number, tolerance = 1e-12): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

describe('mcnemarExact', () => {
  // greater: scipy 1.17.1, binom.sf(improved - 1, n, .5); two-sided: statsmodels 0.15.0, mcnemar(exact=True);
  // greater mid-p: greater - binom.pmf(improved, n, .5) / 2. 7 and 1 are the published example of Fagerland, Lydersen and
  // Laake (2013), table 1: 0.0703, mid-p 0.0391.
  const reference: readonly (readonly [number, number, number, number, number])[] = [
    [7, 1, 0.03515625, 0.0703125, 0.01953125],
    [1, 7, 0.99609375, 0.0703125, 0.98046875],
    [10, 2, 0.019287109375, 0.03857421875, 0.01123046875],
    [5, 5, 0.623046875, 1, 0.5],
    [0, 4, 1, 0.125, 0.96875],
    [59, 41, 0.04431304005703379, 0.08862608011406758, 0.03637850343876209],
    [1020, 980, 0.19158842766761827, 0.38317685533523654, 0.1856084680298976],
  ];
  for (const [improved, worsened, greater, twoSided, greaterMidP] of reference) {
    it(`of ${improved} improved and ${worsened} worsened is ${greater.toFixed(4)}`, () => {
      const test = mcnemarExact(improved, worsened);
      near(test.greater, greater);
      near(test.twoSided, twoSided);
      near(test.greaterMidP, greaterMidP);
    });
  }

  it('has the published mid-p, also where as many improved as worsened', () => {
    near(mcnemarExact(7, 1).twoSidedMidP, 0.0390625);
    near(mcnemarExact(5, 5).twoSidedMidP, 1 - 0.24609375 / 2); // 1 - f / 2, Fagerland and others (2013), supplement
  });

  it('is 1 if nothing changed', () => assert.deepEqual(mcnemarExact(0, 0), { greater: 1, twoSided: 1, greaterMidP: 1, twoSidedMidP: 1 }));

  const count = fc.nat(300);

  it('is symmetric: both directions share the observed point', () => {
    fc.assert(
      fc.property(count, count, (b, c) => {
        const [forth, back] = [mcnemarExact(b, c), mcnemarExact(c, b)];
        near(forth.twoSided, back.twoSided);
        if (b + c > 0) near(forth.greaterMidP + back.greaterMidP, 1, 1e-9);
      }),
    );
  });

  it('gives probabilities, and mid-p below exact', () => {
    fc.assert(
      fc.property(count, count, (b, c) => {
        const test = mcnemarExact(b, c);
        for (const p of Object.values(test)) assert.ok(p > 0 && p <= 1 + 1e-12);
        assert.ok(test.greaterMidP <= test.greater && test.twoSidedMidP <= test.twoSided + 1e-12);
      }),
    );
  });

  it('falls as one more task improves', () => {
    fc.assert(fc.property(count, count, (b, c) => mcnemarExact(b + 1, c).greater < mcnemarExact(b, c).greater + 1e-12));
  });

  it('holds for 100,000 changed tasks', () => {
    // scipy 1.17.1: binom.sf(50_499, 100_000, .5)
    near(mcnemarExact(50_500, 49_500).greater, 0.0007911799394257577);
  });

  it('refuses what is no count', () => {
    for (const [b, c] of [
      [-1, 2],
      [1.5, 2],
      [1, Number.NaN],
    ] as const)
      assert.throws(() => mcnemarExact(b, c), RangeError);
  });
});
