// Needs nothing.
import assert from 'node:assert/strict';
import { comparable } from '../../../src/core/items.js';
import { alternative } from '../../../src/core/merge/contradictions.js';
import { demo, item } from '../candidates.js';

const between = (a: string, b: string): number => alternative(comparable('playbook', item('a', a)), comparable('playbook', item('b', b)));

describe('alternative', () => {
  const alternatives: readonly (readonly [string, string])[] = [
    ['WHEN TASK SAYS "put" AFTER TAKE heat AT microwave', 'WHEN TASK SAYS "put" AFTER TAKE cool AT fridge'],
    ['Demurrage is free for 3 days.', 'Demurrage is free for 5 days.'],
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
