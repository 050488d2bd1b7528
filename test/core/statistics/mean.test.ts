// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mean, standardErrorOfMean } from '../../../src/core/statistics/mean.js';

const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50, size: 'max' });

describe('mean', () => {
  it('is the sum over the number', () => assert.equal(mean([0, 0.5, 1, 1]), 0.625));

  it('lies between the lowest and the highest', () => {
    fc.assert(fc.property(scores, (list) => mean(list) >= Math.min(...list) - 1e-12 && mean(list) <= Math.max(...list) + 1e-12));
  });

  it('refuses what would silently become a wrong decision', () => {
    for (const list of [[], [Number.NaN], [1, Number.POSITIVE_INFINITY]]) {
      assert.throws(() => mean(list), RangeError);
      assert.throws(() => standardErrorOfMean(list), RangeError);
    }
  });
});

describe('standardErrorOfMean', () => {
  it("is scipy's sem", () => {
    // scipy 1.17.1: scipy.stats.sem([.2, 0, .3, -.1, .2, .3, -.1, .2, .1, .2])
    assert.ok(Math.abs(standardErrorOfMean([0.2, 0, 0.3, -0.1, 0.2, 0.3, -0.1, 0.2, 0.1, 0.2]) - 0.04725815626252608) < 1e-15);
  });

  it('is 0 for one value and for equal values', () => {
    assert.equal(standardErrorOfMean([0.7]), 0);
    assert.equal(standardErrorOfMean([0.5, 0.5, 0.5]), 0);
  });

  it('does not change when all values move together, and grows with their scale', () => {
    fc.assert(
      fc.property(scores, fc.double({ min: -5, max: 5, noNaN: true }), (list, by) => {
        const error = standardErrorOfMean(list);
        assert.ok(Math.abs(standardErrorOfMean(list.map((score) => score + by)) - error) < 1e-9);
        assert.ok(Math.abs(standardErrorOfMean(list.map((score) => score * -3)) - 3 * error) < 1e-9);
      }),
    );
  });
});
