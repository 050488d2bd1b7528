// Needs nothing.

import assert from 'node:assert/strict';
import { PackedReferences } from '../../src/activities/packed-references.js';
import type { TaskReference } from '../../src/core/task.js';

describe('packed references', () => {
  it('are given back as they were, at any place', () => {
    const references = Array.from({ length: 2_500 }, (_, number): TaskReference => {
      const reference = { id: `é${number} "${'x'.repeat(number % 7)}"`, hash: number.toString(16).padStart(64, '0') };
      return number % 3 === 0 ? reference : { ...reference, category: `topic ${number % 5} ü` };
    });
    const packed = new PackedReferences();
    for (const reference of references) packed.add(reference);
    for (const place of [2_499, 0, 1_023, 1_024, 2_047, 2_048, ...references.keys()]) assert.deepEqual(packed.at(place), references[place]);
  });
});
