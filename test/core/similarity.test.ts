// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ClusterItem, clusterBySimilarity, containment, jaccard, nearDuplicate, shingles, words } from '../../src/core/similarity.js';

const long =
  'When the task asks for a heated object, take the object first, carry it to the microwave, open the microwave, put the object in, ' +
  'close the door, heat it, take it out again and then put it on the target.';

describe('words', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["Don't heat  the Egg, if x <= -3.5!", ['do', 'not', 'heat', 'egg', 'if', 'x', '<=', '-3.5']],
    ['It cannot; you can’t; it won’t', ['it', 'can', 'not', 'you', 'can', 'not', 'it', 'will', 'not']],
    ['Option A, not a guess', ['option', 'a', 'not', 'guess']],
    ['pages 3-5, 1,000 $ (50%)', ['pages', '3', '5', '1,000', '$', '50', '%']],
    ['a != b == c', ['!=', 'b', '==', 'c']],
    ['先加热 eggs', ['先', '加', '热', 'eggs']],
    ['ﬁle № ２', ['file', 'no', '2']],
    ['✓ yes `code`', ['✓', 'yes', 'code']],
    ['...', []],
  ];
  for (const [text, expected] of cases) it(`of ${JSON.stringify(text)}`, () => assert.deepEqual(words(text), expected));
});

describe('shingles', () => {
  it('are the runs of three words', () => assert.deepEqual([...shingles('Heat it, then put it.')], ['heat it then', 'it then put', 'then put it']));
  it('are one for a short text, none for an empty one', () => {
    assert.deepEqual([...shingles('Heat it')], ['heat it']);
    assert.deepEqual([...shingles(' . ')], []);
  });
  it('can have another size', () => assert.deepEqual([...shingles('b c d', 1)], ['b', 'c', 'd']));
});

describe('jaccard and containment', () => {
  const set = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')).map((list) => new Set(list));

  it('measure what two sets share', () => {
    const [a, b] = [new Set(['x', 'y', 'z']), new Set(['y', 'z', 'v', 'w'])];
    assert.equal(jaccard(a, b), 2 / 5);
    assert.equal(containment(a, b), 2 / 3);
    assert.equal(containment(b, a), 2 / 4);
  });

  it('lie in [0, 1], jaccard the same both ways and never above containment', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        assert.equal(jaccard(a, b), jaccard(b, a));
        assert.ok(jaccard(a, b) >= 0 && jaccard(a, b) <= containment(a, b) && containment(a, b) <= 1);
      }),
    );
  });

  it('are 1 for a set and itself, also for nothing', () => {
    fc.assert(fc.property(set, (a) => jaccard(a, new Set(a)) === 1 && containment(a, a) === 1));
  });
});

describe('nearDuplicate', () => {
  const same: readonly (readonly [string, string, string])[] = [
    ['case, punctuation and white space', 'Heat the egg, then put it away!', '  heat the EGG  then put it away'],
    ['articles', 'Take the mug to a sink.', 'Take mug to the sink'],
    ['a contraction', "Don't open the fridge twice.", 'Do not open the fridge twice.'],
    ['a harmless word in a long text', long, long.replace('open the microwave', 'carefully open the microwave')],
  ];
  for (const [name, a, b] of same) it(`joins what differs in ${name}`, () => assert.ok(nearDuplicate(a, b)));

  const different: readonly (readonly [string, string, string])[] = [
    ['one number', 'Wait 3 seconds before asking again.', 'Wait 4 seconds before asking again.'],
    ['a sign', 'Add -5 to the total.', 'Add 5 to the total.'],
    ['a decimal point', 'Multiply by 1.5 first.', 'Multiply by 15 first.'],
    ['a comparison', 'Reject it if weight < limit.', 'Reject it if weight > limit.'],
    ['always and never', 'Always open the fridge first.', 'Never open the fridge first.'],
    ['a negation', 'Open the fridge first.', 'Do not open the fridge first.'],
    ['a contracted negation', 'You should open it.', "You shouldn't open it."],
    ['an opposite', 'Put it in, then heat it.', 'Put it in, then cool it.'],
    ['the order of steps', 'Heat the egg, then put it away.', 'Put the egg, then heat it away.'],
    ['who does what to whom', 'Put the mug in the box.', 'Put the box in the mug.'],
    ['the option named', 'The answer is A here.', 'The answer is B here.'],
    ['a mark', '✓ heat first', '✗ heat first'],
    ['one Chinese character', '必须先加热', '必须先冷却'],
    ['a harmless word in a short text', 'Open the fridge first.', 'Carefully open the fridge first.'],
    ['one opposite in a long text', long, long.replace('heat it,', 'cool it,')],
    ['one number in a long text', `${long} Try 3 times.`, `${long} Try 4 times.`],
    ['one negation in a long text', long, long.replace('close the door', 'do not close the door')],
    ['one condition in a long text', long, `${long} Unless it is hot.`],
    ['one quantifier in a long text', long, long.replace('take the object first', 'take only the object first')],
    ['a number more in a long text', long, long.replace('the microwave,', 'the microwave 2,')],
    ['two steps exchanged in a long text', long, long.replace('open the microwave, put the object in', 'put the object in, open the microwave')],
  ];
  for (const [name, a, b] of different) {
    it(`keeps apart what differs in ${name}`, () => {
      assert.equal(nearDuplicate(a, b), false);
      assert.equal(nearDuplicate(a, b, 0), name.startsWith('a harmless'), 'whatever the threshold');
    });
  }

  it('is the same both ways, and true of a text and itself', () => {
    const text = fc.array(fc.constantFrom('heat', 'the', 'egg', 'not', '3', 'now', 'put'), { maxLength: 12, size: 'max' }).map((list) => list.join(' '));
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(nearDuplicate(a, b), nearDuplicate(b, a));
        assert.equal(nearDuplicate(a, b, 0.1), nearDuplicate(b, a, 0.1));
        assert.ok(nearDuplicate(a, ` ${a.toUpperCase().replaceAll('THE', 'the')}.`, 1));
      }),
    );
  });

  it('never joins texts of which one word was replaced', () => {
    const vocabulary = ['heat', 'cool', 'open', 'close', 'mug', 'egg', 'fridge', 'sink', 'left', 'right', '2', '7', 'always', 'never'];
    const text = fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(text, fc.nat(), fc.constantFrom(...vocabulary), (list, at, word) => {
        const place = at % list.length;
        fc.pre(list[place] !== word);
        assert.equal(nearDuplicate(list.join(' '), list.with(place, word).join(' '), 0), false);
      }),
    );
  });
});

describe('clusterBySimilarity', () => {
  const item = fc.record({
    id: fc.string({ maxLength: 4 }),
    tokens: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j')).map((list): ReadonlySet<string> => new Set(list)),
  });
  const items = fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 40, size: 'max' });
  const fanIn = fc.integer({ min: 2, max: 6 });
  const of = (id: string, tokens: string, scores?: Readonly<Record<string, number>>): ClusterItem => ({
    id,
    tokens: new Set(tokens.split(' ')),
    scores: scores && new Map(Object.entries(scores)),
  });

  it('puts every item in one group, groups as few and as even as possible, all sorted', () => {
    fc.assert(
      fc.property(items, fanIn, (list, limit) => {
        const groups = clusterBySimilarity(list, { fanIn: limit });
        assert.deepEqual(groups.flat().sort(), list.map(({ id }) => id).sort());
        assert.equal(groups.length, Math.ceil(list.length / limit));
        const sizes = groups.map((group) => group.length);
        assert.ok((Math.max(0, ...sizes) <= limit && Math.max(...sizes) - Math.min(...sizes) <= 1) || list.length === 0);
        for (const group of groups) assert.deepEqual(group, [...group].sort());
        assert.deepEqual(
          groups.map(([first = '']) => first),
          groups.map(([first = '']) => first).sort(),
        );
      }),
    );
  });

  it('leaves nobody alone where the fan-in is 3 or more', () => {
    const ids = Array.from({ length: 60 }, (_, i) => of(`c${i}`, `t${i}`));
    for (let n = 2; n <= 60; n++)
      for (const limit of [3, 4, 5, 8])
        assert.ok(
          clusterBySimilarity(ids.slice(0, n), { fanIn: limit }).every((group) => group.length >= 2),
          `${n} by ${limit}`,
        );
    assert.deepEqual(
      clusterBySimilarity(ids.slice(0, 5), { fanIn: 4 })
        .map((group) => group.length)
        .toSorted((a, b) => a - b),
      [2, 3],
    );
    assert.deepEqual(clusterBySimilarity(ids.slice(0, 1), { fanIn: 4 }), [['c0']]);
    assert.deepEqual(clusterBySimilarity([], { fanIn: 4 }), []);
  });

  it('does not depend on the order of the list', () => {
    const scored = items.map((list) =>
      list.map((each, i) => ({
        ...each,
        scores: new Map([
          ['t1', (i * 7) % 3],
          ['t2', (i * 5) % 2],
        ]),
      })),
    );
    fc.assert(
      fc.property(
        scored.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        fanIn,
        fc.boolean(),
        ([list, shuffled], limit, complementary) => {
          assert.deepEqual(clusterBySimilarity(list, { fanIn: limit, complementary }), clusterBySimilarity(shuffled, { fanIn: limit, complementary }));
        },
      ),
    );
  });

  it('groups what is alike', () => {
    const list = [of('a', 'heat egg'), of('b', 'cool mug'), of('c', 'heat egg now'), of('d', 'cool mug now'), of('e', 'heat the egg'), of('f', 'cool the mug')];
    assert.deepEqual(clusterBySimilarity(list, { fanIn: 3 }), [
      ['a', 'c', 'e'],
      ['b', 'd', 'f'],
    ]);
  });

  it('prefers candidates that win on different tasks, if asked', () => {
    const first = { t1: 1, t2: 1, t3: 0, t4: 0 };
    const second = { t1: 0, t2: 0, t3: 1, t4: 1 };
    const list = [of('a', 'x', first), of('b', 'x', first), of('c', 'x', second), of('d', 'x', second)];
    assert.deepEqual(clusterBySimilarity(list, { fanIn: 2, complementary: true }), [
      ['a', 'c'],
      ['b', 'd'],
    ]);
    assert.deepEqual(clusterBySimilarity(list, { fanIn: 2 }), [
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('compares scores on common tasks only', () => {
    const list = [of('a', 'x', { t1: 1, t2: 0 }), of('b', 'x', { t3: 0, t4: 1 }), of('c', 'x', { t1: 0, t2: 1 }), of('d', 'x')];
    assert.deepEqual(clusterBySimilarity(list, { fanIn: 2, complementary: true }), [
      ['a', 'c'],
      ['b', 'd'],
    ]);
  });

  it('clusters 256 candidates in less than a second', () => {
    const list = Array.from({ length: 256 }, (_, i) => ({
      id: `c${i}`,
      tokens: new Set(Array.from({ length: 100 }, (_unused, t) => `w${(i * 31 + t * t) % 997}`)),
      scores: new Map(Array.from({ length: 60 }, (_unused, t) => [`t${t}`, ((i * 7 + t) % 5) / 4])),
    }));
    const started = process.cpuUsage();
    assert.equal(clusterBySimilarity(list, { fanIn: 4, complementary: true }).length, 64);
    const { user, system } = process.cpuUsage(started);
    assert.ok(user + system < 1e6, `took ${(user + system) / 1e6} s of CPU`);
  }).timeout(20_000);

  it('refuses what it cannot group', () => {
    assert.throws(() => clusterBySimilarity([of('a', 'x')], { fanIn: 1 }), RangeError);
    assert.throws(() => clusterBySimilarity([of('a', 'x'), of('b', 'x'), of('a', 'y')], { fanIn: 4 }), /two candidates have the id a/i);
    assert.throws(
      () =>
        clusterBySimilarity(
          Array.from({ length: 257 }, (_, i) => of(`c${i}`, 'x')),
          { fanIn: 4 },
        ),
      /257/,
    );
  });
});
