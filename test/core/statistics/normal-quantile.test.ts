// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { normalQuantile, standardErrorsOf } from '../../../src/core/statistics/normal-quantile.js';

describe('normalQuantile', () => {
  // scipy 1.17.1: scipy.stats.norm.ppf(probability)
  const reference: readonly (readonly [number, number])[] = [
    [1e-20, -9.262340089798409],
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
    [0.025, -1.9599639845400545],
    [0.05, -1.6448536269514729],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.9999, 3.719016485455709],
  ];
  for (const [probability, expected] of reference) {
    it(`is ${expected} at ${probability}`, () => assert.ok(Math.abs(normalQuantile(probability) - expected) <= 2e-7 * Math.abs(expected) + 1e-12));
  }

  it('is symmetric and rises', () => {
    const probability = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    fc.assert(
      fc.property(probability, probability, (p, q) => {
        assert.ok(Math.abs(normalQuantile(p) + normalQuantile(1 - p)) < 1e-6);
        if (p < q - 1e-5) assert.ok(normalQuantile(p) < normalQuantile(q));
      }),
    );
  });

  it('refuses what is no probability between 0 and 1', () => {
    for (const probability of [0, 1, -0.1, 1.1, Number.NaN]) assert.throws(() => normalQuantile(probability), RangeError);
  });
});

describe('standardErrorsOf', () => {
  it('is the two-sided quantile of a confidence', () => {
    assert.ok(Math.abs(standardErrorsOf(0.95) - 1.959963984540054) < 1e-6);
    assert.equal(standardErrorsOf(0), 0);
    for (const confidence of [-0.1, 1, 1.1, Number.NaN]) assert.throws(() => standardErrorsOf(confidence), RangeError);
  });
});
