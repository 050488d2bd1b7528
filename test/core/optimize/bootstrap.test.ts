// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Edit } from '../../../src/core/edit.js';
import { bootstrapDemos, randomDemos, type BootstrapOptions, type DemoSource } from '../../../src/core/optimize/bootstrap.js';
import { randomStream } from '../../../src/core/random.js';

const options: BootstrapOptions = { module: 'examples', perCategory: 2, seed: 7, path: 'optimize/s0001' };
const task = (id: string, category: string, score?: number): DemoSource => ({ id, category, input: `input ${id}`, answer: `answer ${id}`, score });
const tasks = ['a', 'b', 'c'].flatMap((category) => [1, 2, 3, 4].map((n) => task(`${category}${n}`, category)));
const idsOf = (edits: readonly Edit[]): string[] => edits.map(({ taskIds }) => taskIds.join());
const categoriesOf = (edits: readonly Edit[]): string =>
  idsOf(edits)
    .map((id) => id[0])
    .join('');

describe('bootstrapDemos', () => {
  it('takes demos of every category, in turns, so that every prefix is balanced', () => {
    const edits = bootstrapDemos(tasks, options);
    assert.equal(edits.length, 6);
    assert.equal(categoriesOf(edits).slice(0, 3).split('').sort().join(''), 'abc');
    assert.equal(categoriesOf(edits).slice(3), categoriesOf(edits).slice(0, 3));
    assert.equal(new Set(idsOf(edits)).size, 6);
  });

  it('makes add edits with input, answer, reason and task', () => {
    const [edit] = bootstrapDemos([task('a1', 'a', 1)], options);
    assert.deepEqual(edit, { kind: 'add', module: 'examples', text: 'input a1', answer: 'answer a1', reason: 'solved with score 1.00', taskIds: ['a1'] });
    assert.equal(bootstrapDemos([task('a1', 'a')], options)[0]?.reason, 'given answer');
  });

  it('takes own outputs only if they were a success, and nothing empty', () => {
    const mixed = [task('a1', 'a', 0.99), task('a2', 'a', 1), { ...task('a3', 'a'), answer: ' ' }, { ...task('a4', 'a'), input: '' }];
    assert.deepEqual(idsOf(bootstrapDemos(mixed, options)), ['a2']);
    assert.deepEqual(idsOf(bootstrapDemos(mixed, { ...options, threshold: 0.9 })).sort(), ['a1', 'a2']);
  });

  it('does not begin with the same category in every subset', () => {
    const first = Array.from({ length: 20 }, (_, i) => categoriesOf(bootstrapDemos(tasks, { ...options, path: `optimize/s${i}` }))[0]);
    assert.equal(new Set(first).size, 3);
  });

  it('depends on the set of tasks, the seed and the path only', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        assert.deepEqual(bootstrapDemos(randomStream(seed, 'x', 'y').shuffle(tasks), options), bootstrapDemos(tasks, options));
      }),
    );
    assert.notDeepEqual(bootstrapDemos(tasks, { ...options, seed: 8 }), bootstrapDemos(tasks, options));
  });

  it('gives nothing for nothing', () => {
    assert.deepEqual(bootstrapDemos([], options), []);
    assert.deepEqual(bootstrapDemos(tasks, { ...options, perCategory: 0 }), []);
  });
});

describe('randomDemos', () => {
  it('draws as many as asked for, each once, whatever the order of the list', () => {
    const edits = randomDemos(tasks, { module: 'examples', count: 5, seed: 7 });
    assert.equal(new Set(idsOf(edits)).size, 5);
    assert.deepEqual(randomDemos(tasks.toReversed(), { module: 'examples', count: 5, seed: 7 }), edits);
    assert.notDeepEqual(randomDemos(tasks, { module: 'examples', count: 5, seed: 8 }), edits);
    assert.equal(randomDemos(tasks, { module: 'examples', count: 99, seed: 7 }).length, 12);
  });

  it('draws without regard to categories', () => {
    const counts = Array.from({ length: 50 }, (_, seed) => categoriesOf(randomDemos(tasks, { module: 'examples', count: 6, seed })));
    assert.ok(counts.some((categories) => (categories.match(/a/g) ?? []).length !== 2));
  });
});
