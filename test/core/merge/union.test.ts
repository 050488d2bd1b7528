// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { moduleTokens, type Candidate } from '../../../src/core/candidate.js';
import { unionOf } from '../../../src/core/merge/union.js';
import type { Parent } from '../../../src/core/merge/three-way.js';
import { randomStream } from '../../../src/core/random.js';
import { anyCandidate, instructions, itemsOf, playbook, textsOf } from '../candidates.js';

const parents = (...candidates: readonly Candidate[]): Parent[] => candidates.map((candidate, i) => ({ id: `p${i + 1}`, candidate }));

describe('unionOf', () => {
  const seed = playbook(['x', 'Check the fridge'], ['y', 'Open drawers']);

  it('has everything once, near-duplicates joined', () => {
    const union = unionOf(
      seed,
      parents(
        playbook(['x', 'Check the fridge'], ['y', 'Open drawers'], ['a', 'Look under the bed', 's1']),
        playbook(['x', 'Check the fridge'], ['y', 'Open drawers'], ['b', 'look under the bed', 's2'], ['c', 'Sum rows', 's2']),
      ),
      {},
    );
    assert.deepEqual(textsOf(union), ['Check the fridge', 'Open drawers', 'Look under the bed', 'Sum rows']);
    assert.deepEqual(
      itemsOf(union)[2]?.origins.map(({ subset }) => subset),
      ['s1', 's2'],
    );
    assert.deepEqual(union.parents, []);
  });

  it("prefers a changed wording to the seed's, and the more prevalent of two", () => {
    const union = unionOf(
      seed,
      parents(seed, seed, playbook(['x', 'Check the oven', 's3'], ['y', 'Open drawers']), playbook(['x', 'Check the sink', 's4', 's5'], ['y', 'Open drawers'])),
      {},
    );
    assert.deepEqual(textsOf(union), ['Check the sink', 'Open drawers']);
  });

  it('drops an item of the seed if at least half of the parents removed it, unless another revised it', () => {
    const without = playbook(['x', 'Check the fridge']);
    assert.deepEqual(textsOf(unionOf(seed, parents(without, seed), {})), ['Check the fridge']);
    assert.deepEqual(textsOf(unionOf(seed, parents(without, seed, seed), {})), ['Check the fridge', 'Open drawers']);
    assert.deepEqual(textsOf(unionOf(seed, parents(without, playbook(['x', 'Check the fridge'], ['y', 'Open doors', 's2'])), {})), [
      'Check the fridge',
      'Open doors',
    ]);
  });

  it("cut short, keeps a part of every parent's own", () => {
    const own = (subset: string): Candidate =>
      playbook(...(['one', 'two', 'three'] as const).map((number, i) => [`${subset}-${i}`, `${number} of ${subset}`, subset] as const));
    const union = unionOf(playbook(), parents(own('s1'), own('s2'), own('s3')), { rules: { maxTokens: 13 } });
    assert.deepEqual(
      itemsOf(union).map(({ id }) => id),
      ['s1-0', 's2-0', 's3-0', 's1-1'],
    );
  });

  it("takes the instructions that most subsets wrote and that fit, else the seed's", () => {
    const system = (text: string, ...subsets: string[]): Candidate => ({ modules: [instructions(text, ...subsets)], parents: [] });
    const list = parents(system('Be quick.', 's1'), system('Be slow and careful.', 's2', 's3'), system('Be exact.'));
    assert.deepEqual(unionOf(system('Be exact.'), list, {}).modules, [instructions('Be slow and careful.', 's2', 's3')]);
    assert.deepEqual(textsOf(unionOf(system('Be exact.'), list, { system: { maxTokens: 3 } }), 'system'), ['Be quick.']);
    assert.deepEqual(unionOf(system('Be exact.'), list, { system: { maxTokens: 2 } }).modules, [instructions('Be exact.')]);
  });

  it('does not depend on the order of the parents, keeps limits, and unites a candidate with itself to itself', () => {
    fc.assert(
      fc.property(anyCandidate, fc.array(anyCandidate, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(60), (start, candidates, shuffle, maxTokens) => {
        const list = parents(...candidates);
        const limits = { rules: { maxTokens }, examples: { maxTokens } };
        const union = unionOf(start, list, limits);
        assert.deepEqual(unionOf(start, randomStream(shuffle, 'test', 'order').shuffle(list), limits), union);
        for (const module of union.modules) if (module.kind !== 'instructions') assert.ok(moduleTokens(module) <= maxTokens);
        const once = unionOf(start, list, {});
        assert.deepEqual(unionOf(once, parents(once, once), {}).modules, once.modules);
      }),
      { numRuns: 300 },
    );
  });
});
