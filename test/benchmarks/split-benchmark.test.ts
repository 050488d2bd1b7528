// Needs nothing.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { readBenchmark } from '../../src/benchmarks/read-benchmark.js';
import { assignSplits, takeTasks } from '../../src/benchmarks/split-benchmark.js';
import type { Split } from '../../src/core/task.js';

const tasks = (count: number, split?: Split) =>
  Array.from({ length: count }, (_, index) => ({ id: `${split ?? 'task'}-${index}`, ...(split === undefined ? {} : { split }) }));

const shares = { train: 60, validation: 20, test: 20 };

describe('assignSplits', () => {
  it('gives every task a part, near the shares', () => {
    const parts = [...assignSplits(tasks(2_000), { project: 'p', shares: { train: 50, validation: 30, test: 20 } }).values()];
    const count = (split: Split, half?: string) => parts.filter((part) => part.split === split && part.half === half).length;
    assert.equal(parts.length, 2_000);
    for (const [size, share] of [
      [count('train'), 0.5],
      [count('validation', 'select'), 0.15],
      [count('validation', 'confirm'), 0.15],
      [count('test'), 0.2],
    ] as const) {
      assert.ok(Math.abs(size / 2_000 - share) < 0.04, `${size} of 2000 for ${share}`);
    }
  });

  it('never moves a task when the benchmark grows or is put into another order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 300 }), fc.integer({ min: 0, max: 300 }), (count, more) => {
        const small = assignSplits(tasks(count), { project: 'p', shares });
        const large = assignSplits(tasks(count + more).reverse(), { project: 'p', shares });
        for (const [id, part] of small) assert.deepEqual(large.get(id), part);
      }),
    );
  });

  it('is another one in another project', () => {
    assert.notDeepEqual(assignSplits(tasks(200), { project: 'p', shares }), assignSplits(tasks(200), { project: 'q', shares }));
  });

  it('respects given splits, and halves validation by hash', () => {
    const given = [...tasks(3, 'train'), ...tasks(40, 'validation'), ...tasks(2, 'test')];
    const parts = assignSplits(given, { project: 'p', shares: { train: 0, validation: 0, test: 1 } });
    for (const task of given) assert.equal(parts.get(task.id)!.split, task.split);
    for (const task of given) assert.equal(parts.get(task.id)!.half === undefined, task.split !== 'validation');
    const fewer = assignSplits([...given.slice(0, 33), ...tasks(2, 'test')], { project: 'p', shares });
    for (const [id, part] of fewer) assert.deepEqual(parts.get(id), part);
  });

  it('takes validation from train where only train and test are given, and leaves test alone', () => {
    const parts = assignSplits([...tasks(400, 'train'), ...tasks(50, 'test')], { project: 'p', shares: { train: 3, validation: 1, test: 4 } });
    const count = (split: Split) => [...parts.values()].filter((part) => part.split === split).length;
    assert.equal(count('test'), 50);
    assert.ok(Math.abs(count('validation') / 400 - 0.25) < 0.06, `${count('validation')} of 400`);
    assert.ok(tasks(50, 'test').every(({ id }) => parts.get(id)!.split === 'test'));
  });

  it('splits the example benchmark as it was given', async () => {
    const example = await readBenchmark(fileURLToPath(new URL('../../../examples/freight-desk/messages.jsonl', import.meta.url)));
    const parts = assignSplits(example, { project: 'freight-desk', shares });
    assert.equal(parts.size, 240);
    assert.ok(example.every((task) => parts.get(task.id)!.split === task.split));
  });

  it('wants a split for all tasks or for none', () => {
    assert.throws(() => assignSplits([{ id: 'a' }, { id: 'b', split: 'train' }], { project: 'p', shares }), {
      failureType: 'input.invalid',
      message: 'Task "b" has a split, task "a" has none. Give every task a split, or none: then they are assigned by the hash of the id.',
    });
  });

  it('wants enough tasks in every part', () => {
    assert.throws(() => assignSplits([...tasks(1, 'train'), ...tasks(40, 'validation')], { project: 'p', shares }), {
      failureType: 'input.invalid',
      message:
        /^Fewer tasks than a split needs: train 1, validation 40 \(select \d+, confirm \d+\), test 0; train, test need at least 2\. Mark more tasks as train, validation or test \(validation is halved by the hash of the id\), or leave out all splits: then they are assigned\.$/,
    });
    assert.throws(() => assignSplits([{ id: 'a' }], { project: 'p', shares: { train: 1, validation: 0, test: 0 } }), {
      message:
        'Fewer tasks than a split needs: train 1, validation 0 (select 0, confirm 0), test 0; train, select, confirm, test need at least 2. Add tasks, change benchmark.splits, or give every task a split (train, validation or test).',
    });
  });
});

describe('takeTasks', () => {
  const all = assignSplits([...tasks(100, 'train'), ...tasks(80, 'validation'), ...tasks(60, 'test')], { project: 'p', shares });
  const ids = (parts: ReadonlyMap<string, { readonly split: Split }>, split: Split) => [...parts].filter(([, part]) => part.split === split).map(([id]) => id);

  it('keeps at most so many of each split, all in the parts they had', () => {
    const taken = takeTasks(all, { train: 30, validation: 40 }, 1);
    assert.deepEqual([ids(taken, 'train').length, ids(taken, 'validation').length, ids(taken, 'test').length], [30, 40, 60]);
    for (const [id, part] of taken) assert.deepEqual(part, all.get(id));
    assert.equal(ids(takeTasks(all, { train: 1_000 }, 1), 'train').length, 100);
  });

  it('draws by seed, whatever the order; a larger sample holds the smaller one', () => {
    const small = ids(takeTasks(all, { train: 20 }, 1), 'train');
    assert.deepEqual(ids(takeTasks(new Map([...all].reverse()), { train: 20 }, 1), 'train').sort(), small.toSorted());
    const large = new Set(ids(takeTasks(all, { train: 50 }, 1), 'train'));
    assert.ok(small.every((id) => large.has(id)));
    assert.notDeepEqual(ids(takeTasks(all, { train: 20 }, 2), 'train'), small);
  });
});
