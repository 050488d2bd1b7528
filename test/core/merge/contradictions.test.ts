// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparable } from '../../../src/core/items.js';
import { alternative, alternativesIndex } from '../../../src/core/merge/contradictions.js';
import { demo, item, ruleText } from '../candidates.js';

const between = (a: string, b: string): number => alternative(comparable('playbook', item('a', a)), comparable('playbook', item('b', b)));

describe('alternative', () => {
  const alternatives: readonly (readonly [string, string])[] = [
    ['WHEN TASK SAYS "put" AFTER TAKE heat AT microwave', 'WHEN TASK SAYS "put" AFTER TAKE cool AT fridge'],
    ['Demurrage is free for 3 days.', 'Demurrage is free for 5 days.'],
    ['Add line 1, add line 2, add line 3, add tax.', 'Add line 1, add line 2, add line 3, add freight.'],
    ['Report the total with tax.', 'Report the total without tax.'],
    ['Always round up.', 'Never round up.'],
    ['Always stop.', 'Never stop.'],
    ['Round amounts up.', 'Do not round amounts up.'],
    ['SEARCH egg: fridge, countertop, sink', 'SEARCH egg: garbagecan, microwave'],
    ['Freight charge: take the invoice date', 'freight  charge: whatever the carrier wrote'],
  ];
  for (const [a, b] of alternatives) {
    it(`sees alternatives in "${a}" and "${b}"`, () => {
      assert.ok(between(a, b) > 0);
      assert.equal(between(a, b), between(b, a));
    });
  }

  const compatible: readonly (readonly [string, string])[] = [
    ['WHEN TASK SAYS "put" AFTER TAKE heat AT microwave', 'WHEN TASK SAYS "clean" AFTER TAKE clean AT sinkbasin'],
    ['OPEN fridge', 'OPEN cabinet'],
    ['SEARCH egg: fridge, countertop', 'SEARCH mug: shelf, desk'],
    ['Note: check the date', 'Note: sum the rows'],
    ['Answer with one word.', 'Answer with one word in the language of the question.'],
    ['Check the fridge first', 'check the fridge first!'],
    ['', ''],
    ['Never open the door at night', 'Always open a ticket for late freight'],
    ['Check fridge, sink and shelf', 'Check fridge, sink and top shelf'],
    ['Freight charge: take the date', 'freight charge: take date!'],
  ];
  for (const [a, b] of compatible) {
    it(`sees none in "${a}" and "${b}"`, () => {
      assert.equal(between(a, b), 0);
      assert.equal(between(b, a), 0);
    });
  }

  it('of demos sees them in equal inputs with different answers only', () => {
    const demos = (a: string, b: string, answer: string): number =>
      alternative(comparable('demos', demo('a', a, 'paid')), comparable('demos', demo('b', b, answer)));
    assert.equal(demos('Invoice 7', 'Invoice  7', 'open'), 1);
    assert.equal(demos('Invoice 7', 'Invoice 7', 'paid'), 0);
    assert.equal(demos('Invoice 7', 'Invoice 8', 'open'), 0);
  });
});

describe('alternativesIndex', () => {
  const word = fc.constantFrom('check', 'fridge', 'heat', 'cool', 'not', 'always', 'egg', 'put now:', 'before');
  const long = fc.array(word, { minLength: 1, maxLength: 9 });
  const text = fc.oneof(
    ruleText,
    long.map((list) => list.join(' ')),
    fc.tuple(word, word, word).map(([a, b, c]) => `when the task says ${a} take the plate ${b} to the sink ${c}`),
  );

  it('finds in a list what comparing each with each finds, the first of the most similar', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), text, (texts, wanted) => {
        const items = texts.map((each) => comparable('playbook', { text: each }));
        const one = comparable('playbook', { text: wanted });
        const index = alternativesIndex();
        for (const each of items) index.add(each);
        const expected = items.map((each, place) => ({ place, similarity: alternative(each, one) })).filter(({ similarity }) => similarity > 0);
        if (expected.length > 1) found++;
        assert.deepEqual(index.all(one), expected);
        assert.deepEqual(index.nearest(one), expected.toSorted((a, b) => b.similarity - a.similarity)[0]);
      }),
      { numRuns: 2_000 },
    );
    assert.ok(found > 100, `only ${found} lists had several: the property compared little`);
  });
});
