import { strict as assert } from 'node:assert';
import { nearest } from '../../src/config/problems.js';

describe('nearest', () => {
  const keys = ['modules', 'model', 'merge', 'models'];

  it('is the word that was meant', () => {
    for (const [typed, meant] of [
      ['modle', 'model'],
      ['Model', 'model'],
      ['modulse', 'modules'],
      ['mergee', 'merge'],
    ])
      assert.equal(nearest(typed!, keys), meant);
    assert.equal(nearest('temperature', keys), undefined);
  });
});
