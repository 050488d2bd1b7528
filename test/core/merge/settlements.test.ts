// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Candidate } from '../../../src/core/candidate.js';
import { applyOffers, offersTo } from '../../../src/core/merge/offers.js';
import { contradictionsIn, settledBy, settlementOffers, type Contradiction, type Settlement } from '../../../src/core/merge/settlements.js';
import { mergeItems, type Parent } from '../../../src/core/merge/three-way.js';
import { randomStream } from '../../../src/core/random.js';
import { anyCandidate, demo, itemsOf, playbook } from '../candidates.js';

const parents = (...candidates: readonly Candidate[]): Parent[] => candidates.map((candidate, i) => ({ id: `p${i + 1}`, candidate }));
const contradictions = (seed: Candidate, ...candidates: readonly Candidate[]): readonly Contradiction[] =>
  contradictionsIn(mergeItems(seed, parents(...candidates)));
const brief = (list: readonly Contradiction[]): unknown => list.map(({ sides }) => sides.map(({ label, item, text }) => `${label} ${item}: ${text}`));

const empty = playbook();
const up = playbook(['a', 'Always round up', 's1', 's3']);
const down = playbook(['b', 'Never round up', 's2']);

describe('contradictions of a merge', () => {
  it('are items of different parents that look like alternatives', () => {
    const calm = playbook(['c', 'Look under the bed', 's4']);
    assert.deepEqual(brief(contradictions(empty, up, down, calm)), [['A a: Always round up', 'B b: Never round up']]);
  });

  it('are several wordings of one item, but not the one that the seed has', () => {
    const seed = playbook(['x', 'Check the fridge']);
    const [oven, sink] = [playbook(['x', 'Check the oven', 's1', 'seed']), playbook(['x', 'Open every drawer', 's2', 'seed'])];
    assert.deepEqual(brief(contradictions(seed, oven, sink, seed)), [['A x: Check the oven', 'B x: Open every drawer']]);
    assert.deepEqual(contradictions(seed, oven, seed), []);
  });

  it('are not what one parent has together, nor what the seed has', () => {
    const both = playbook(['a', 'Always round up', 's1'], ['b', 'Never round up', 's1']);
    assert.deepEqual(contradictions(empty, both, playbook(['c', 'Sum rows', 's2'])), []);
    assert.deepEqual(
      contradictions(playbook(['a', 'Always round up'], ['b', 'Never round up']), playbook(['a', 'Always round up']), playbook(['b', 'Never round up'])),
      [],
    );
  });

  it('come with the most prevalent first, and an item of the seed where a new one is against it', () => {
    const seed = playbook(['x', 'Report the total with tax']);
    const list = contradictions(
      seed,
      playbook(['n', 'Report the total without tax', 's1']),
      playbook(['x', 'Report the total with tax'], ['a', 'Always round up', 's2', 's3']),
      playbook(['x', 'Report the total with tax'], ['b', 'Never round up', 's4']),
    );
    assert.deepEqual(brief(list), [
      ['A a: Always round up', 'B b: Never round up'],
      ['A n: Report the total without tax', 'B x: Report the total with tax'],
    ]);
  });

  it('have few sides: the most similar come together', () => {
    const each = Array.from({ length: 9 }, (_, i) => playbook([`i${i}`, `SEARCH egg: place${i}`, `s${i}`]));
    const list = contradictions(empty, ...each);
    assert.deepEqual(
      list.map(({ sides }) => sides.length),
      [6, 3],
    );
  });

  it('have every item once, do not depend on the order of the parents, and have at least two sides of which no parent has all', () => {
    let found = 0;
    fc.assert(
      fc.property(anyCandidate, fc.array(anyCandidate, { minLength: 1, maxLength: 4 }), fc.nat(), (seed, candidates, shuffle) => {
        const all = parents(...candidates);
        const list = contradictionsIn(mergeItems(seed, all));
        found += list.length;
        assert.deepEqual(contradictionsIn(mergeItems(seed, randomStream(shuffle, 'test', 'order').shuffle(all))), list);
        for (const { sides } of list) {
          assert.ok(sides.length >= 2 && sides.length <= 6);
          assert.ok(all.every(({ id }) => sides.some((side) => !side.parents.includes(id))));
        }
        const items = list.flatMap(({ module, sides }) => [...new Set(sides.flatMap(({ ids }) => ids))].map((id) => `${module}/${id}`));
        assert.equal(new Set(items).size, items.length);
      }),
      { numRuns: 500 },
    );
    assert.ok(found > 100, `only ${found} contradictions: the property compared nothing`);
  });
});

describe('settlements', () => {
  const [best, other] = parents(up, down) as [Parent, Parent];
  const merged = mergeItems(empty, [best, other]);
  const found = contradictionsIn(merged);
  const { base, offers } = offersTo(best, [...merged]);
  const settle = (...settlements: readonly Settlement[]) => settlementOffers(base, found, settlements);
  const applied = (...settlements: readonly Settlement[]): readonly string[] =>
    itemsOf(applyOffers(base, settle(...settlements).offers, {})).map(({ id, text }) => `${id}: ${text}`);

  it('put one text in place of all sides, under the id of the most prevalent, with the origins of all', () => {
    const settlement = { group: 1, text: ' Round up sea freight only ', hold: [] };
    assert.deepEqual(applied(settlement), ['a: Round up sea freight only']);
    const [offer] = settle(settlement).offers;
    assert.deepEqual(
      offer?.items[0]?.origins.map(({ subset }) => subset),
      ['s1', 's2', 's3'],
    );
    assert.deepEqual([offer?.round, offer?.prevalence, offer?.targets, offer?.parents], [1, 3, ['a', 'b'], ['p1', 'p2']]);
  });

  it('may let both hold, or one', () => {
    assert.deepEqual(applied({ group: 1, text: null, hold: ['B', 'A'] }), ['a: Always round up', 'b: Never round up']);
    assert.deepEqual(applied({ group: 1, text: '', hold: ['B'] }), ['b: Never round up']);
  });

  it('that change nothing are no offer', () => {
    assert.deepEqual(settle({ group: 1, text: null, hold: ['A'] }), { offers: [], unusable: 0 });
  });

  it('that cannot be used are counted', () => {
    const bad: readonly Settlement[] = [
      { group: 0, text: 'x', hold: [] },
      { group: 2, text: 'x', hold: [] },
      { group: 1.5, text: 'x', hold: [] },
      { group: 1, text: null, hold: [] },
      { group: 1, text: null, hold: ['A', 'C'] },
    ];
    for (const settlement of bad) assert.deepEqual(settle(settlement), { offers: [], unusable: 1 }, JSON.stringify(settlement));
    const twice = settle({ group: 1, text: 'x', hold: [] }, { group: 1, text: 'y', hold: [] });
    assert.deepEqual([twice.offers.map(({ items }) => items[0]?.text), twice.unusable], [['x'], 1]);
  });

  it('let one wording of an item hold, not two', () => {
    const seed = playbook(['x', 'Check the fridge']);
    const [oven, sink] = parents(playbook(['x', 'Check the oven', 's1', 'seed']), playbook(['x', 'Open every drawer', 's2', 'seed'])) as [Parent, Parent];
    const sides = mergeItems(seed, [oven, sink]);
    const settled = (hold: readonly string[]) => settlementOffers(offersTo(oven, [...sides]).base, contradictionsIn(sides), [{ group: 1, text: null, hold }]);
    assert.deepEqual(settled(['A', 'B']), { offers: [], unusable: 1 });
    assert.deepEqual(
      settled(['B']).offers[0]?.items.map(({ id, text }) => [id, text]),
      [['x', 'Open every drawer']],
    );
  });

  it('choose among demos, and write none', () => {
    const demos = (...items: readonly ReturnType<typeof demo>[]): Candidate => ({ modules: [{ kind: 'demos', name: 'rules', items }], parents: [] });
    const [paid, open] = parents(demos(demo('a', 'Invoice 7', 'paid', 's1')), demos(demo('b', 'Invoice 7', 'open', 's2'))) as [Parent, Parent];
    const sides = mergeItems(demos(), [paid, open]);
    const settled = (settlement: Settlement) => settlementOffers(offersTo(paid, [...sides]).base, contradictionsIn(sides), [settlement]);
    assert.deepEqual(settled({ group: 1, text: 'Invoice 7 is paid', hold: [] }), { offers: [], unusable: 1 });
    assert.equal(settled({ group: 1, text: null, hold: ['B'] }).offers[0]?.items[0]?.answer, 'open');
  });

  it('once kept make the offers of what they settle pointless, and no others', () => {
    const [calm] = settle({ group: 1, text: 'Round up sea freight only', hold: [] }).offers;
    assert.ok(calm !== undefined);
    assert.deepEqual(
      offers.map(({ kind }) => kind),
      ['add-item', 'replace-item'],
    );
    assert.deepEqual(settledBy(calm, offers), [0, 1]);
    assert.deepEqual(settledBy({ ...calm, targets: ['c'] }, offers), []);
    assert.deepEqual(settledBy({ ...calm, module: 'others' }, offers), []);
  });

  it('stand where the first of what they replace stood', () => {
    const long = playbook(['p', 'First', 's1'], ['a', 'Always round up', 's1'], ['q', 'Last', 's1'], ['b', 'Never round up', 's1']);
    const offer = {
      kind: 'settle-items',
      module: 'rules',
      prevalence: 1,
      round: 1,
      parents: ['p1'],
      targets: ['a', 'b'],
      items: [{ id: 'a', text: 'Settled', origins: [] }],
    } as const;
    assert.deepEqual(
      itemsOf(applyOffers(long, [offer], {})).map(({ text }) => text),
      ['First', 'Settled', 'Last'],
    );
    assert.deepEqual(
      itemsOf(applyOffers(playbook(['p', 'First', 's1']), [offer], {})).map(({ text }) => text),
      ['First', 'Settled'],
    );
  });
});
