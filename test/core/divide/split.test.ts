// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assignSplit, assignValidationHalf, splitTask } from '../../../src/core/divide/split.js';

const shares = { train: 60, validation: 20, test: 20 };

describe('assignSplit', () => {
  it('gives train, validation and test their shares of [0, 1), in this order', () => {
    const splits = [0, 0.5999, 0.6, 0.7999, 0.8, 0.9999].map((hash) => assignSplit(hash, { train: 0.6, validation: 0.2, test: 0.2 }));
    assert.deepEqual(splits, ['train', 'train', 'validation', 'validation', 'test', 'test']);
  });

  it('takes shares in any unit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (hash) => assignSplit(hash, shares) === assignSplit(hash, { train: 6, validation: 2, test: 2 }),
      ),
    );
  });

  it('never uses a split without a share', () => {
    const hash = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const share = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(hash, share, share, (place, a, b) => {
        assert.notEqual(assignSplit(place, { train: a, validation: b, test: 0 }), 'test');
        assert.notEqual(assignSplit(place, { train: a, validation: 0, test: b }), 'validation');
        assert.notEqual(assignSplit(place, { train: 0, validation: a, test: b }), 'train');
      }),
    );
  });

  it('refuses hashes and shares that cannot be', () => {
    for (const hash of [-0.1, 1, Number.NaN]) {
      assert.throws(() => assignSplit(hash, shares), RangeError);
      assert.throws(() => assignValidationHalf(hash), RangeError);
    }
    for (const wrong of [
      { train: -1, validation: 1, test: 1 },
      { train: 0, validation: 0, test: 0 },
      { train: Number.NaN, validation: 1, test: 1 },
    ])
      assert.throws(() => assignSplit(0.5, wrong), RangeError);
  });
});

describe('splitTask', () => {
  it('never moves a task when the benchmark grows', () => {
    const ids = Array.from({ length: 500 }, (_, i) => `task-${i}`);
    const small = new Map(ids.slice(0, 100).map((id) => [id, splitTask('project', id, shares)]));
    const grown = new Map(ids.toReversed().map((id) => [id, splitTask('project', id, shares)]));
    for (const [id, split] of small) assert.equal(grown.get(id), split);
  });

  it('never changes from one release to the next', () => {
    // Computed with mmh3 (Python) from '["project/split","<id>"]' and '["project/validation-half","<id>"]'.
    const splits = Array.from({ length: 12 }, (_, i) => splitTask('project', `task-${i}`, shares));
    assert.deepEqual(splits, ['confirm', 'confirm', 'train', 'train', 'train', 'select', 'train', 'train', 'train', 'train', 'select', 'train']);
  });

  it('meets the shares within chance', () => {
    const counts = { train: 0, select: 0, confirm: 0, test: 0 };
    for (let i = 0; i < 20_000; i++) counts[splitTask('project', `task-${i}`, shares)]++;
    // Four standard errors of a share p of 20,000: 4 sqrt(p (1 - p) / 20,000).
    for (const [split, share] of [
      ['train', 0.6],
      ['select', 0.1],
      ['confirm', 0.1],
      ['test', 0.2],
    ] as const) {
      assert.ok(Math.abs(counts[split] / 20_000 - share) < 4 * Math.sqrt((share * (1 - share)) / 20_000), `${split}: ${counts[split]}`);
    }
  });

  it('splits another project another way', () => {
    const splits = (project: string): string => Array.from({ length: 50 }, (_, i) => splitTask(project, `task-${i}`, shares)).join();
    assert.notEqual(splits('one'), splits('other'));
  });
});
