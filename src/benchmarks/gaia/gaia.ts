// GAIA: questions for general AI assistants, 165 with public answers (Mialon et al., 2023, arXiv 2311.12983). Gated: the user brings the data.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { attachmentFile } from '../../agents/tools/attachments.js';
import { WatersmeetError } from '../../core/failures.js';
import type { Task } from '../../core/task.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { readParquet } from '../parquet.js';
import { readRecords } from '../record-source.js';
import { gaiaScorer } from './gaia-scorer.js';
import { gaiaTools } from './gaia-tools.js';

export const GAIA: KnownBenchmark = {
  name: 'gaia',
  title: 'GAIA: questions for general AI assistants, some with a file, in three levels',
  licence: 'Gated by its authors: not to be shared on; nothing of it is part of Watersmeet',
  files:
    'It needs the folder of huggingface.co/datasets/gaia-benchmark/GAIA (accept its terms there first), with 2023/validation/metadata.jsonl or metadata.parquet and the attached files beside it: `hf download gaia-benchmark/GAIA --repo-type dataset --local-dir <folder>`. Name that folder, its 2023, or its 2023/validation.',
  scorer: { kind: 'benchmark', name: 'gaia' },
  createScorer: gaiaScorer,
  createTools: gaiaTools,
  tasks: readGaia,
};

/** One file with all levels, in the order they are looked for; else the levels one by one. */
const WHOLE = ['metadata.jsonl', 'metadata.parquet'];
const LEVELS = ['1', '2', '3'];

/**
 * The tasks of the validation set. Those of the test set have no public answers, so nothing can be learned from them or measured on them:
 * they are not read. Without splits of their own, the tasks are divided by the hash of their id.
 *
 * `Annotator Metadata` (the steps to the answer) is dropped: agents and optimizers see a task's metadata.
 */
async function* readGaia(folder: string): AsyncGenerator<Task> {
  const validation = await validationFolder(folder);
  for (const file of await metadataFiles(validation, folder)) {
    for await (const { value, where } of records(file)) yield await taskOf(value, where, folder, validation);
  }
}

async function validationFolder(folder: string): Promise<string> {
  for (const candidate of [path.join(folder, '2023', 'validation'), path.join(folder, 'validation'), folder]) {
    if ((await stat(candidate).catch(() => undefined))?.isDirectory() !== true) continue;
    const found = await Promise.all([...WHOLE, ...LEVELS.map(levelFile)].map((name) => isFile(path.join(candidate, name))));
    if (found.includes(true)) {
      if (path.basename(await realpath(candidate)) === 'test')
        throw invalid(
          `${candidate} is GAIA's test set: its answers are not public, so nothing can be scored. Name the folder of the validation set. ${GAIA.files}`,
        );
      return candidate;
    }
  }
  throw invalid(`${folder} holds no metadata of GAIA's validation set. ${GAIA.files}`);
}

async function metadataFiles(validation: string, folder: string): Promise<readonly string[]> {
  for (const name of WHOLE) if (await isFile(path.join(validation, name))) return [path.join(validation, name)];
  const files = LEVELS.map((level) => path.join(validation, levelFile(level)));
  for (const file of files)
    if (!(await isFile(file)))
      throw invalid(`${file} is missing, and there is neither ${WHOLE.join(' nor ')} in ${folder}: a part of the tasks would be left out. ${GAIA.files}`);
  return files;
}

function levelFile(level: string): string {
  return `metadata.level${level}.parquet`;
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() === true;
}

/** Of both layouts. */
async function* records(file: string): AsyncGenerator<{ readonly value: unknown; readonly where: string }> {
  if (file.endsWith('.parquet')) {
    for await (const { value, row } of readParquet(file)) yield { value, where: `${file}, record ${row}` };
  } else {
    for await (const { value, place } of readRecords(file)) yield { value, where: `${file}, line ${place.line ?? 0}` };
  }
}

async function taskOf(value: unknown, where: string, folder: string, validation: string): Promise<Task> {
  const record = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const id = textField(record, 'task_id', where);
  const question = textField(record, 'Question', where);
  const expected = textField(record, 'Final answer', where);
  if (expected === '?') throw invalid(`${where}: task "${id}" has no answer ("?"), as those of the test set: it cannot be scored. ${GAIA.files}`);
  const level = String(record['Level']);
  if (!LEVELS.includes(level)) throw invalid(`${where}: "Level" of task "${id}" is ${JSON.stringify(record['Level'])}, not 1, 2 or 3. Get the file again.`);
  const name = record['file_name'] ?? '';
  if (typeof name !== 'string') throw invalid(`${where}: "file_name" of task "${id}" is no text. Get the file again.`);
  if (name === '') return { id, input: question, expected, category: `level ${level}` };

  checkFilePath(record['file_path'], id, where);
  const file = await attachmentFile(validation, name, `${where}, task "${id}"`);
  return {
    id,
    input: `${question}\n\nAttached file: ${name}`,
    expected,
    category: `level ${level}`,
    // The hash makes a changed file a changed task.
    metadata: { attachments: [{ path: path.relative(folder, path.join(validation, name)).split(path.sep).join('/'), sha256: await hashOf(file) }] },
  };
}

function textField(record: Readonly<Record<string, unknown>>, name: string, where: string): string {
  const value = record[name];
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && text.trim() !== '') return text;
  const has = Object.keys(record).map((key) => `"${key}"`);
  throw invalid(`${where}: "${name}" is missing or empty (the record has ${has.length === 0 ? 'no fields' : has.join(', ')}). Get the file again.`);
}

/** The file's place in the repository; only its name is used, but a path that leads elsewhere is told. */
function checkFilePath(value: unknown, id: string, where: string): void {
  if (typeof value === 'string' && value.split(/[\\/]/).includes('..'))
    throw invalid(
      `${where}: "file_path" of task "${id}" is "${value}", which leads out of the folder. Attachments lie beside the metadata; get the file again.`,
    );
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
