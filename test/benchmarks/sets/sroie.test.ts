// Needs a temporary folder; the real SROIE where it lies beside the project.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import { createScorer } from '../../../src/benchmarks/scorers/create-scorer.js';
import { receiptLines } from '../../../src/benchmarks/sroie/receipt-lines.js';
import type { Json, JsonObject } from '../../../src/core/json.js';
import type { Task } from '../../../src/core/task.js';
import { sharedData } from '../../support/shared-data.js';
import { scorerContract } from '../scorers/contract.js';
import { publishedTasks } from './data.js';

const box = (left: number, top: number, text: string) => [left, top, left + 50, top, left + 50, top + 20, left, top + 20, text];
const RECORD = {
  id: '007',
  gold: { company: 'Acme, Inc', date: '01/02/2018', address: '1 ROAD', total: 'RM9.00' },
  boxes: [box(300, 64, 'RM 9.00'), box(10, 60, 'TOTAL:'), box(10, 10, ' ACME,  INC '), box(10, 35, '01/02/2018 8:13')],
};
const TASK: Task = {
  id: '007',
  input: 'ACME,  INC\n01/02/2018 8:13\nTOTAL: RM 9.00',
  expected: { company: 'Acme, Inc', date: '01/02/2018', address: '1 ROAD', total: 'RM9.00' },
};

describe('SROIE', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-sroie-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const refused = (message: RegExp) => assert.rejects(readBenchmark({ name: 'sroie', folder }), { failureType: 'input.invalid', message });

  it('is read from one file, and from the folders of the repository, alike', async () => {
    await writeFile(path.join(folder, 'sroie_train626.jsonl'), JSON.stringify(RECORD));
    assert.deepEqual(await readBenchmark({ name: 'sroie', folder }), [TASK]);
    await rm(path.join(folder, 'sroie_train626.jsonl'));
    for (const part of ['box', 'key']) await mkdir(path.join(folder, 'data', part), { recursive: true });
    await writeFile(path.join(folder, 'data/key/007.json'), JSON.stringify(RECORD.gold));
    await writeFile(path.join(folder, 'data/box/007.csv'), `${RECORD.boxes.map((cells) => cells.join(',')).join('\r\n')}\r\n`);
    assert.deepEqual(await readBenchmark({ name: 'sroie', folder }), [TASK]);
  });

  it('says what is missing or of another type, and where', async () => {
    await refused(/holds neither sroie_train626\.jsonl nor the folders box and key\. It needs box\/ and key\//);
    const bad = async (change: object, message: RegExp) => {
      await writeFile(path.join(folder, 'sroie_train626.jsonl'), `${JSON.stringify({ ...RECORD, id: '006' })}\n${JSON.stringify({ ...RECORD, ...change })}\n`);
      await refused(message);
    };
    await bad({ gold: undefined }, /line 2: the field "gold" is missing \(the record has "id", "boxes"\)\. Get the file again, or correct it\./);
    await bad({ gold: { total: 9 } }, /line 2: the field "total" holds the number 9, not a text/);
    await bad({ gold: {} }, /line 2: none of company, date, address, total is given/);
    await bad({ boxes: 'x' }, /line 2: the field "boxes" holds a text, not a list/);
    await bad({ boxes: [RECORD.boxes[0], [1, 2, 'x']] }, /line 2, box 2: a box is eight coordinates and a text/);
    await bad({ split: 'other' }, /line 2: the split is "other", not one of train, validation, test/);
    await rm(path.join(folder, 'sroie_train626.jsonl'));
    for (const part of ['box', 'key']) await mkdir(path.join(folder, part));
    await writeFile(path.join(folder, 'key/007.json'), '{"total": "9.00"}');
    await refused(/007\.csv is missing, though .*007\.json is there/);
    await writeFile(path.join(folder, 'box/007.csv'), '1,2,3,4,5,6,7,8,A\n1,2,,4,5,6,7,8,A');
    await refused(/007\.csv, line 2: a box is eight coordinates and a text/);
  });

  it('puts words of one height into one line, from left to right', () => {
    const at = (left: number, top: number, text: string, height = 20) => ({ text, left, top, bottom: top + height });
    assert.deepEqual(receiptLines([at(90, 9, 'c'), at(0, 0, 'a'), at(40, 4, 'b'), at(0, 40, 'd')]), ['a b c', 'd']);
    // Half of the lower height counts.
    assert.deepEqual(receiptLines([at(0, 0, 'a', 40), at(90, 16, 'b', 20)]), ['a b']);
    assert.deepEqual(receiptLines([at(0, 0, 'a', 20), at(90, 14, 'b', 8)]), ['a', 'b']);
    assert.deepEqual(receiptLines([]), []);
  });

  it('reads all 626 receipts, and leaves out the two that are there twice', async function () {
    const tasks = await publishedTasks(this, 'sroie', 'sroie');
    assert.equal(tasks.length, 626);
    assert.equal(new Set(tasks.map(({ id }) => id)).size, 626);
    const fields = (name: string) => tasks.filter(({ expected }) => typeof (expected as JsonObject)[name] === 'string').length;
    assert.deepEqual(['company', 'date', 'address', 'total'].map(fields), [626, 626, 625, 625]);
    const told: string[] = [];
    const read = await readBenchmark({ name: 'sroie', folder: sharedData('sroie') }, { onDuplicate: ({ sentence }) => told.push(sentence) });
    assert.equal(read.length, 624);
    assert.equal(told.length, 2);
    assert.match(told.join('\n'), /record 238 has the input of record 236 and another answer, and is left out\./);
  });

  it('holds nearly every answer in its lines', async function () {
    if (!existsSync(sharedData('sroie'))) this.skip();
    const tasks = await publishedTasks(this, 'sroie', 'sroie');
    const fold = (text: string) => text.toUpperCase().replaceAll(/\s+/g, ' ');
    const share = (field: string) =>
      tasks.filter(({ input, expected }) => fold(String(input)).includes(fold(String((expected as JsonObject)[field])))).length / tasks.length;
    assert.ok(share('company') > 0.95 && share('date') > 0.98 && share('total') > 0.98, `${share('company')} ${share('date')} ${share('total')}`);
  });
});

scorerContract('sroie', {
  create: () => createScorer({ kind: 'benchmark', name: 'sroie' }, {}),
  task: TASK,
  right: '{"company": "ACME,  inc", "date": "01/02/2018", "address": "1 road", "total": "9.00"}',
  wrong: { company: 'Acme' },
});

describe('the scoring of SROIE', () => {
  const score = (output: Json, options?: JsonObject) =>
    createScorer({ kind: 'benchmark', name: 'sroie', ...(options === undefined ? {} : { options }) }, {}).score(
      { task: TASK, output, trajectory: null },
      undefined,
    );
  const output = { company: 'ACME, INC', date: '1/2/2018', address: 'Nowhere', total: '$ 9.00' };

  it('is the share of right fields, with the line that holds the answer', async () => {
    assert.deepEqual(await score(output), {
      score: 0.5,
      feedback:
        '2 of 4 fields are wrong. date: expected "01/02/2018" (line 2 of the receipt: "01/02/2018 8:13"), got "1/2/2018". address: expected "1 ROAD" (in no single line of the receipt), got "Nowhere".',
    });
  });

  it('is all or nothing, and of some fields, when told so', async () => {
    assert.equal((await score(output, { whole: true })).score, 0);
    assert.equal((await score(output, { fields: ['company', 'total'], whole: true })).score, 1);
    assert.equal((await score(output, { fields: ['company', 'date', 'total'] })).score, 2 / 3);
  });

  it('wants nothing where the receipt has none', async () => {
    const scorer = createScorer({ kind: 'benchmark', name: 'sroie', options: { fields: ['address'] } }, {});
    const scored = (output: Json) => scorer.score({ task: { ...TASK, expected: { total: '1.00' } }, output, trajectory: null }, undefined);
    assert.equal((await scored({ total: '2' })).score, 1);
    assert.deepEqual(await scored({ address: '1 Road' }), { score: 0, feedback: '1 of 1 fields are wrong. address: the receipt has none, got "1 Road".' });
  });

  it('knows no other options', () => {
    const bad = (options: JsonObject, message: RegExp) =>
      assert.throws(() => createScorer({ kind: 'benchmark', name: 'sroie', options }, {}), { failureType: 'input.invalid', message });
    bad({ all: true }, /scorer\.options\.all is unknown/);
    bad({ fields: ['shop'] }, /scorer\.options\.fields has to be a list of some of company/);
    bad({ fields: [] }, /scorer\.options\.fields/);
    bad({ whole: 1 }, /scorer\.options\.whole has to be true or false/);
  });
});
