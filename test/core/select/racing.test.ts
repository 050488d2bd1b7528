// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { randomStream } from '../../../src/core/random.js';
import { type Finalist, raceStep, rankFinalists } from '../../../src/core/select/racing.js';

const of = (id: string, scores: readonly number[], tokens = 100): Finalist => ({ id, scores, tokens });
const solving = (solved: number, n: number): number[] => Array.from({ length: n }, (_, i) => (i < solved ? 1 : 0));

const finalists = fc.integer({ min: 1, max: 45 }).chain((tasks) =>
  fc.uniqueArray(
    fc.record({
      id: fc.string({ maxLength: 3 }),
      scores: fc.array(
        fc.integer({ min: 0, max: 3 }).map((score) => score / 3),
        { minLength: tasks, maxLength: tasks },
      ),
      tokens: fc.nat(3),
    }),
    { selector: ({ id }) => id, minLength: 1, maxLength: 8 },
  ),
);
const shuffledFinalists = finalists.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
const options = fc.record({ blockSize: fc.integer({ min: 1, max: 20 }), minTasks: fc.nat(30), confidence: fc.constantFrom(0.5, 0.8, 0.95, 0.99) });

describe('raceStep', () => {
  it('drops who is clearly behind the leader, and says by how much', () => {
    const step = raceStep({
      finalists: [of('good', solving(36, 40)), of('close', solving(33, 40)), of('bad', solving(10, 40))],
      blockSize: 20,
      minTasks: 20,
      confidence: 0.95,
    });
    assert.equal(step.leader, 'good');
    assert.equal(step.tasks, 40);
    assert.deepEqual(step.remaining, ['close', 'good']);
    assert.deepEqual(
      step.dropped.map(({ id }) => id),
      ['bad'],
    );
    assert.ok(Math.abs((step.dropped[0]?.meanDifference ?? 0) + 26 / 40) < 1e-12);
    // -26/42 + z sqrt((28/42 - (26/42)^2) / 42), z = 1.959964: 0.975 for each of two rivals.
    assert.ok(Math.abs((step.dropped[0]?.upperBound ?? 0) - -0.458035280561607) < 1e-6);
  });

  it('drops nobody before the minimum of tasks, nor on no tasks', () => {
    const state = { finalists: [of('good', solving(20, 20)), of('bad', solving(0, 20))], blockSize: 10, confidence: 0.95 };
    assert.deepEqual(raceStep({ ...state, minTasks: 21 }).dropped, []);
    assert.equal(raceStep({ ...state, minTasks: 20 }).dropped.length, 1);
    assert.deepEqual(raceStep({ finalists: [of('b', []), of('a', [])], blockSize: 10, minTasks: 0, confidence: 0.95 }), {
      tasks: 0,
      leader: 'a',
      dropped: [],
      remaining: ['a', 'b'],
    });
  });

  it('looks at whole blocks only', () => {
    const good = [...solving(10, 20), ...solving(19, 19)];
    const bad = [...solving(10, 20), ...solving(0, 19)];
    const state = { finalists: [of('good', good), of('bad', bad)], blockSize: 20, minTasks: 20, confidence: 0.95 };
    assert.deepEqual(raceStep(state), { tasks: 20, leader: 'bad', dropped: [], remaining: ['bad', 'good'] });
  });

  it('does not drop on a handful of tasks', () => {
    // One loss in 8, or 2 in 8, is not enough; a careless paired bound (mean + z se, here 0 wide) would drop equal losses.
    for (const lost of [1, 2])
      assert.deepEqual(
        raceStep({ finalists: [of('a', solving(8, 8)), of('b', solving(8 - lost, 8))], blockSize: 8, minTasks: 8, confidence: 0.95 }).dropped,
        [],
      );
    assert.deepEqual(
      raceStep({
        finalists: [
          of(
            'a',
            solving(8, 8).map(() => 0.5),
          ),
          of(
            'b',
            solving(8, 8).map(() => 0.49),
          ),
        ],
        blockSize: 8,
        minTasks: 8,
        confidence: 0.95,
      }).dropped,
      [],
    );
  });

  it('gives the same whatever the order of the list', () => {
    fc.assert(
      fc.property(shuffledFinalists, options, ([list, shuffled], rules) => {
        assert.deepEqual(raceStep({ finalists: list, ...rules }), raceStep({ finalists: shuffled, ...rules }));
      }),
    );
  });

  it('keeps the leader, loses nobody, and drops fewer the surer it must be', () => {
    fc.assert(
      fc.property(finalists, options, (list, rules) => {
        const step = raceStep({ finalists: list, ...rules });
        assert.ok(step.remaining.includes(step.leader));
        assert.deepEqual([...step.remaining, ...step.dropped.map(({ id }) => id)].sort(), list.map(({ id }) => id).sort());
        assert.ok(step.dropped.every(({ meanDifference, upperBound }) => meanDifference < 0 && upperBound < 0));
        assert.ok(raceStep({ finalists: list, ...rules, confidence: 0.999 }).dropped.length <= step.dropped.length);
      }),
    );
  });

  it('keeps the best in almost every race, and saves work', () => {
    // Eight finalists, ten blocks of 20 tasks, 0.95: the best is 0.05 better than seven equals, or the field is spread out.
    // On 60 % of the tasks all are right or wrong by the same difficulty. Larger simulation (1,500 races): best by 0.05 lost in
    // 0.8 % at 88 % of the work, spread 0.1 % at 42 %; one of eight equals, where it costs nothing, in 11 %.
    for (const [rates, mostLost, mostWork] of [
      [[0.65, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6], 0.04, 0.97],
      [[0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4], 0.02, 0.55],
    ] as const) {
      let lost = 0;
      let work = 0;
      for (let race = 0; race < 150; race++) {
        const random = randomStream(race, 'race', 'simulation');
        let live = rates.map((rate, i) => ({ id: `c${i}`, rate, scores: [] as number[], tokens: 1 }));
        for (let block = 0; block < 10; block++) {
          for (let task = 0; task < 20; task++) {
            const [shared, difficulty] = [random.next() < 0.6, random.next()];
            for (const { scores, rate } of live) scores.push((shared ? difficulty : random.next()) < rate ? 1 : 0);
          }
          work += live.length * 20;
          const { remaining } = raceStep({ finalists: live, blockSize: 20, minTasks: 40, confidence: 0.95 });
          live = live.filter(({ id }) => remaining.includes(id));
        }
        if (!live.some(({ id }) => id === 'c0')) lost++;
      }
      assert.ok(lost / 150 <= mostLost, `lost the best in ${lost} of 150 races`);
      assert.ok(work / (150 * 8 * 200) < mostWork, `did ${work / (150 * 8 * 200)} of the work`);
    }
  }).timeout(30_000);

  it('refuses races that compare what cannot be compared', () => {
    const rules = { blockSize: 1, minTasks: 1, confidence: 0.95 };
    assert.throws(() => raceStep({ finalists: [of('a', [1]), of('b', [1, 0])], ...rules }), /b was run on 2 tasks/);
    assert.throws(() => raceStep({ finalists: [of('a', [1]), of('a', [0])], ...rules }), /two finalists have the id a/i);
    assert.throws(() => raceStep({ finalists: [], ...rules }), RangeError);
    assert.throws(() => raceStep({ finalists: [of('a', [1])], ...rules, blockSize: 0 }), RangeError);
    for (const confidence of [0.4, 1, Number.NaN]) assert.throws(() => raceStep({ finalists: [of('a', [1])], ...rules, confidence }), RangeError);
  });
});

describe('rankFinalists', () => {
  const ids = (list: readonly Finalist[]): string[] => rankFinalists(list).map(({ id }) => id);

  it('ranks by mean score, then by fewer tokens, then by id', () => {
    assert.deepEqual(ids([of('d', [0, 1], 5), of('c', [1, 0], 5), of('b', [0.5, 0.5], 4), of('a', [0, 0], 1), of('e', [1, 1], 900)]), [
      'e',
      'b',
      'c',
      'd',
      'a',
    ]);
  });

  it('takes means within 1e-9 for equal', () => {
    assert.deepEqual(ids([of('a', [0.3], 8), of('b', [0.1 + 0.2], 9)]), ['a', 'b']);
    assert.deepEqual(ids([of('a', [0.3], 9), of('b', [0.3 - 1e-8], 8)]), ['a', 'b']);
  });

  it('gives the same whatever the order of the list, also along a chain of near ties', () => {
    const chain = [of('a', [0.5], 1), of('b', [0.5 + 0.8e-9], 3), of('c', [0.5 + 1.6e-9], 2)];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ])
      assert.deepEqual(ids(order.map((i) => chain[i] as Finalist)), ['c', 'b', 'a']);
    fc.assert(fc.property(shuffledFinalists, ([list, shuffled]) => assert.deepEqual(ids(list), ids(shuffled))));
  });
});
