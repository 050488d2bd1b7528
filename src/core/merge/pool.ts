/** The tasks on which a level's merges are judged. */
import { compareIds } from '../numbers.js';
import { randomStream } from '../random.js';

/** A candidate that is merged on a level, with the tasks it was optimized on. */
export interface PoolNode {
  readonly id: string;
  readonly taskIds: readonly string[];
}

/**
 * The pool of a whole level: the nodes take turns, in an order drawn by seed, and each gives one task at a time, drawn by
 * seed from its own; so every node gives as many as every other, give or take one, until it has no more. All
 * candidates of the level run on the same pool: a score is only compared with a score on the same tasks, and to every
 * node most of the pool comes from outside. Depends on the set of nodes, not on the order of the lists.
 *
 * @param poolSize tasks at most, a whole number of 0 or more.
 * @returns task ids, sorted, each once.
 */
export function drawPool(nodes: readonly PoolNode[], poolSize: number, seed: number | string, level: number): readonly string[] {
  if (!Number.isSafeInteger(poolSize) || poolSize < 0) throw new RangeError(`A pool of ${poolSize} tasks was asked for: it takes a whole number of 0 or more.`);
  const path = `merge/level-${level}`;
  const turns = randomStream(seed, path, 'pool-order').shuffle(nodes.toSorted((a, b) => compareIds(a.id, b.id)));
  const pool = new Set<string>();
  const drawn = new Map<string, string[]>();
  for (let found = true; found && pool.size < poolSize; ) {
    found = false;
    for (const { id, taskIds } of turns) {
      if (pool.size === poolSize) break;
      // Drawn only when its turn comes: of thousands of nodes most give nothing.
      const own = drawn.get(id) ?? randomStream(seed, `${path}/${id}`, 'pool').shuffle(taskIds.toSorted()).reverse();
      drawn.set(id, own);
      const task = own.pop();
      if (task === undefined) continue;
      pool.add(task);
      found = true;
    }
  }
  return [...pool].sort();
}
