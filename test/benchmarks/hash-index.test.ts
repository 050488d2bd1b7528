// Needs nothing.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { HashIndex } from '../../src/benchmarks/hash-index.js';

const hashOf = (number: number) => createHash('sha256').update(String(number)).digest();

describe('an index of hashes', () => {
  it('finds every number, and nothing else, however often it grew', () => {
    const index = new HashIndex();
    // Numbers that are left out belong to contents that another index has.
    for (let number = 0; number < 60_000; number += 1 + (number % 3)) index.set(hashOf(number), number);
    const missing: number[] = [];
    let expected = 0;
    for (let number = 0; number < 60_000; number++) {
      const isSet = number === expected;
      if (isSet) expected += 1 + (number % 3);
      if (index.get(hashOf(number)) !== (isSet ? number : undefined)) missing.push(number);
    }
    assert.deepEqual(missing, []);
  });

  it('gives the last number of a hash, also when it grew since', () => {
    const index = new HashIndex();
    index.set(hashOf(0), 0);
    index.set(hashOf(0), 1);
    for (let number = 2; number < 20_000; number++) index.set(hashOf(number), number);
    assert.equal(index.get(hashOf(0)), 1);
  });
});
