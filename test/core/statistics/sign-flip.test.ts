// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { randomStream } from '../../../src/core/random.js';
import { mcnemarExact } from '../../../src/core/statistics/mcnemar.js';
import { signFlipTest } from '../../../src/core/statistics/sign-flip.js';

const near = (actual: number, expected: number, tolerance = 1e-12): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

const eighths = fc.integer({ min: -8, max: 8 }).map((n) => n / 8);

describe('signFlipTest', () => {
  it("finds Fisher's p-value for Darwin's plants", () => {
    // Fisher (1935), The Design of Experiments, section 21: 863 of the 32,768 sums are at least 314, 1,726 in both tails.
    const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    assert.deepEqual(signFlipTest(darwin, { seed: 1 }), { pValue: 863 / 32_768, method: 'exact', permutations: 32_768 });
    near(signFlipTest(darwin, { seed: 1, alternative: 'two-sided' }).pValue, 1_726 / 32_768);
  });

  // scipy 1.17.1: permutation_test((d,), mean, permutation_type='samples', n_resamples=inf, alternative=...)
  const reference: readonly (readonly [readonly number[], number, number])[] = [
    [[0.5, 0.25, -0.25, 0.75, 0.1], 0.125, 0.25],
    [[0.3, 0.2, -0.1, 0.4, -0.2, 0.6, 0.1, 0.05], 0.06640625, 0.1328125],
    [[-0.5, -0.25, 0.125], 0.875, 0.5],
    [[0.1, 0.2, -0.3, 0.4], 0.3125, 0.625],
  ];
  for (const [differences, greater, twoSided] of reference) {
    it(`is ${greater} for ${differences.join(', ')}`, () => {
      near(signFlipTest(differences, { seed: 1 }).pValue, greater);
      near(signFlipTest(differences, { seed: 1, alternative: 'two-sided' }).pValue, twoSided);
    });
  }

  it('samples sign patterns where there are too many', () => {
    // 20 non-zero differences. By dynamic programming over quarters (Python): 0.014621734619140625, 0.02924346923828125 two-sided.
    const differences = [0.5, -0.25, 0.25, 0, 0.75, -0.5, 0.25, 0.5, 0, 0, 0.25, 1, -0.25, 0.5, 0.25, 0, 0.5, -0.75, 0.25, 0.5, 0.25, 0, 0.5, 0.25];
    const test = signFlipTest(differences, { seed: 2, permutations: 99_999 });
    assert.equal(test.method, 'monte-carlo');
    near(test.pValue, 0.0146217, 0.0012); // three standard errors
    near(signFlipTest(differences, { seed: 2, permutations: 99_999, alternative: 'two-sided' }).pValue, 0.0292435, 0.0024);
    assert.equal(signFlipTest(differences, { seed: 2 }).permutations, 9_999);
  });

  it('is never 0: the observed pattern counts', () => {
    const all = Array.from({ length: 60 }, () => 0.5);
    assert.equal(signFlipTest(all, { seed: 1, permutations: 999 }).pValue, 1 / 1_000);
  });

  it('is exact up to 16 non-zero differences, however many zeros there are', () => {
    const zeros = Array.from({ length: 400 }, () => 1e-10); // within 1e-9 of 0
    assert.equal(signFlipTest([...zeros, ...Array.from({ length: 16 }, () => 1)], { seed: 1 }).pValue, 2 ** -16);
    assert.equal(signFlipTest([...zeros, ...Array.from({ length: 17 }, () => 1)], { seed: 1 }).method, 'monte-carlo');
    assert.deepEqual(signFlipTest(zeros, { seed: 1 }), { pValue: 1, method: 'exact', permutations: 1 });
  });

  it("is McNemar's test for differences of 0, 1 and -1", () => {
    fc.assert(
      fc.property(fc.nat(7), fc.nat(7), fc.nat(5), (improved, worsened, same) => {
        const differences = [
          ...Array.from({ length: improved }, () => 1),
          ...Array.from({ length: worsened }, () => -1),
          ...Array.from({ length: same + 1 }, () => 0),
        ];
        near(signFlipTest(differences, { seed: 1 }).pValue, mcnemarExact(improved, worsened).greater);
        near(signFlipTest(differences, { seed: 1, alternative: 'two-sided' }).pValue, mcnemarExact(improved, worsened).twoSided);
      }),
    );
  });

  it('does not depend on the order of the differences', () => {
    const lists = fc
      .array(eighths, { minLength: 1, maxLength: 25, size: 'max' })
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(
      fc.property(lists, ([list, shuffled]) =>
        assert.deepEqual(signFlipTest(list, { seed: 3, permutations: 199 }), signFlipTest(shuffled, { seed: 3, permutations: 199 })),
      ),
      { numRuns: 50 },
    );
  });

  it('mirrors: p of the differences and of their opposites share the observed sum', () => {
    fc.assert(
      fc.property(fc.array(eighths, { minLength: 1, maxLength: 10 }), (list) => {
        const opposite = list.map((difference) => -difference);
        assert.ok(signFlipTest(list, { seed: 1 }).pValue + signFlipTest(opposite, { seed: 1 }).pValue > 1);
        near(signFlipTest(list, { seed: 1, alternative: 'two-sided' }).pValue, signFlipTest(opposite, { seed: 1, alternative: 'two-sided' }).pValue);
      }),
    );
  });

  it('calls no difference better more often than it says', () => {
    const random = randomStream(9, 'level', 'sign-flip');
    let rejected = 0;
    for (let trial = 0; trial < 2_000; trial++) {
      const differences = Array.from({ length: 30 }, () => random.next() ** 2 * (random.next() < 0.5 ? -1 : 1));
      if (signFlipTest(differences, { seed: trial, permutations: 199 }).pValue <= 0.05) rejected++;
    }
    assert.ok(rejected / 2_000 > 0.035 && rejected / 2_000 < 0.065, `rejected ${rejected / 2_000}`);
  });

  it('keeps its time for 100,000 tasks', () => {
    const random = randomStream(1, 'many', 'test');
    const started = process.cpuUsage();
    const test = signFlipTest(
      Array.from({ length: 100_000 }, () => random.next() - 0.5),
      { seed: 1 },
    );
    const { user, system } = process.cpuUsage(started);
    assert.equal(test.permutations, 999);
    assert.ok(user + system < 2e6, `took ${(user + system) / 1e6} s`);
  }).timeout(20_000);

  it('refuses nothing, and what is not finite', () => {
    assert.throws(() => signFlipTest([], { seed: 1 }), RangeError);
    assert.throws(() => signFlipTest([Number.NaN], { seed: 1 }), RangeError);
    assert.throws(
      () =>
        signFlipTest(
          Array.from({ length: 20 }, () => 1),
          { seed: 1, permutations: 0 },
        ),
      RangeError,
    );
  });
});
