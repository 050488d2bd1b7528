// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparable, duplicateKeys, fitItems, itemTokens, prevalence, sameItem, uniteOrigins } from '../../src/core/items.js';
import type { Item } from '../../src/core/module.js';
import { nearDuplicate } from '../../src/core/similarity.js';
import { demo, item, origin, origins, ruleText } from './candidates.js';

describe('origins', () => {
  it('are united by subset, tasks sorted, each once', () => {
    const united = uniteOrigins([{ subset: 's2', taskIds: ['t3', 't1'] }], [{ subset: 's1', taskIds: ['t9'] }], [{ subset: 's2', taskIds: ['t2', 't1'] }]);
    assert.deepEqual(united, [
      { subset: 's1', taskIds: ['t9'] },
      { subset: 's2', taskIds: ['t1', 't2', 't3'] },
    ]);
    assert.equal(prevalence(united), 2);
  });

  it('are united in any order and however often', () => {
    fc.assert(
      fc.property(origins, origins, origins, (a, b, c) => {
        assert.deepEqual(uniteOrigins(a, b, c), uniteOrigins(c, uniteOrigins(b, a), a));
      }),
    );
  });
});

describe('sameItem', () => {
  const same = (kind: 'playbook' | 'demos', a: Item, b: Item): boolean => sameItem(comparable(kind, a), comparable(kind, b));

  it('joins insights that are near-duplicates', () => {
    assert.ok(same('playbook', item('a', 'Check the fridge first.'), item('b', 'check  the fridge FIRST')));
    assert.ok(!same('playbook', item('a', 'Heat the egg'), item('b', 'Cool the egg')));
  });

  it('joins demos only if input and answer are the same but for white space', () => {
    assert.ok(same('demos', demo('a', 'Invoice  7', 'paid\n'), demo('b', 'Invoice 7', 'paid')));
    assert.ok(!same('demos', demo('a', 'Invoice 7', 'paid'), demo('b', 'Invoice 7', 'open')));
    assert.ok(!same('demos', demo('a', 'invoice 7', 'paid'), demo('b', 'Invoice 7', 'paid')), 'case may matter in an input');
  });

  it('agrees with nearDuplicate on insights, whatever shortcut it takes', () => {
    const base =
      'when the task says to heat an egg you should first open the fridge take it out and then carry it over to the microwave in the kitchen corner next to sink';
    const longer = fc.constantFrom(`${base} quickly`, base.replace('corner', 'dark corner'), `not ${base}`, base.replace('egg', 'cup'), base);
    const text = fc.oneof(ruleText, longer);
    let joined = 0;
    fc.assert(
      fc.property(text, text, (a, b) => {
        const expected = nearDuplicate(a, b);
        if (expected && a !== b) joined++;
        assert.equal(same('playbook', item('a', a), item('b', b)), expected);
        const [stored, wanted] = [duplicateKeys(comparable('playbook', item('a', a))), duplicateKeys(comparable('playbook', item('b', b)))];
        if (expected)
          assert.ok(
            // Of any so many keys one is shared: that is so if no more than the others are lacking.
            wanted.keys.filter((key) => !stored.keys.includes(key)).length < wanted.enough,
            'found by key',
          );
      }),
      { numRuns: 2_000 },
    );
    assert.ok(joined > 20, `only ${joined} pairs were near-duplicates: the property compared nothing`);
  });

  it('keeps texts without any word apart, unless they are equal', () => {
    assert.ok(!same('playbook', item('a', '...'), item('b', '???')));
    assert.ok(same('playbook', item('a', '...'), item('b', ' ... ')));
  });
});

describe('fitItems', () => {
  const forty = (letter: string): string => letter.repeat(40); // 10 tokens

  it('keeps everything that fits, as it is', () => {
    const items = [item('a', forty('a')), item('b', forty('b'))];
    assert.deepEqual(fitItems(items, 20), { kept: items, dropped: [] });
  });

  it("drops the least prevalent first, even if it is the seed's", () => {
    const items = [item('a', forty('a')), item('b', forty('b'), 's1', 's2'), item('c', forty('c'), 's1', 's2', 's3')];
    assert.deepEqual(
      fitItems(items, 20).dropped.map(({ id }) => id),
      ['a'],
    );
    assert.deepEqual(
      fitItems(items, 10).kept.map(({ id }) => id),
      ['c'],
    );
  });

  it('of equal prevalence drops those that the seed does not have, then the least evidence, then the newest', () => {
    const items = [item('seeded', forty('a')), item('old', forty('b'), 's1'), item('useful', forty('c'), 's1'), item('new', forty('d'), 's2')];
    const order = (evidence?: ReadonlyMap<string, number>): string[] =>
      [30, 20, 10, 0]
        .map((tokens) => fitItems(items, tokens, evidence).dropped.map(({ id }) => id))
        .map((ids, i, all) => ids.find((id) => !all[i - 1]?.includes(id)) ?? '');
    assert.deepEqual(order(), ['new', 'useful', 'old', 'seeded']);
    assert.deepEqual(
      order(
        new Map([
          ['useful', 3],
          ['old', -1],
        ]),
      ),
      ['old', 'new', 'useful', 'seeded'],
    );
  });

  it('always fits, loses nothing twice, and keeps the order', () => {
    const items = fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1, maxLength: 3 }), text: ruleText, origins }), {
      selector: ({ id }) => id,
      maxLength: 8,
    });
    fc.assert(
      fc.property(items, fc.nat(30), (list, maxTokens) => {
        const { kept, dropped } = fitItems(list, maxTokens);
        assert.ok(kept.reduce((sum, each) => sum + itemTokens(each), 0) <= maxTokens);
        assert.deepEqual(
          list.filter((each) => kept.includes(each)),
          kept,
        );
        assert.deepEqual(
          list.filter((each) => !kept.includes(each)),
          dropped,
        );
        for (const gone of dropped) for (const stayed of kept) assert.ok(prevalence(gone.origins) <= prevalence(stayed.origins));
      }),
    );
  });

  it('counts the answers of demos', () => {
    assert.equal(fitItems([demo('a', forty('a'), forty('b'), 's1')], 19).kept.length, 0);
    assert.deepEqual(fitItems([{ ...demo('a', forty('a'), forty('b')), origins: [origin('s1')] }], 20).kept.length, 1);
  });
});
