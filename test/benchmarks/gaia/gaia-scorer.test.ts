// Needs nothing. python-cases.json was recorded with Python; every text in it is invented.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gaiaScorer, isRight } from '../../../src/benchmarks/gaia/gaia-scorer.js';
import { finalAnswer, GAIA_PROMPT } from '../../../src/benchmarks/gaia/prompt.js';
import { pythonFloat, withoutPunctuation } from '../../../src/benchmarks/gaia/python-text.js';
import { withoutSpaces } from '../../../src/benchmarks/python/white-space.js';
import type { Json } from '../../../src/core/json.js';
import { scorerContract } from '../scorers/contract.js';

interface Cases {
  /** What float() makes of a text, as repr() writes it; null: it raises ValueError. */
  readonly floats: readonly (readonly [string, string | null])[];
  /** Answer, expected answer, and whether it is right. */
  readonly pairs: readonly (readonly [string, string, boolean])[];
}

const CASES = JSON.parse(readFileSync(new URL('../../../../test/benchmarks/gaia/python-cases.json', import.meta.url), 'utf8')) as Cases;
const WORDS: Readonly<Record<string, number>> = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY, nan: Number.NaN };

describe('the scoring of GAIA', () => {
  it('reads numbers as Python does, on recorded texts', () => {
    for (const [text, expected] of CASES.floats) {
      const number = expected === null ? undefined : (WORDS[expected] ?? Number(expected));
      assert.ok(Object.is(pythonFloat(text), number), `${JSON.stringify(text)}: ${String(pythonFloat(text))} instead of ${String(expected)}`);
    }
  });

  it('takes for right what the official rules do, on recorded pairs', () => {
    for (const [answer, expected, right] of CASES.pairs) assert.equal(isRight(answer, expected), right, JSON.stringify([answer, expected]));
    assert.ok(CASES.pairs.some(([, , right]) => right) && CASES.pairs.some(([, , right]) => !right));
  });

  it('takes all 32 punctuation characters of ASCII for such, and no other', () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    assert.equal(ascii.filter((character) => withoutPunctuation(character) === '').join(''), '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
    assert.equal(withoutPunctuation('“–’¿'), '“–’¿');
  });

  it("takes what Python's \\s does for white space, and no other", () => {
    const spaces = [[0x09, 0x0d], [0x1c, 0x20], [0x85], [0xa0], [0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f], [0x205f], [0x3000]] as const;
    const isSpace = (code: number) => spaces.some(([from, to = from]) => code >= from && code <= to);
    for (let code = 0; code < 0xd800; code++) assert.equal(withoutSpaces(String.fromCharCode(code)) === '', isSpace(code), code.toString(16));
    assert.equal(withoutSpaces('\ufeff'), '\ufeff');
  });

  const table: readonly (readonly [answer: string, expected: string, right: boolean, why: string])[] = [
    ['$1,000', '1000', true, 'units and separators are deleted from the answer of a number'],
    ['1_000', '1000', true, 'Python reads 1_000'],
    [' 17 ', '17.0', true, 'white space around a number'],
    ['17.0001', '17', false, 'no tolerance'],
    ['17 apples', '17', false, 'no words beside a number'],
    ['seventeen', 'inf', true, 'what is no number counts as infinity'],
    ['nan', 'nan', false, 'not a number equals nothing'],
    ['1000', '1,000', false, 'an expected answer with a comma is a list'],
    ['1, 000', '1,000', true, 'its elements are numbers'],
    ['a; B', 'A,b', true, 'both separators are alike'],
    ['b, a', 'a, b', false, 'order matters'],
    ['a, b', 'a, b, c', false, 'as many elements'],
    ['St. Ives, x', 'St Ives, x', false, 'punctuation counts in lists'],
    ['$3 , 5%', '3, 5', true, 'numbers in lists'],
    ['st ives', 'St. Ives', true, 'text without white space, case and punctuation'],
    ['the sea', 'sea', false, 'nothing else is passed over'],
  ];
  for (const [answer, expected, right, why] of table)
    it(`${right ? 'takes' : 'refuses'} "${answer}" for "${expected}": ${why}`, () => assert.equal(isRight(answer, expected), right));

  it('takes what stands after the last FINAL ANSWER, one line, and else the whole output', () => {
    assert.deepEqual(finalAnswer('I think.\nFINAL ANSWER: 42'), { text: '42', marked: true });
    assert.deepEqual(finalAnswer('FINAL ANSWER: 1\nNo.\n**Final Answer:** 2**\n\nBecause.'), { text: '2', marked: true });
    assert.deepEqual(finalAnswer('FINAL ANSWER:\r\n\r\nParis\r\nmore'), { text: 'Paris', marked: true });
    assert.deepEqual(finalAnswer('FINAL ANSWER:'), { text: '', marked: true });
    assert.deepEqual(finalAnswer('FINAL ANSWER: a, b*'), { text: 'a, b*', marked: true });
    assert.deepEqual(finalAnswer('42'), { text: '42', marked: false });
    assert.ok(GAIA_PROMPT.startsWith('You are a general AI assistant.') && finalAnswer(GAIA_PROMPT).marked);
  });

  async function score(output: Json, expected: Json) {
    return gaiaScorer({}).score({ task: { id: 't', input: 'q', expected }, output, trajectory: null }, undefined);
  }

  it('scores an output and says what was wrong', async () => {
    assert.deepEqual(await score('So.\nFINAL ANSWER: $12', '12'), { score: 1 });
    assert.deepEqual(await score(12, '12'), { score: 1 });
    assert.deepEqual(await score(null, 'none'), { score: 1 });
    assert.deepEqual(await score('FINAL ANSWER: 12 km', '12'), {
      score: 0,
      feedback: 'Expected "12", got "12 km". The answer must be a number alone: only $, % and thousands separators may stand with it.',
    });
    assert.match((await score('FINAL ANSWER: 12.5', '12')).feedback ?? '', /there is no tolerance/);
    assert.match(
      (await score('I have looked.\nIt is Rome.', 'Rome')).feedback ?? '',
      /says more: only the answer itself counts\. The output has no line "FINAL ANSWER: \.\.\.", so all of it/,
    );
    assert.match((await score('FINAL ANSWER: a, b', 'a, b, c')).feedback ?? '', /needs 3 elements, separated by commas or semicolons; the answer has 2/);
    assert.match((await score('FINAL ANSWER: a, x, y', 'a, b, c')).feedback ?? '', /wrong: elements 2, 3 of 3/);
  });

  it('has no options', () => {
    assert.throws(() => gaiaScorer({ strict: true }), { failureType: 'input.invalid', message: /scorer\.options\.strict is unknown/ });
  });
});

for (const [kind, expected] of [
  ['a number', '42'],
  ['a list', 'red, blue'],
  ['a text', 'Paris'],
] as const) {
  scorerContract(`gaia, ${kind}`, {
    create: () => gaiaScorer({}),
    task: { id: 't', input: 'q', expected },
    right: `So it is.\nFINAL ANSWER: ${expected}`,
    wrong: 'FINAL ANSWER: green',
  });
}
