// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { moduleTokens, visibleContent, type Candidate } from '../../../src/core/candidate.js';
import { applyOffers, offersTo, roundSizes, type Offer, type Offers } from '../../../src/core/merge/offers.js';
import { mergeItems, type Parent } from '../../../src/core/merge/three-way.js';
import { randomStream } from '../../../src/core/random.js';
import { anyCandidate, demo, instructions, itemsOf, playbook, textsOf } from '../candidates.js';

const parents = (...candidates: readonly Candidate[]): Parent[] => candidates.map((candidate, i) => ({ id: `p${i + 1}`, candidate }));

/** The offers to the first parent. */
function offers(seed: Candidate, ...candidates: readonly Candidate[]): Offers {
  const [best, ...others] = parents(...candidates);
  return offersTo(best as Parent, mergeItems(seed, [best as Parent, ...others]));
}

/** "round kind item>target prevalence", short enough to compare. */
function brief(list: readonly Offer[]): readonly string[] {
  return list.map((offer) => {
    const what =
      offer.kind === 'replace-instructions'
        ? offer.text
        : offer.kind === 'remove-item'
          ? offer.target
          : offer.kind === 'add-item'
            ? offer.item.id
            : offer.kind === 'settle-items'
              ? offer.targets.join('+')
              : `${offer.target}>${offer.item.id} "${offer.item.text}"`;
    return `${offer.round} ${offer.kind} ${what} ${offer.prevalence}`;
  });
}

const empty = playbook();

function sortedItems(candidate: Candidate): readonly unknown[] {
  return candidate.modules.map((module) => (module.kind === 'instructions' ? module : module.items.toSorted((a, b) => (a.id < b.id ? -1 : 1))));
}

describe('offersTo', () => {
  it('offers what others have, by prevalence, then by id', () => {
    const { offers: list } = offers(
      empty,
      playbook(['own', 'Be calm', 's1']),
      playbook(['b', 'Look under the bed', 's2'], ['a', 'Count twice', 's2']),
      playbook(['c', 'Sum rows', 's3', 's4']),
    );
    assert.deepEqual(brief(list), ['1 add-item c 2', '1 add-item a 1', '1 add-item b 1']);
    assert.deepEqual(list[0]?.parents, ['p3']);
  });

  it('gives the best parent the origins of what the others found too', () => {
    const { base, offers: list } = offers(empty, playbook(['own', 'Look under the bed', 's1']), playbook(['b', 'look under the bed!', 's2']));
    assert.deepEqual(list, []);
    assert.deepEqual(
      itemsOf(base)[0]?.origins.map(({ subset }) => subset),
      ['s1', 's2'],
    );
    assert.equal(itemsOf(base)[0]?.id, 'own');
  });

  it("offers another wording of an item it has, each in a round of its own, but not the seed's", () => {
    const seed = playbook(['x', 'Check the fridge']);
    const { offers: list } = offers(
      seed,
      playbook(['x', 'Check the oven', 's1', 'seed']),
      playbook(['x', 'Check the sink', 's2', 'seed']),
      playbook(['x', 'Check the bed', 's3', 's4', 'seed']),
      seed,
    );
    assert.deepEqual(brief(list), ['1 replace-item x>x "Check the bed" 3', '2 replace-item x>x "Check the sink" 2']);
  });

  it('offers what may contradict an item both beside it and in its place', () => {
    const { base, offers: list } = offers(
      empty,
      playbook(['heat', 'WHEN TASK SAYS "put" AFTER TAKE heat AT microwave', 's1']),
      playbook(['cool', 'WHEN TASK SAYS "put" AFTER TAKE cool AT fridge', 's2']),
    );
    assert.deepEqual(
      brief(list).map((line) => line.split(' "')[0]),
      ['1 add-item cool 1', '2 replace-item heat>cool'],
    );
    const texts = (...indices: readonly number[]): readonly string[] =>
      itemsOf(
        applyOffers(
          base,
          indices.map((i) => list[i] as Offer),
          {},
        ),
      ).map(({ id }) => id);
    assert.deepEqual([texts(), texts(0), texts(1), texts(0, 1)], [['heat'], ['heat', 'cool'], ['cool'], ['cool']]);
  });

  it('offers what contradicts another offer in its place too', () => {
    const { offers: list } = offers(empty, playbook(), playbook(['a', 'Always round up', 's1', 's2']), playbook(['b', 'Never round up', 's3']));
    assert.deepEqual(brief(list), ['1 add-item a 2', '1 add-item b 1', '2 replace-item a>b "Never round up" 1']);
  });

  it('offers demos with the same input and another answer both ways', () => {
    const demos = (id: string, answer: string, subset: string): Candidate => ({
      modules: [{ kind: 'demos', name: 'rules', items: [demo(id, 'Invoice 7', answer, subset)] }],
      parents: [],
    });
    const { offers: list } = offers(
      { modules: [{ kind: 'demos', name: 'rules', items: [] }], parents: [] },
      demos('a', 'paid', 's1'),
      demos('b', 'open', 's2'),
    );
    assert.deepEqual(
      list.map(({ kind, round }) => [kind, round]),
      [
        ['add-item', 1],
        ['replace-item', 2],
      ],
    );
  });

  it('offers to remove what others removed, and not to add again what the best removed', () => {
    const seed = playbook(['x', 'Check the fridge'], ['y', 'Open drawers'], ['z', 'Sum rows']);
    const { offers: list } = offers(seed, playbook(['x', 'Check the fridge'], ['z', 'Sum rows']), playbook(['y', 'Open drawers'], ['z', 'Sum rows']), seed);
    assert.deepEqual(brief(list), ['1 remove-item x 1']);
  });

  it('offers to add what the best removed and another revised', () => {
    const seed = playbook(['x', 'Check the fridge']);
    assert.deepEqual(brief(offers(seed, playbook(), playbook(['x', 'Check the oven', 's2'])).offers), ['1 add-item x 1']);
  });

  it('offers further wordings of an added item after it', () => {
    const { offers: list } = offers(
      empty,
      playbook(),
      playbook(['n', 'Look under the bed', 's1', 's2']),
      playbook(['n', 'Look behind doors', 's1', 's2', 's3']),
    );
    assert.deepEqual(brief(list), ['1 add-item n 3', '2 replace-item n>n "Look under the bed" 2']);
  });

  it('offers instructions that others wrote, one a round', () => {
    const system = (text: string, ...subsets: string[]): Candidate => ({ modules: [instructions(text, ...subsets)], parents: [] });
    const seed = system('Be exact.');
    assert.deepEqual(brief(offers(seed, seed, system('Be quick.', 's1'), system('Be slow.', 's2', 's3'), seed).offers), [
      '1 replace-instructions Be slow. 2',
      '2 replace-instructions Be quick. 1',
    ]);
    const changed = offers(seed, system('Be quick.', 's1'), system('Be quick.', 's2'), seed);
    assert.deepEqual(changed.offers, []);
    assert.deepEqual(changed.base.modules[0], instructions('Be quick.', 's1', 's2'));
  });

  it('refuses candidates with other modules', () => {
    assert.throws(() => offersTo({ id: 'p1', candidate: { modules: [instructions('x')], parents: [] } }, mergeItems(empty, parents(empty))), /same modules/);
  });

  const anyMerge = fc.record({ seed: anyCandidate, candidates: fc.array(anyCandidate, { minLength: 1, maxLength: 4 }), best: fc.nat(3) });

  it('does not depend on the order of the parents, leaves the best parent as the agent sees it, and never touches an item twice in a round', () => {
    fc.assert(
      fc.property(anyMerge, fc.nat(), ({ seed, candidates, best }, shuffle) => {
        const all = parents(...candidates);
        const first = all[best % all.length] as Parent;
        const result = offersTo(first, mergeItems(seed, all));
        assert.deepEqual(offersTo(first, mergeItems(seed, randomStream(shuffle, 'test', 'order').shuffle(all))), result);
        assert.deepEqual(visibleContent(result.base), visibleContent(first.candidate));
        const rounds = result.offers.map(({ round }) => round);
        assert.deepEqual(
          rounds,
          rounds.toSorted((a, b) => a - b),
        );
        assert.equal(
          roundSizes(result.offers).reduce((sum, size) => sum + size, 0),
          result.offers.length,
        );
        const touched = result.offers.flatMap((offer) => {
          const items =
            offer.kind === 'add-item'
              ? [offer.item.id]
              : offer.kind === 'remove-item'
                ? [offer.target]
                : offer.kind === 'replace-item'
                  ? [...new Set([offer.target, offer.item.id])]
                  : [''];
          return items.map((id) => `${offer.round}/${offer.module}/${id}`);
        });
        assert.equal(new Set(touched).size, touched.length);
        for (const size of roundSizes(result.offers)) assert.ok(size > 0);
        for (let i = 1; i < result.offers.length; i++) {
          const [one, next] = [result.offers[i - 1] as Offer, result.offers[i] as Offer];
          if (one.round === next.round) assert.ok(one.prevalence >= next.prevalence);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('within a round may be applied in any order and grouping, with the same items', () => {
    fc.assert(
      fc.property(anyMerge, fc.nat(20), fc.nat(), ({ seed, candidates, best }, cut, shuffle) => {
        const all = parents(...candidates);
        const { base, offers: list } = offersTo(all[best % all.length] as Parent, mergeItems(seed, all));
        for (const [index] of roundSizes(list).entries()) {
          const round = list.filter((offer) => offer.round === index + 1);
          const mixed = randomStream(shuffle, 'test', 'order').shuffle(round);
          const split = applyOffers(applyOffers(base, mixed.slice(0, cut), {}), mixed.slice(cut), {});
          assert.deepEqual(sortedItems(split), sortedItems(applyOffers(base, round, {})));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('applied, keeps ids unique and modules within their limits', () => {
    fc.assert(
      fc.property(anyMerge, fc.nat(60), fc.infiniteStream(fc.boolean()), ({ seed, candidates, best }, maxTokens, coin) => {
        const all = parents(...candidates);
        const { base, offers: list } = offersTo(all[best % all.length] as Parent, mergeItems(seed, all));
        const taken = list.filter(() => coin.next().value as boolean);
        const result = applyOffers(base, taken, { rules: { maxTokens }, examples: { maxTokens }, system: { maxTokens } });
        for (const module of result.modules) {
          if (module.kind === 'instructions') continue;
          assert.equal(new Set(module.items.map(({ id }) => id)).size, module.items.length);
          if (taken.some((offer) => offer.module === module.name)) assert.ok(moduleTokens(module) <= maxTokens);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('applyOffers', () => {
  it("drops the least prevalent when a module is full, be it the base's or the offer's", () => {
    const base = playbook(['own', 'x'.repeat(40), 's1']);
    const list = offers(empty, base, playbook(['weak', 'Sum all rows', 's2'], ['strong', 'y'.repeat(40), 's2', 's3'])).offers;
    assert.deepEqual(brief(list), ['1 add-item strong 2', '1 add-item weak 1']);
    assert.deepEqual(textsOf(applyOffers(base, list, { rules: { maxTokens: 12 } })), ['y'.repeat(40)]);
    assert.deepEqual(textsOf(applyOffers(base, list.slice(1), { rules: { maxTokens: 12 } })), ['x'.repeat(40)]);
  });

  it('passes over what no longer fits, and instructions over their limit', () => {
    const gone: Offer = {
      kind: 'replace-item',
      module: 'rules',
      prevalence: 1,
      round: 1,
      parents: ['p2'],
      target: 'none',
      item: itemsOf(playbook(['n', 'new', 's1']))[0] as never,
    };
    assert.deepEqual(textsOf(applyOffers(playbook(['n', 'old', 's1']), [{ ...gone, kind: 'add-item' } as Offer], {})), ['old']);
    assert.deepEqual(textsOf(applyOffers(playbook(['a', 'old', 's1']), [gone, { ...gone, kind: 'remove-item' } as Offer], {})), ['old']);
    const long: Offer = { kind: 'replace-instructions', module: 'system', prevalence: 1, round: 1, parents: ['p2'], text: 'x'.repeat(41), origins: [] };
    const system: Candidate = { modules: [instructions('short')], parents: [] };
    assert.deepEqual(textsOf(applyOffers(system, [long], { system: { maxTokens: 10 } }), 'system'), ['short']);
    assert.deepEqual(textsOf(applyOffers(system, [long], { system: { maxTokens: 11 } }), 'system'), ['x'.repeat(41)]);
  });
});
