// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkTaskForScorer, createScorer } from '../../../src/benchmarks/scorers/create-scorer.js';
import { objectInText } from '../../../src/benchmarks/scorers/json-in-text.js';
import { normalise } from '../../../src/benchmarks/scorers/normalised.js';
import { readLastNumber } from '../../../src/benchmarks/scorers/numeric.js';
import type { Json } from '../../../src/core/json.js';
import type { ScorerSettings } from '../../../src/core/run-settings.js';
import { scorerContract } from './contract.js';

const task = (expected?: Json) => ({ id: 't1', input: 'Q', ...(expected === undefined ? {} : { expected }) });
const scoreWith = (settings: ScorerSettings, expected: Json | undefined, output: Json) =>
  createScorer(settings, {}).score({ task: task(expected), output, trajectory: null }, undefined);

const exact: ScorerSettings = { kind: 'exact' };
const normalised: ScorerSettings = { kind: 'normalised' };
const numeric: ScorerSettings = { kind: 'numeric', tolerance: 0, relative: false };
const tokenF1: ScorerSettings = { kind: 'token-f1' };
const jsonFields: ScorerSettings = { kind: 'json-fields', fields: [] };

scorerContract('exact', { create: () => createScorer(exact, {}), task: task('Paris'), right: 'Paris', wrong: 'Rome' });
scorerContract('normalised', { create: () => createScorer(normalised, {}), task: task('Paris'), right: ' "PARIS". ', wrong: 'Rome' });
scorerContract('numeric', { create: () => createScorer(numeric, {}), task: task(42), right: 'It is 42.', wrong: 'It is 43.' });
scorerContract('token-f1', { create: () => createScorer(tokenF1, {}), task: task('the red house'), right: 'Red house!', wrong: 'a blue house' });
scorerContract('json-fields', { create: () => createScorer(jsonFields, {}), task: task({ a: 1, b: 'x' }), right: { b: 'x', a: 1 }, wrong: { a: 2 } });

/** [expected, output, score, feedback]. */
type Row = readonly [expected: Json, output: Json, score: number, feedback?: string];

function table(title: string, settings: ScorerSettings, rows: readonly Row[]): void {
  describe(title, () => {
    for (const [expected, output, score, feedback] of rows) {
      it(`${JSON.stringify(expected)} <- ${JSON.stringify(output).slice(0, 80)}: ${Number(score.toFixed(3))}`, async () => {
        const result = await scoreWith(settings, expected, output);
        assert.ok(Math.abs(result.score - score) < 1e-9, `scored ${result.score}`);
        if (feedback !== undefined) assert.equal(result.feedback, feedback);
        if (score === 1) assert.equal(result.feedback, undefined);
      });
    }
  });
}

table('exact', exact, [
  ['Paris', 'Paris', 1],
  ['Paris', 'paris', 0, 'Expected "Paris", got "paris". Only case, white space or outer punctuation differs.'],
  ['Paris', 'Rome', 0, 'Expected "Paris", got "Rome".'],
  ['Paris', '', 0, 'Expected "Paris"; the output is empty.'],
  [5, '5', 1],
  ['5', 5, 1],
  [true, 'true', 1],
  [['Paris', 'Lutetia'], 'Lutetia', 1],
  [['Paris', 'Lutetia'], 'Rome', 0, 'Expected one of "Paris", "Lutetia"; got "Rome".'],
  [['a', 'b'], ['a', 'b'], 1],
  [{ a: 1, b: [2] }, { b: [2], a: 1 }, 1],
  [{ a: 1, b: [2] }, '{"b":[2],"a":1.0}', 1],
  [{ a: 1 }, { a: 2 }, 0, 'Expected "{"a":1}", got "{"a":2}".'],
  [
    `${'x'.repeat(300)}A`,
    `${'x'.repeat(300)}B`,
    0,
    `The first difference is at character 301: expected "${'x'.repeat(40)}A", got "${'x'.repeat(40)}B" (301 characters expected, 301 got).`,
  ],
]);

table('normalised', normalised, [
  ['rate_quote', ' Rate_Quote.\n', 1],
  ['Straße', 'STRASSE', 1],
  ['ﬁve  apples', 'five\tapples', 1],
  ['yes', '**Yes!**', 1],
  ['yes', '“Yes”', 1],
  ['5', '-5', 0],
  ['5', '.5', 0],
  ['5', '5%', 0],
  ['C', 'C#', 0],
  ['C', 'C++', 0],
  ['?', '!', 0],
  ["don't", 'dont', 0],
  [
    'invoice_dispute',
    'The category is invoice_dispute.',
    0,
    'Expected "invoice_dispute", got "The category is invoice_dispute.". The output contains the expected answer, but says more: only the answer itself counts.',
  ],
]);

table('numeric', numeric, [
  [42, 'The answer is 42.', 1],
  [42, '41 or 42', 1],
  [42, '42 or 41', 0, 'Expected 42, got 41 (the last number of the output): 1 too low, 2.380952381 %.'],
  ['#### 1,234', '$1,234.00', 1],
  [-5, '-5', 1],
  [-5, '\u22125', 1],
  [-5, '-$5', 1],
  [5, '-5', 0],
  [4, 'GPT-4', 1],
  [5, '3-5', 1],
  [1234567.5, "1'234'567.5", 1],
  [1000, '1\u202F000', 1],
  [3, '1,2,3', 1],
  [0.5, '.5', 1],
  [6.02e23, '6.02e23', 1],
  [0.3, 0.1 + 0.2, 1],
  ['12%', '12 %', 1],
  ['12%', '0.12', 1],
  [0.12, '12%', 1],
  [12, '12 percent', 1],
  ['12%', '13%', 0, 'Expected 12 %, got 13 % (the last number of the output): 1 too high, 8.333333333 %.'],
  [42, 'no idea', 0, 'Expected 42; the output holds no number: "no idea".'],
  [42, { answer: 42 }, 1],
]);

table('numeric, absolute tolerance', { kind: 'numeric', tolerance: 0.5, relative: false }, [
  [10, '10.5', 1],
  [10, '9.5', 1],
  [10, '10.51', 0, 'Expected 10 (± 0.5), got 10.51 (the last number of the output): 0.51 too high, 5.1 %.'],
]);

table('numeric, relative tolerance', { kind: 'numeric', tolerance: 0.05, relative: true }, [
  [200, '210', 1],
  [-200, '-190', 1],
  [200, '211', 0, 'Expected 200 (± 5 %), got 211 (the last number of the output): 11 too high, 5.5 %.'],
  [0, '0.001', 0, 'Expected 0 (± 5 %), got 0.001 (the last number of the output): 0.001 too high.'],
]);

table('token-f1', tokenF1, [
  ['the red house', 'A red house.', 1],
  ['red house', 'blue house', 0.5, 'Expected "red house", got "blue house". Missing words: red. Words too many: blue.'],
  ['red house', 'the house is red and old', (2 * 2) / 7, 'Expected "red house", got "the house is red and old". Words too many: is, and, old.'],
  ['red red', 'red', 2 / 3, 'Expected "red red", got "red". Missing words: red.'],
  [['Rome', 'eternal city'], 'the eternal city', 1],
  ['東京都', '京都', 0.8],
  ['', '', 1],
  ['', 'x', 0],
  ['x', '', 0],
]);

table('json-fields', jsonFields, [
  [{ a: 1, b: 'x' }, '{"a": 1, "b": " x "}', 1],
  [{ a: 1, b: 'x' }, 'Here it is:\n```json\n{"a": 1, "b": "x"}\n```\nDone.', 1],
  [{ a: 1, b: 'x' }, 'I think {maybe} it is {"a": 1, "b": "x"}', 1],
  [{ a: 1, b: 'x' }, { a: '1', b: 'x', c: 'more' }, 1],
  ['{"a": 1}', { a: 1 }, 1],
  [{ a: null }, {}, 1],
  [{ a: { b: [1, 2] } }, { a: { b: [1, 2] } }, 1],
  [
    { a: 1, b: 'x', c: null, d: 2 },
    { a: 1, b: 'y', c: 'z' },
    0.25,
    '3 of 4 fields are wrong. b: expected "x", got "y"; c: expected none, got "z"; d: expected 2, but it is missing.',
  ],
  [{ a: 1 }, 'no', 0, 'The output holds no JSON object with the fields a: "no".'],
  [{ a: 1 }, '', 0, 'The output holds no JSON object with the fields a: it is empty.'],
  [{ a: 1 }, [1], 0, 'The output holds no JSON object with the fields a: "[1]".'],
]);

table('json-fields by name', { kind: 'json-fields', fields: ['total', 'address.city', 'a.b'] }, [
  [{ total: 5, address: { city: 'Rome', zip: 1 }, 'a.b': 1 }, { total: 5, address: { city: 'Rome', zip: 2 }, 'a.b': 1 }, 1],
  [
    { total: 5, address: { city: 'Rome' }, 'a.b': 1 },
    { total: 5, address: { city: 'Oslo' }, a: { b: 1 } },
    2 / 3,
    '1 of 3 fields are wrong. address.city: expected "Rome", got "Oslo".',
  ],
]);

describe('text scorers', () => {
  it('normalise what is normal already to itself', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => normalise(normalise(text)) === normalise(text)));
  });

  it('read every number that JavaScript writes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.equal(readLastNumber(`it is ${value}`)!.value, value === 0 ? 0 : value);
        assert.equal(readLastNumber(value)!.value, value);
      }),
    );
  });

  it('find every object that is written into a text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom('', 'See: ', 'A {brace} first: ', '```\n'), (object, before) => {
        assert.deepEqual(objectInText(`${before}${JSON.stringify(object)}${before === '```\n' ? '\n```' : ' done'}`), JSON.parse(JSON.stringify(object)));
      }),
    );
  });

  it('take the last of several objects', () => {
    assert.deepEqual(objectInText('{"a": 1} and then {"a": {"b": 2}}'), { a: { b: 2 } });
    assert.deepEqual(objectInText('```json\n{"a": 1}\n```\nno:\n```json\n{"a": 2}\n```'), { a: 2 });
  });

  it('need an expected answer, one of their kind', async () => {
    for (const settings of [exact, normalised, numeric, tokenF1, jsonFields]) {
      const message = `Task "t1" has no expected answer, and the scorer "${settings.kind}" needs one. Add it to the benchmark, or choose another scorer.`;
      await assert.rejects(scoreWith(settings, undefined, 'x'), { failureType: 'scorer.broken', message });
      assert.throws(() => checkTaskForScorer(settings, task()), { failureType: 'input.invalid', message });
    }
    const noNumber = 'The expected answer of task "t1" holds no number: "many". Correct the benchmark, or choose another scorer.';
    await assert.rejects(scoreWith(numeric, 'many', '1'), { failureType: 'scorer.broken', message: noNumber });
    assert.throws(() => checkTaskForScorer(numeric, task('many')), { failureType: 'input.invalid', message: noNumber });
    const noObject =
      'The expected answer of task "t1" is no JSON object, and the scorer "json-fields" needs one. Correct the benchmark, or choose another scorer.';
    await assert.rejects(scoreWith(jsonFields, 'many', '1'), { failureType: 'scorer.broken', message: noObject });
    assert.throws(() => checkTaskForScorer(jsonFields, task('many')), { failureType: 'input.invalid', message: noObject });
    checkTaskForScorer(numeric, task('5 %'));
    checkTaskForScorer({ kind: 'judge', rubric: 'r' }, task());
  });
});
