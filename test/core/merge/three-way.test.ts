// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Candidate } from '../../../src/core/candidate.js';
import { prevalence } from '../../../src/core/items.js';
import { mergeItems, type MergedItemModule, type MergedModule, type Parent } from '../../../src/core/merge/three-way.js';
import { randomStream } from '../../../src/core/random.js';
import { anyCandidate, demo, instructions, playbook } from '../candidates.js';

function rulesOf(merged: readonly MergedModule[]): MergedItemModule {
  const [module] = merged;
  if (module === undefined || module.kind === 'instructions') throw new Error('no items');
  return module;
}

const parents = (...candidates: readonly Candidate[]): Parent[] => candidates.map((candidate, i) => ({ id: `p${i + 1}`, candidate }));
const system = (text: string, ...subsets: string[]): Candidate => ({ modules: [instructions(text, ...subsets)], parents: [] });

describe('mergeItems', () => {
  const seed = playbook(['x', 'Check the fridge first'], ['y', 'Open closed drawers']);

  it("keeps items by id, the seed's first in its order, then by prevalence", () => {
    const merged = rulesOf(
      mergeItems(
        seed,
        parents(
          playbook(['n', 'Look under the bed', 's1'], ['y', 'Open closed drawers'], ['x', 'Check the fridge first']),
          playbook(['x', 'Check the fridge first'], ['m', 'Count twice', 's2', 's3'], ['y', 'Open closed drawers']),
        ),
      ),
    );
    assert.deepEqual(
      merged.items.map(({ id }) => id),
      ['x', 'y', 'm', 'n'],
    );
    assert.deepEqual(merged.items[0]?.versions, [
      { text: 'Check the fridge first', origins: [{ subset: 'seed', taskIds: [] }], parents: ['p1', 'p2'], inSeed: true },
    ]);
    assert.deepEqual(merged.removals, []);
  });

  it('joins near-duplicates: origins united, the text and id of the most prevalent kept', () => {
    const merged = rulesOf(mergeItems(playbook(), parents(playbook(['a', 'Look under the bed.', 's1']), playbook(['b', 'look under the Bed', 's2', 's3']))));
    assert.deepEqual(merged.items, [
      {
        id: 'b',
        joined: ['a'],
        versions: [
          {
            text: 'look under the Bed',
            origins: ['s1', 's2', 's3'].map((subset) => ({ subset, taskIds: [`task-of-${subset}`] })),
            parents: ['p1', 'p2'],
            inSeed: false,
          },
        ],
      },
    ]);
  });

  it("joins a find into the seed's item that says the same, under the seed's id and text", () => {
    const merged = rulesOf(mergeItems(seed, parents(playbook(['a', 'CHECK fridge first!', 's1', 's2'], ['y', 'Open closed drawers']))));
    assert.deepEqual(
      merged.items.map(({ id, joined }) => [id, ...joined]),
      [['y'], ['a']],
      'p1 does not have x, so x is not among its items',
    );
    const both = rulesOf(mergeItems(seed, parents(seed, playbook(['a', 'CHECK fridge first!', 's1', 's2']))));
    assert.equal(both.items[0]?.id, 'x');
    assert.equal(both.items[0]?.versions[0]?.text, 'Check the fridge first');
    assert.equal(prevalence(both.items[0]?.versions[0]?.origins ?? []), 3);
    assert.deepEqual(both.removals, [{ item: 'y', parents: ['p2'] }], 'x is not removed by p2, who has it in other words');
  });

  it('keeps different wordings of an item as versions: changed before unchanged, then by prevalence', () => {
    const revised = rulesOf(
      mergeItems(seed, parents(seed, playbook(['x', 'Check the fridge last', 's1', 'seed']), playbook(['x', 'Check the oven first', 's2', 's3', 'seed']))),
    );
    assert.deepEqual(
      revised.items[0]?.versions.map(({ text, inSeed }) => [text, inSeed]),
      [
        ['Check the oven first', false],
        ['Check the fridge last', false],
        ['Check the fridge first', true],
      ],
    );
  });

  it('of an item that parents word almost alike keeps the text of the most prevalent', () => {
    const merged = rulesOf(mergeItems(playbook(), parents(playbook(['x', 'Check the fridge', 's1']), playbook(['x', 'check fridge!', 's2', 's3']))));
    assert.deepEqual(
      merged.items[0]?.versions.map(({ text, origins }) => [text, prevalence(origins)]),
      [['check fridge!', 3]],
    );
  });

  it('does not take an item of the seed for removed that was joined into another', () => {
    const twice = playbook(['x', 'Check the fridge'], ['y', 'check fridge']);
    const merged = rulesOf(mergeItems(twice, parents(twice)));
    assert.deepEqual(
      merged.items.map(({ id, joined }) => [id, ...joined]),
      [['x', 'y']],
    );
    assert.deepEqual(merged.removals, []);
  });

  it('keeps opposite rules apart', () => {
    const merged = rulesOf(mergeItems(playbook(), parents(playbook(['a', 'Always heat the egg', 's1']), playbook(['b', 'Never heat the egg', 's2']))));
    assert.equal(merged.items.length, 2);
  });

  it('notes who removed an item of the seed', () => {
    const merged = rulesOf(mergeItems(seed, parents(playbook(['y', 'Open closed drawers']), seed, playbook())));
    assert.deepEqual(merged.removals, [
      { item: 'x', parents: ['p1', 'p3'] },
      { item: 'y', parents: ['p3'] },
    ]);
  });

  it('keeps demos with equal inputs and different answers apart', () => {
    const demos = (id: string, answer: string): Candidate => ({
      modules: [{ kind: 'demos', name: 'examples', items: [demo(id, 'Invoice 7', answer, 's1')] }],
      parents: [],
    });
    assert.equal(
      rulesOf(mergeItems({ modules: [{ kind: 'demos', name: 'examples', items: [] }], parents: [] }, parents(demos('a', 'paid'), demos('b', 'open')))).items
        .length,
      2,
    );
  });

  it('tells unchanged instructions from one change and from several', () => {
    const texts = (...candidates: readonly Candidate[]): unknown => {
      const [module] = mergeItems(system('Be exact.'), parents(...candidates));
      return module?.kind === 'instructions' ? module.variants.map(({ text, parents: by, origins }) => [text, by.join(), prevalence(origins)]) : undefined;
    };
    assert.deepEqual(texts(system('Be exact.'), system('Be exact.')), []);
    assert.deepEqual(texts(system('Be exact.'), system('Be quick.', 's1')), [['Be quick.', 'p2', 1]]);
    assert.deepEqual(texts(system('Be slow.', 's3'), system('Be quick.', 's1'), system('Be quick.', 's2')), [
      ['Be quick.', 'p2,p3', 2],
      ['Be slow.', 'p1', 1],
    ]);
  });

  it('refuses parents with one id, and candidates with other modules', () => {
    assert.throws(() => mergeItems(seed, [...parents(seed), ...parents(seed)]), /id p1/);
    assert.throws(() => mergeItems(seed, parents({ modules: [], parents: [] })), /same modules/);
    assert.throws(() => mergeItems(seed, parents({ modules: [{ kind: 'instructions', name: 'rules', text: '', origins: [] }], parents: [] })), /same modules/);
  });

  it('does not depend on the order of the parents, and loses no item', () => {
    fc.assert(
      fc.property(anyCandidate, fc.array(anyCandidate, { minLength: 1, maxLength: 5 }), fc.nat(), (start, candidates, shuffle) => {
        const given = parents(...candidates);
        const merged = mergeItems(start, given);
        assert.deepEqual(mergeItems(start, randomStream(shuffle, 'test', 'order').shuffle(given)), merged);
        for (const module of merged) {
          if (module.kind === 'instructions') continue;
          const ids = module.items.flatMap(({ id, joined }) => [id, ...joined]);
          assert.equal(new Set(ids).size, ids.length);
          const all = candidates.flatMap(({ modules }) =>
            modules.flatMap((each) => (each.name === module.name && each.kind !== 'instructions' ? each.items : [])),
          );
          assert.deepEqual(new Set(ids), new Set(all.map(({ id }) => id)));
          for (const { versions } of module.items)
            assert.ok(versions.length > 0 && versions.every(({ origins, parents: by }) => origins.length > 0 && by.length > 0));
        }
      }),
      { numRuns: 400 },
    );
  });
});
