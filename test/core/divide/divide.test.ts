// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Features } from '../../../src/core/divide/by-similarity.js';
import { divide, type DivideOptions } from '../../../src/core/divide/divide.js';
import type { DivisibleTask, Subset } from '../../../src/core/divide/division.js';
import { randomStream } from '../../../src/core/random.js';

type Strategy = DivideOptions['strategy'];
const strategies: readonly Strategy[] = ['stratified', 'category', 'similar'];

/** Features of tasks that only depend on the id, so that every list of tasks has some. */
function featuresOf(tasks: readonly DivisibleTask[]): ReadonlyMap<string, Features> {
  return new Map(tasks.map(({ id }) => [id, Array.from({ length: 3 }, (_, d) => randomStream(1, id, `feature/${d}`).next())]));
}

function divideBy(strategy: Strategy, tasks: readonly DivisibleTask[], size: number, seed: number): readonly Subset[] {
  return strategy === 'similar' ? divide(tasks, { strategy, size, seed, features: featuresOf(tasks) }) : divide(tasks, { strategy, size, seed });
}

const task = fc.record({ id: fc.string({ maxLength: 6 }), category: fc.option(fc.constantFrom('pick', 'heat', 'cool', 'look'), { nil: undefined }) });
const tasks = fc.uniqueArray(task, { selector: ({ id }) => id, maxLength: 120, size: 'max' });
const size = fc.integer({ min: 1, max: 20 });
const seed = fc.integer();

const sizesOf = (subsets: readonly Subset[]): number[] => subsets.map(({ taskIds }) => taskIds.length);
const spread = (numbers: readonly number[]): number => (numbers.length === 0 ? 0 : Math.max(...numbers) - Math.min(...numbers));

function manyTasks(count: number): DivisibleTask[] {
  return Array.from({ length: count }, (_, i) => ({ id: `task-${i}`, category: `kind-${i % 7}` }));
}

for (const strategy of strategies) {
  describe(`divide, ${strategy}`, () => {
    it('puts every task in exactly one subset, none larger than asked for', () => {
      fc.assert(
        fc.property(tasks, size, seed, (list, limit, number) => {
          const subsets = divideBy(strategy, list, limit, number);
          assert.deepEqual(subsets.flatMap(({ taskIds }) => taskIds).sort(), list.map(({ id }) => id).sort());
          assert.ok(sizesOf(subsets).every((count) => count >= 1 && count <= limit));
        }),
      );
    });

    it('does not depend on the order of the list, and gives the same each time', () => {
      const lists = tasks.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
      fc.assert(
        fc.property(lists, size, seed, ([list, shuffled], limit, number) => {
          const before = JSON.stringify(shuffled);
          assert.deepEqual(divideBy(strategy, list, limit, number), divideBy(strategy, shuffled, limit, number));
          assert.equal(JSON.stringify(shuffled), before, 'the list given is not changed');
        }),
      );
    });

    it('numbers subsets so that they sort, and sorts their tasks', () => {
      fc.assert(
        fc.property(tasks, size, seed, (list, limit, number) => {
          const subsets = divideBy(strategy, list, limit, number);
          subsets.forEach(({ id, taskIds }, i) => {
            assert.equal(id, `s${String(i + 1).padStart(4, '0')}`);
            assert.deepEqual(taskIds, [...taskIds].sort());
          });
          assert.deepEqual(
            subsets.map(({ id }) => id).sort(),
            subsets.map(({ id }) => id),
          );
        }),
      );
    });

    it('gives other subsets for another seed', () => {
      const list = manyTasks(64);
      if (strategy !== 'similar') assert.notDeepEqual(divideBy(strategy, list, 8, 1), divideBy(strategy, list, 8, 2));
    });

    it('divides 100,000 tasks in less than 2 s', () => {
      const list = manyTasks(100_000);
      const random = randomStream(1, 'many', 'features');
      const features = new Map(list.map(({ id }) => [id, Array.from({ length: 16 }, () => random.next())]));
      const started = process.cpuUsage();
      const subsets = strategy === 'similar' ? divide(list, { strategy, size: 16, seed: 1, features }) : divide(list, { strategy, size: 16, seed: 1 });
      const { user, system } = process.cpuUsage(started);
      assert.ok(user + system < 2e6, `took ${(user + system) / 1e6} s of CPU`);
      assert.ok(subsets.length >= 6_250 && Math.max(...sizesOf(subsets)) <= 16);
      assert.equal(new Set(subsets.flatMap(({ taskIds }) => taskIds)).size, 100_000);
    }).timeout(60_000);

    it('refuses sizes and ids that cannot be', () => {
      for (const wrong of [0, -1, 1.5, Number.NaN]) assert.throws(() => divideBy(strategy, [{ id: 'a' }], wrong, 1), RangeError);
      assert.throws(() => divideBy(strategy, [{ id: 'a' }, { id: 'b' }, { id: 'a' }], 2, 1), /two tasks have the id a/i);
      assert.deepEqual(divideBy(strategy, [], 16, 1), []);
    });
  });
}

describe('divide, subset ids', () => {
  it('grow with the number of subsets', () => {
    const subsets = divide(manyTasks(10_001), { strategy: 'stratified', size: 1, seed: 1 });
    assert.equal(subsets[0]?.id, 's00001');
    assert.equal(subsets.at(-1)?.id, 's10001');
  });
});

describe('divide, stratified', () => {
  it('makes ceil(n / size) subsets whose sizes, and counts of every category, differ by at most one', () => {
    fc.assert(
      fc.property(tasks, size, seed, (list, limit, number) => {
        const subsets = divideBy('stratified', list, limit, number);
        assert.equal(subsets.length, Math.ceil(list.length / limit));
        assert.ok(spread(sizesOf(subsets)) <= 1);
        for (const category of new Set(list.map((each) => each.category))) {
          const members = new Set(list.filter((each) => each.category === category).map(({ id }) => id));
          assert.ok(spread(subsets.map(({ taskIds }) => taskIds.filter((id) => members.has(id)).length)) <= 1, `category ${category}`);
        }
      }),
    );
  });

  it('shows every subset every kind that has enough tasks', () => {
    const subsets = divide(manyTasks(70), { strategy: 'stratified', size: 16, seed: 3 });
    for (const { taskIds } of subsets) assert.equal(new Set(taskIds.map((id) => Number(id.slice(5)) % 7)).size, 7);
  });

  it('is random without categories', () => {
    // Neighbours by id end up in the same one of four subsets about as often as chance says: 15 of 63.
    let together = 0;
    for (let number = 0; number < 200; number++) {
      const list = Array.from({ length: 64 }, (_, i) => ({ id: `t${String(i).padStart(2, '0')}` }));
      const subsets = divide(list, { strategy: 'stratified', size: 16, seed: number });
      const subsetOf = new Map(subsets.flatMap(({ id, taskIds }) => taskIds.map((taskId) => [taskId, id] as const)));
      for (let i = 0; i < 63; i++) if (subsetOf.get(list[i]?.id ?? '') === subsetOf.get(list[i + 1]?.id ?? '')) together++;
    }
    assert.ok(Math.abs(together / (200 * 63) - 15 / 63) < 0.02, `together ${together / (200 * 63)}`);
  });
});

describe('divide, category', () => {
  it('holds one category in a subset, in as few subsets as the size allows, as even as possible', () => {
    fc.assert(
      fc.property(tasks, size, seed, (list, limit, number) => {
        const categoryOf = new Map(list.map(({ id, category = '' }) => [id, category]));
        const byCategory = new Map<string, number[]>();
        for (const { taskIds } of divideBy('category', list, limit, number)) {
          const categories = new Set(taskIds.map((id) => categoryOf.get(id) ?? ''));
          assert.equal(categories.size, 1);
          const [category = ''] = categories;
          byCategory.set(category, [...(byCategory.get(category) ?? []), taskIds.length]);
        }
        for (const counts of byCategory.values()) {
          assert.ok(spread(counts) <= 1);
          assert.equal(counts.length, Math.ceil(counts.reduce((sum, count) => sum + count, 0) / limit));
        }
      }),
    );
  });
});

describe('divide, similar', () => {
  /** Tasks of `clusters` kinds, 16 each; ids say nothing of the kind. */
  function clustered(
    clusters: number,
    feature: (cluster: number, random: ReturnType<typeof randomStream>) => Features,
  ): { readonly tasks: DivisibleTask[]; readonly kindOf: Map<string, number>; readonly features: Map<string, Features> } {
    const random = randomStream(4, `clusters/${clusters}`, 'test');
    const kindOf = new Map<string, number>();
    for (let cluster = 0; cluster < clusters; cluster++) for (let i = 0; i < 16; i++) kindOf.set(`t${random.integer(2 ** 40)}`, cluster);
    const features = new Map([...kindOf].map(([id, cluster]) => [id, feature(cluster, random)]));
    return { tasks: [...kindOf.keys()].map((id) => ({ id })), kindOf, features };
  }

  /** The share of tasks that are with the commonest kind of their subset. */
  function purity(subsets: readonly Subset[], kindOf: ReadonlyMap<string, number>): number {
    let pure = 0;
    for (const { taskIds } of subsets) {
      const counts = new Map<number, number>();
      for (const id of taskIds) counts.set(kindOf.get(id) ?? -1, (counts.get(kindOf.get(id) ?? -1) ?? 0) + 1);
      pure += Math.max(...counts.values());
    }
    return pure / kindOf.size;
  }

  it('makes ceil(n / size) subsets whose sizes differ by at most one', () => {
    fc.assert(
      fc.property(tasks, size, seed, (list, limit, number) => {
        const subsets = divideBy('similar', list, limit, number);
        assert.equal(subsets.length, Math.ceil(list.length / limit));
        assert.ok(spread(sizesOf(subsets)) <= 1);
      }),
    );
  });

  it('finds well separated kinds by their vectors', () => {
    const corner = (cluster: number, random: ReturnType<typeof randomStream>): number[] => [0, 1, 2, 3].map((d) => ((cluster >> d) & 1) * 5 + random.next());
    const { tasks: list, kindOf, features } = clustered(8, corner);
    assert.equal(purity(divide(list, { strategy: 'similar', size: 16, seed: 1, features }), kindOf), 1);
  });

  it('finds kinds by their words', () => {
    const wordsOf = (cluster: number, random: ReturnType<typeof randomStream>): Set<string> =>
      new Set([...Array.from({ length: 12 }, () => `kind${cluster}word${random.integer(20)}`), 'the', `any${random.integer(50)}`]);
    const { tasks: list, kindOf, features } = clustered(4, wordsOf);
    assert.equal(purity(divide(list, { strategy: 'similar', size: 16, seed: 1, features }), kindOf), 1);
    assert.ok(purity(divide(list, { strategy: 'stratified', size: 16, seed: 1 }), kindOf) < 0.6, 'a random division would not');
  });

  it('copes with tasks that are all alike, or have nothing', () => {
    for (const feature of [[1, 2], [], new Set(['a']), new Set<string>()]) {
      const list = manyTasks(50);
      const subsets = divide(list, { strategy: 'similar', size: 16, seed: 1, features: new Map(list.map(({ id }) => [id, feature])) });
      assert.deepEqual(
        sizesOf(subsets).toSorted((a, b) => a - b),
        [12, 12, 13, 13],
      );
    }
  });

  it('refuses features that are missing, uneven or no numbers', () => {
    const list = [{ id: 'a' }, { id: 'b' }];
    const withFeatures =
      (a: Features | undefined, b: Features): (() => unknown) =>
      () => {
        const features = new Map([['b', b], ...(a === undefined ? [] : [['a', a] as const])]);
        return divide(list, { strategy: 'similar', size: 1, seed: 1, features });
      };
    assert.throws(withFeatures(undefined, [1]), /task a has no features/i);
    assert.throws(withFeatures([1, 2], [1]), /task b differ/i);
    assert.throws(withFeatures([1], new Set(['x'])), /task b differ/i);
    assert.throws(withFeatures([1], [Number.NaN]), /task b has a feature that is not a number/i);
    assert.throws(withFeatures([1e200], [1]), RangeError);
  });
});
