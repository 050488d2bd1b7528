// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareIds, sameScore, sumInOrder } from '../../src/core/numbers.js';

describe('numbers', () => {
  it('takes scores that differ by rounding only for equal', () => {
    assert.equal(sameScore(0.1 + 0.2, 0.3), true);
    assert.equal(sameScore(0.5, 0.5 + 0.9e-9), true);
    assert.equal(sameScore(0.5, 0.5 - 1.1e-9), false);
    assert.equal(sameScore(Number.NaN, Number.NaN), false);
  });

  it('compares ids by code unit, wherever it runs', () => {
    assert.deepEqual(['t10', 'T2', 't2', 'ä', 'z', ''].sort(compareIds), ['', 'T2', 't10', 't2', 'z', 'ä']);
    assert.equal(compareIds('a', 'a'), 0);
  });

  it('adds in the order of the ids', () => {
    assert.equal(
      sumInOrder(
        new Map([
          ['c', -1e16],
          ['b', 1e16],
          ['a', 1],
        ]),
      ),
      0,
      '1 + 1e16 loses the 1',
    );
    assert.equal(
      sumInOrder(
        new Map([
          ['a', -1e16],
          ['b', 1e16],
          ['c', 1],
        ]),
      ),
      1,
    );
    assert.equal(
      sumInOrder([
        ['a', 1e16],
        ['a', -1e16],
        ['a', 1],
      ]),
      0,
      'equal ids by value: -1e16, 1, 1e16',
    );
    assert.equal(sumInOrder([]), 0);
  });

  it('gives the same sum, to the last bit, in whatever order the values arrive', () => {
    const entries = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.double({ min: -1, max: 1, noNaN: true })), { maxLength: 12, size: 'max' });
    const shuffled = entries.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(fc.property(shuffled, ([list, other]) => assert.equal(sumInOrder(list), sumInOrder(other))));
  });
});
