// Needs a temporary folder; the published sets where they lie beside the project.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { isTarget } from '../../../src/benchmarks/bbh/bbh-scorer.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import { createScorer } from '../../../src/benchmarks/scorers/create-scorer.js';
import { finalAnswer } from '../../../src/benchmarks/scorers/final-answer.js';
import { assignSplits } from '../../../src/benchmarks/split-benchmark.js';
import { yesOrNo } from '../../../src/benchmarks/strategyqa/strategyqa.js';
import { readTar } from '../../../src/benchmarks/tar.js';
import type { Json } from '../../../src/core/json.js';
import { sharedData } from '../../support/shared-data.js';
import { scorerContract } from '../scorers/contract.js';
import { countBy, publishedTasks } from './data.js';

const scorer = (name: string) => createScorer({ kind: 'benchmark', name }, {});
const score = (name: string, expected: Json, output: Json) =>
  scorer(name).score({ task: { id: 't', input: 'Q', expected }, output, trajectory: null }, undefined);
const lines = (...records: readonly object[]) => records.map((record) => JSON.stringify(record)).join('\n');

describe('small known benchmarks', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-sets-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const refused = (name: string, message: RegExp) => assert.rejects(readBenchmark({ name, folder }), { failureType: 'input.invalid', message });

  it('have no options unless they say so', () => {
    for (const name of ['banking77', 'bbh', 'facility-support', 'strategyqa', 'gsm8k'])
      assert.throws(() => createScorer({ kind: 'benchmark', name, options: { strict: true } }, {}), { failureType: 'input.invalid', message: /options/ });
  });

  it('StrategyQA: dev is the test, and what gives the answer away is left out', async () => {
    const record = { qid: 'a1', term: 'T', question: 'Is it?', answer: true, facts: ['It is.'], decomposition: ['Is #1?'] };
    await writeFile(path.join(folder, 'train.jsonl'), lines(record));
    await writeFile(path.join(folder, 'dev.jsonl.gz'), gzipSync(lines({ ...record, qid: 'a2', question: 'Was it?', answer: false })));
    assert.deepEqual(await readBenchmark({ name: 'strategyqa', folder }), [
      { id: 'a1', input: 'Is it?', expected: 'yes', split: 'train' },
      { id: 'a2', input: 'Was it?', expected: 'no', split: 'test' },
    ]);
    await writeFile(path.join(folder, 'train.jsonl'), lines(record, { ...record, answer: 'yes' }));
    await refused('strategyqa', /train\.jsonl, line 2: the field "answer" holds a text, not true or false\./);
  });

  it('Banking77: the intent is the answer only', async () => {
    await writeFile(path.join(folder, 'train.csv'), 'text,category\n"Where, please?",card_arrival\n');
    await writeFile(path.join(folder, 'test.csv'), 'text,category\nNot here,card_linking\n');
    assert.deepEqual(await readBenchmark({ name: 'banking77', folder }), [
      { id: 'train-00001', input: 'Where, please?', expected: 'card_arrival', split: 'train' },
      { id: 'test-00001', input: 'Not here', expected: 'card_linking', split: 'test' },
    ]);
    await writeFile(path.join(folder, 'test.csv'), 'text,category\nNot here,\n');
    await refused('banking77', /test\.csv, line 2: the field "category" is missing/);
  });

  it('facility support: its answers are JSON in a text', async () => {
    const answer = { categories: { general_inquiries: true, emergency_repair_services: false }, sentiment: 'neutral', urgency: 'low' };
    const record = { fields: { input: 'Dear all' }, answer: JSON.stringify(answer) };
    const write = (...records: readonly object[]) => writeFile(path.join(folder, 'dataset.json'), JSON.stringify(records));
    await write(record);
    assert.deepEqual(await readBenchmark({ name: 'facility-support', folder }), [{ id: 'facility-001', input: 'Dear all', expected: answer }]);
    await write({ ...record, answer: '{' });
    await refused('facility-support', /line 1 \(record 1\): the field "answer" is not valid JSON/);
    await write({ ...record, answer: JSON.stringify({ ...answer, categories: { general_inquiries: 'no' } }) });
    await refused('facility-support', /"categories": the field "general_inquiries" holds a text, not true or false/);
  });

  it('BBH: says which of its files is missing or broken', async () => {
    await refused('bbh', /boolean_expressions\.json is missing\. It needs the 27 \.json files/);
    await mkdir(path.join(folder, 'bbh'));
    await writeFile(path.join(folder, 'bbh/boolean_expressions.json'), '{"examples": [{"input": "not True is", "target": true}]}');
    await refused('bbh', /boolean_expressions\.json, example 1: the field "target" holds true, not a text/);
    await writeFile(path.join(folder, 'bbh.tar.gz'), gzipSync(Buffer.alloc(1_024)));
    await refused('bbh', /bbh\.tar\.gz does not hold boolean_expressions\.json/);
  });

  it('tar archives that are cut off or changed are refused', async () => {
    const file = path.join(folder, 'a.tar');
    const header = Buffer.alloc(512);
    header.write('dir/a.txt', 0);
    header.write('00000000003\0', 124);
    header.write('0', 156);
    header.write('ustar', 257);
    header.write('top', 345);
    const sum = header.reduce((total, byte) => total + byte, 8 * 0x20);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const archive = Buffer.concat([header, Buffer.from('abc'), Buffer.alloc(509), Buffer.alloc(1_024)]);
    const read = async (bytes: Buffer) => {
      await writeFile(file, bytes);
      return [...(await readTar(file))].map(([name, content]) => [name, content.toString()]);
    };
    assert.deepEqual(await read(archive), [['top/dir/a.txt', 'abc']]);
    assert.deepEqual(await read(gzipSync(archive)), [['top/dir/a.txt', 'abc']]);
    const invalid = (bytes: Buffer, message: RegExp) => assert.rejects(read(bytes), { failureType: 'input.invalid', message });
    await invalid(archive.subarray(0, 514), /"dir\/a\.txt" is cut off/);
    await invalid(archive.subarray(0, 1_024), /its end is missing/);
    await invalid(gzipSync(archive).subarray(0, 60), /cannot be unpacked: unexpected end of file/);
    archive[3] = 0x41;
    await invalid(archive, /checksum/);
  });
});

describe('published sets', () => {
  it('StrategyQA: 2,061 and 229', async function () {
    const tasks = await publishedTasks(this, 'strategyqa', 'strategyqa');
    assert.deepEqual(countBy(tasks.map(({ split }) => split)), { train: 2_061, test: 229 });
    const parts = [...assignSplits(tasks, { project: 'p', shares: { train: 0.5, validation: 0.25, test: 0.25 } }).values()];
    const counts = countBy(parts.map(({ split }) => split));
    assert.ok(counts['test'] === 229 && counts['validation']! > 600 && counts['validation']! < 775, JSON.stringify(counts));
  });

  it('Banking77: 10,003 and 3,080 of 77 intents', async function () {
    const tasks = await publishedTasks(this, 'banking77', 'banking77');
    assert.deepEqual(countBy(tasks.map(({ split }) => split)), { train: 10_003, test: 3_080 });
    assert.equal(new Set(tasks.map(({ expected }) => expected)).size, 77);
  });

  it('facility support: 200 with ten categories', async function () {
    const tasks = await publishedTasks(this, 'facility-support', 'facility-support');
    assert.equal(tasks.length, 200);
    assert.ok(tasks.every(({ expected }) => Object.keys((expected as { categories: object }).categories).length === 10));
  });

  it('BBH: 6,511 in 27 tasks; of four twins the second is left out', async function () {
    const tasks = await publishedTasks(this, 'bbh', 'bbh');
    assert.equal(tasks.length, 6_511);
    const counts = countBy(tasks.map(({ category }) => category));
    assert.equal(Object.keys(counts).length, 27);
    assert.deepEqual([counts['causal_judgement'], counts['penguins_in_a_table'], counts['snarks'], counts['navigate']], [187, 146, 178, 250]);
    assert.equal((await readBenchmark({ name: 'bbh', folder: sharedData('bbh') })).length, 6_507);
    for (const { expected } of tasks)
      assert.ok(isTarget(String(expected), finalAnswer(`Let us think.\nSo the answer is ${String(expected)}.`)), String(expected));
  });
});

scorerContract('strategyqa', { create: () => scorer('strategyqa'), task: { id: 't', input: 'Q', expected: 'yes' }, right: 'Yes, it is.', wrong: 'Perhaps' });
scorerContract('banking77', {
  create: () => scorer('banking77'),
  task: { id: 't', input: 'Q', expected: 'card_arrival' },
  right: 'Card arrival',
  wrong: 'card_linking',
});
scorerContract('bbh', { create: () => scorer('bbh'), task: { id: 't', input: 'Q', expected: '(B)' }, right: 'So the answer is (B).', wrong: '(A)' });
const FACILITY = { urgency: 'high', sentiment: 'neutral', categories: { a: true, b: false, c: false, d: false } };
scorerContract('facility-support', {
  create: () => scorer('facility-support'),
  task: { id: 't', input: 'Q', expected: FACILITY },
  right: JSON.stringify(FACILITY),
  wrong: { urgency: 'low' },
});

describe('the final answer', () => {
  for (const [text, expected] of [
    ['(A)', '(A)'],
    ['Let us see.\nSo the answer is (A).', '(A)'],
    ['The answer is no. Wait: the answer is **yes**.', 'yes'],
    ['**Answer:** `42`\n\nThat was easy.', '42'],
    ['Final answer:\n"a b c"\n', 'a b c'],
    ['First line\n\nlast line\n ', 'last line'],
    ['The answer is', 'The answer is'],
    ["It isn't: the answer isn't known\n] ]", '] ]'],
    ['', ''],
  ] as const)
    it(`${JSON.stringify(text)} -> ${expected}`, () => assert.equal(finalAnswer(text), expected));
});

describe('yes or no', () => {
  for (const [output, expected] of [
    ['Yes.', true],
    ['**No**, because yes would be wrong.', false],
    ['He was born in 1900.\nSo the answer is yes.', true],
    ['He was.\nNo', false],
    [true, true],
    ['False', false],
    ['Notably, it is', undefined],
    ['', undefined],
    [{ answer: 'yes' }, undefined],
  ] as const)
    it(`${JSON.stringify(output)} -> ${String(expected)}`, () => assert.equal(yesOrNo(output), expected));
});

describe('BBH targets', () => {
  for (const [target, answer, right] of [
    ['(B)', '(B)', true],
    ['(B)', 'B', true],
    ['(B)', 'b) 12/24/1999', true],
    ['(B)', '(B) 12/24/1999', true],
    ['(B)', 'Option B', true],
    ['(B)', '(A)', false],
    ['(B)', 'Bananas', false],
    ['(B)', '(A) or (B)', false],
    ['valid', 'Valid', true],
    ['valid', 'invalid', false],
    ['False', 'false, since not True', true],
    ['No', 'None', false],
    ['] ]', '] ]', true],
    ['] ]', '> ] ]', false],
    ['-50', '-50', true],
    ['-50', '50', false],
    ['a b c', 'A  b c', true],
    ['a b c', 'a c b', false],
  ] as const)
    it(`${target} <- ${answer}: ${right}`, () => assert.equal(isTarget(target, answer), right));
});

describe('scorings of the small sets', () => {
  it('Banking77 takes a label however it is spaced, and nothing around it', async () => {
    for (const output of ['reverted_card_payment?', 'Reverted card payment', 'The answer is: `reverted-card-payment?`.'])
      assert.equal((await score('banking77', 'reverted_card_payment?', output)).score, 1, output);
    assert.deepEqual(await score('banking77', 'card_arrival', 'It is card_arrival or card_linking'), {
      score: 0,
      feedback:
        'Expected the intent "card_arrival", got "It is card_arrival or card_linking". The output names it, but says more: only the label itself counts.',
    });
  });

  it('StrategyQA tells the wrong answer from none', async () => {
    assert.deepEqual(await score('strategyqa', 'no', 'Yes.'), { score: 0, feedback: 'Expected no, got yes.' });
    assert.deepEqual(await score('strategyqa', 'no', 'So the answer is no.'), { score: 1 });
    assert.match((await score('strategyqa', 'no', 'Perhaps')).feedback!, /^Expected no; the output says neither yes nor no/);
  });

  it('facility support is the mean of three parts, each with its feedback', async () => {
    assert.deepEqual(await score('facility-support', FACILITY, { urgency: 'high', sentiment: 'Neutral', categories: { a: 1, b: true, c: false } }), {
      score: (1 + 0 + 0.5) / 3,
      feedback: 'sentiment: expected "neutral", got "Neutral". categories: 2 of 4 are wrong: b has to be false, d has to be false.',
    });
    assert.deepEqual(await score('facility-support', FACILITY, '```json\n{"urgency": "high", "sentiment": "neutral"}\n```'), {
      score: 2 / 3,
      feedback: 'categories: expected an object of true and false, got none.',
    });
  });

  it('GSM8K takes a number however it is written', async () => {
    for (const [expected, output, right] of [
      [72, '72.00', 1],
      [72, 'She earned $72.', 1],
      [1_200, 'That makes 1,200', 1],
      [1_200, '#### 1200', 1],
      [-3, 'The answer is -3', 1],
      [72, '**72** ', 1],
      [72, '72.01', 0],
      [1_200, '1,2000', 0],
      [72, 'seventy-two', 0],
    ] as const)
      assert.equal((await score('gsm8k', expected, output)).score, right, output);
  });
});
