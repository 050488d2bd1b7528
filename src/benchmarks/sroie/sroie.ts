// SROIE: 626 scanned receipts as text, and their company, date, address and total (ICDAR 2019 challenge, task 3; Huang et al., 2019).

import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import type { Split, Task } from '../../core/task.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { invalidRecord, requireList, requireObject, requireRecord, requireText, type RawRecord } from '../record-fields.js';
import { placeText, readRecords } from '../record-source.js';
import { receiptLines, type TextBox } from './receipt-lines.js';
import { createSroieScorer, SROIE_FIELDS } from './sroie-scorer.js';

export const SROIE: KnownBenchmark = {
  name: 'sroie',
  title: 'SROIE: company, date, address and total of scanned receipts',
  licence: 'CC BY 4.0 (cite Huang et al., 2019, ICDAR2019 SROIE)',
  files:
    'It needs box/ and key/ (000.csv and 000.json, and so on) of github.com/zzzDavid/ICDAR-2019-SROIE, folder data; or sroie_train626.jsonl (or .jsonl.gz), which holds both in one file.',
  scorer: { kind: 'benchmark', name: 'sroie' },
  createScorer: createSroieScorer,
  tasks: readSroie,
};

const ONE_FILE = 'sroie_train626.jsonl';
const SPLITS: readonly string[] = ['train', 'validation', 'test'] satisfies Split[];

async function* readSroie(folder: string): AsyncGenerator<Task> {
  for (const file of [path.join(folder, ONE_FILE), path.join(folder, `${ONE_FILE}.gz`)]) {
    if (!(await isFile(file))) continue;
    yield* readOneFile(file);
    return;
  }
  for (const root of [folder, path.join(folder, 'data')]) {
    const names = await readdir(path.join(root, 'key')).catch(() => undefined);
    if (names === undefined) continue;
    yield* readPairs(root, names);
    return;
  }
  throw new WatersmeetError('input.invalid', `${folder} holds neither ${ONE_FILE} nor the folders box and key. ${SROIE.files}`);
}

async function* readOneFile(file: string): AsyncGenerator<Task> {
  for await (const { value, place } of readRecords(file)) {
    const where = `${file}, ${placeText(place)}`;
    const record = requireRecord(value, where);
    const boxes = requireList(record, 'boxes', where).map((box, index) => readBox(box, `${where}, box ${index + 1}`));
    const task = receipt(requireText(record, 'id', where), boxes, requireObject(record, 'gold', where), where);
    const split = record['split'];
    if (split === undefined) yield task;
    else if (typeof split === 'string' && SPLITS.includes(split)) yield { ...task, split: split as Split };
    else throw invalidRecord(where, `the split is ${JSON.stringify(split)}, not one of ${SPLITS.join(', ')}`);
  }
}

async function* readPairs(root: string, names: readonly string[]): AsyncGenerator<Task> {
  for (const name of names.filter((candidate) => candidate.endsWith('.json')).toSorted()) {
    const id = name.slice(0, -'.json'.length);
    const key = path.join(root, 'key', name);
    const box = path.join(root, 'box', `${id}.csv`);
    if (!(await isFile(box))) throw new WatersmeetError('input.invalid', `${box} is missing, though ${key} is there. ${SROIE.files}`);
    let gold: unknown;
    try {
      gold = JSON.parse(await readText(key));
    } catch (error) {
      throw error instanceof WatersmeetError ? error : invalidRecord(key, `it is not valid JSON: ${(error as Error).message}`);
    }
    const lines = (await readText(box)).split(/\r?\n/);
    const boxes = lines.flatMap((line, index) => (line.trim() === '' ? [] : [readBox(cells(line), `${box}, line ${index + 1}`)]));
    yield receipt(id, boxes, requireRecord(gold, key), key);
  }
}

/** Eight coordinates, then the text as it is, which may have commas. */
function cells(line: string): readonly unknown[] {
  const parts = line.split(',');
  return [...parts.slice(0, 8).map((part) => (part.trim() === '' ? Number.NaN : Number(part))), parts.slice(8).join(',')];
}

/** x and y of the corners from the upper left clockwise, then the text. */
function readBox(value: unknown, where: string): TextBox {
  const parts: readonly unknown[] = Array.isArray(value) ? value : [];
  const text = parts[8];
  const corners = parts.slice(0, 8);
  if (parts.length !== 9 || typeof text !== 'string' || !corners.every((corner) => typeof corner === 'number' && Number.isFinite(corner)))
    throw invalidRecord(where, 'a box is eight coordinates and a text');
  return { text, left: corners[0] as number, top: corners[1] as number, bottom: corners[5] as number };
}

function receipt(id: string, boxes: readonly TextBox[], gold: RawRecord, where: string): Task {
  const expected: Record<string, string> = {};
  for (const field of SROIE_FIELDS) {
    // The published answers lack one address, and one total is empty.
    if (gold[field] === undefined || gold[field] === '') continue;
    expected[field] = requireText(gold, field, where);
  }
  if (Object.keys(expected).length === 0) throw invalidRecord(where, `none of ${SROIE_FIELDS.join(', ')} is given`);
  return { id, input: receiptLines(boxes).join('\n'), expected };
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidRecord(file, 'it is not UTF-8');
  }
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() === true;
}
