// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { adjustedPairedInterval, pairedBootstrapInterval } from '../../../src/core/statistics/paired.js';
import { pairedTest } from '../../../src/core/statistics/paired-test.js';

describe('pairedTest', () => {
  it("takes McNemar's test for scores of 0 and 1", () => {
    // 7 improved, 1 worsened, of 21: the example of Fagerland, Lydersen and Laake (2013), one-sided.
    const before = [...Array.from({ length: 7 }, () => 0), 1, ...Array.from({ length: 12 }, () => 0), 1];
    const after = [...Array.from({ length: 7 }, () => 1), 0, ...Array.from({ length: 12 }, () => 0), 1];
    const test = pairedTest(before, after, { seed: 1 });
    assert.equal(test.method, 'mcnemar-exact');
    assert.equal(test.n, 21);
    assert.ok(Math.abs(test.pValue - 9 / 256) < 1e-12);
    assert.ok(Math.abs(test.meanDifference - 6 / 21) < 1e-12);
    assert.deepEqual(test.interval, adjustedPairedInterval(before, after));
  });

  it('takes the sign-flip test for graded scores', () => {
    const before = [0.2, 0.5, 0.4, 0.9, 0.1, 0.6, 0.3, 0.8, 0.5, 0.7];
    const after = [0.4, 0.5, 0.7, 0.8, 0.3, 0.9, 0.2, 1, 0.6, 0.9];
    const test = pairedTest(before, after, { seed: 1, confidence: 0.9 });
    assert.equal(test.method, 'sign-flip-exact');
    assert.equal(test.pValue, 0.021484375); // scipy 1.17.1: permutation_test, permutation_type='samples', greater, all patterns
    assert.deepEqual(test.interval, pairedBootstrapInterval(before, after, { seed: 1, confidence: 0.9 }));
    const many = (scores: readonly number[]): number[] => [...scores, ...scores, ...scores];
    assert.equal(pairedTest(many(before), many(after), { seed: 1 }).method, 'sign-flip-monte-carlo');
  });

  it('asks for better, not for different', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 14, size: 'max' }), (list) => {
        const [before, after] = [list.map(([score]) => score / 4), list.map(([, score]) => score / 4)];
        const { meanDifference, pValue } = pairedTest(before, after, { seed: 1 });
        assert.ok(pValue > 0 && pValue <= 1);
        if (meanDifference <= 0) assert.ok(pValue >= 0.5);
      }),
      { numRuns: 50 },
    );
  });

  it('finds nothing in equal candidates', () => {
    assert.equal(pairedTest([1, 0, 1], [1, 0, 1], { seed: 1 }).pValue, 1);
    assert.equal(pairedTest([0.1 + 0.2, 0.5], [0.3, 0.5], { seed: 1 }).pValue, 1);
  });

  it('refuses lists that are not of the same tasks, and none', () => {
    assert.throws(() => pairedTest([1], [1, 0], { seed: 1 }), RangeError);
    assert.throws(() => pairedTest([], [], { seed: 1 }), RangeError);
  });
});
