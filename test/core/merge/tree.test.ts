// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bucketLimit, nodeId, treeLevels } from '../../../src/core/merge/tree.js';
import { clusterBySimilarity } from '../../../src/core/similarity.js';

const descending = (list: readonly number[]): number[] => list.toSorted((a, b) => b - a);
const sum = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0);

describe('treeLevels', () => {
  it('goes up in even clusters until one candidate is left', () => {
    assert.deepEqual(
      treeLevels(21, 4).map(({ sizes }) => sizes),
      [[4, 4, 4, 3, 3, 3], [3, 3], [2]],
    );
    assert.deepEqual(treeLevels(5, 4), [
      { level: 1, inputs: 5, nodes: 2, buckets: [5], sizes: [3, 2] },
      { level: 2, inputs: 2, nodes: 1, buckets: [2], sizes: [2] },
    ]);
    assert.deepEqual(
      treeLevels(6250, 4).map(({ nodes }) => nodes),
      [1563, 391, 98, 25, 7, 2, 1],
    );
  });

  it('has no levels for one candidate or none, and one level for a fan-in that takes all', () => {
    assert.deepEqual(treeLevels(0, 4), []);
    assert.deepEqual(treeLevels(1, 4), []);
    assert.deepEqual(
      treeLevels(1000, 1000).map(({ sizes }) => sizes),
      [[1000]],
    );
  });

  it('refuses what is no tree', () => {
    assert.throws(() => treeLevels(4, 1), RangeError);
    assert.throws(() => treeLevels(1.5, 4), RangeError);
  });

  it('for any number: ceil(n / fanIn) nodes, sizes within the fan-in, none of one unless fan-in 2 leaves one over, buckets within their limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000 }), fc.oneof(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 600 })), (candidates, fanIn) => {
        const levels = treeLevels(candidates, fanIn);
        let inputs = candidates;
        levels.forEach((level, i) => {
          assert.equal(level.level, i + 1);
          assert.equal(level.inputs, inputs);
          assert.equal(level.nodes, Math.ceil(inputs / fanIn));
          assert.equal(level.sizes.length, level.nodes);
          assert.equal(sum(level.sizes), inputs);
          assert.equal(sum(level.buckets), inputs);
          assert.ok(level.sizes.every((size) => size <= fanIn));
          const alone = level.sizes.filter((size) => size < 2).length;
          assert.ok(alone <= (fanIn === 2 && inputs % 2 === 1 ? 1 : 0), `${alone} alone of ${inputs} with fan-in ${fanIn}`);
          assert.ok(level.buckets.every((bucket) => bucket > 0 && bucket <= Math.max(bucketLimit, fanIn)));
          assert.equal(level.nodes, sum(level.buckets.map((bucket) => Math.ceil(bucket / fanIn))));
          inputs = level.nodes;
        });
        if (candidates > 0) assert.equal(inputs, 1);
      }),
      { numRuns: 2_000 },
    );
  });

  it('plans the sizes that clustering by similarity makes', () => {
    for (const [n, fanIn] of [
      [5, 4],
      [13, 4],
      [7, 2],
      [30, 7],
    ] as const) {
      const clusters = clusterBySimilarity(
        Array.from({ length: n }, (_, i) => ({ id: `s${String(i).padStart(4, '0')}`, tokens: new Set([`${i % 3}`]) })),
        { fanIn },
      );
      assert.deepEqual(descending(clusters.map((cluster) => cluster.length)), descending(treeLevels(n, fanIn)[0]?.sizes ?? []));
    }
  });
});

describe('nodeId', () => {
  it('names level and number, and sorts by number', () => {
    assert.equal(nodeId(1, 1), 'm1-0001');
    assert.equal(nodeId(3, 17, 12_345), 'm3-00017');
  });
});
