// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { drawPool, type PoolNode } from '../../../src/core/merge/pool.js';
import { randomStream } from '../../../src/core/random.js';

const nodes = (count: number, tasks: number): PoolNode[] =>
  Array.from({ length: count }, (_, n) => ({ id: `s${n}`, taskIds: Array.from({ length: tasks }, (_, t) => `s${n}-t${t}`) }));
const perNode = (pool: readonly string[]): Map<string, number> =>
  pool.reduce((counts, id) => counts.set(id.split('-')[0] ?? '', (counts.get(id.split('-')[0] ?? '') ?? 0) + 1), new Map<string, number>());

describe('drawPool', () => {
  it('takes equal parts of every node, sorted', () => {
    const pool = drawPool(nodes(6, 16), 60, 7, 1);
    assert.equal(pool.length, 60);
    assert.deepEqual([...perNode(pool).values()], [10, 10, 10, 10, 10, 10]);
    assert.deepEqual(pool, pool.toSorted());
  });

  it('takes one each of some nodes if there are more nodes than places', () => {
    assert.deepEqual(
      [...perNode(drawPool(nodes(200, 16), 60, 7, 1)).values()],
      Array.from({ length: 60 }, () => 1),
    );
  });

  it('takes more of others when a node has no more, and all there is if that is less', () => {
    const uneven = [...nodes(2, 16), { id: 's9', taskIds: ['s9-t0'] }];
    assert.deepEqual(
      [...perNode(drawPool(uneven, 11, 7, 1)).values()].sort((a, b) => a - b),
      [1, 5, 5],
    );
    assert.equal(drawPool(uneven, 99, 7, 1).length, 33);
    assert.deepEqual(drawPool([], 60, 7, 1), []);
    assert.deepEqual(drawPool(nodes(3, 3), 0, 7, 1), []);
  });

  it('takes a task of several nodes once', () => {
    const shared = [
      { id: 'a', taskIds: ['t1', 't2'] },
      { id: 'b', taskIds: ['t2', 't1'] },
    ];
    assert.deepEqual(drawPool(shared, 9, 7, 1), ['t1', 't2']);
  });

  it('draws by seed and level', () => {
    const [first, ...others] = [drawPool(nodes(6, 16), 12, 7, 1), drawPool(nodes(6, 16), 12, 8, 1), drawPool(nodes(6, 16), 12, 7, 2)];
    for (const other of others) assert.notDeepEqual(other, first);
  });

  it('does not depend on the order of nodes and tasks; counts differ by at most one while all have tasks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 20 }), fc.nat(80), fc.nat(), (count, tasks, size, seed) => {
        const given = nodes(count, tasks);
        const random = randomStream(seed, 'test', 'order');
        const pool = drawPool(given, size, seed, 1);
        assert.deepEqual(
          drawPool(
            random.shuffle(given).map(({ id, taskIds }) => ({ id, taskIds: random.shuffle(taskIds) })),
            size,
            seed,
            1,
          ),
          pool,
        );
        assert.equal(pool.length, Math.min(size, count * tasks));
        const counts = given.map(({ id }) => perNode(pool).get(id) ?? 0);
        assert.ok(Math.max(...counts) - Math.min(...counts) <= 1);
      }),
    );
  });

  it('is quick for thousands of nodes', () => {
    const many = nodes(6_250, 16);
    const start = performance.now();
    drawPool(many, 60, 7, 1);
    assert.ok(performance.now() - start < 2_000);
  });

  it('refuses a size that is none', () => {
    assert.throws(() => drawPool([], -1, 7, 1), RangeError);
  });
});
