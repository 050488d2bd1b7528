// A benchmark: tasks from a file or from code, checked.

import { stat } from 'node:fs/promises';
import { WatersmeetError } from '../core/failures.js';
import type { JsonObject } from '../core/json.js';
import type { Task } from '../core/task.js';
import { DuplicateCheck, type DuplicateTask } from './duplicate-check.js';
import type { KnownBenchmark, KnownBenchmarkSource } from './known-benchmark.js';
import { knownBenchmark } from './known-benchmarks.js';
import { partWord, placeText, readRecords, sourceName, type BenchmarkSource } from './record-source.js';
import { sparseFields, taskFromRecord, type FieldMapping } from './task-from-record.js';

export type { BenchmarkSource, DuplicateTask, FieldMapping };

export interface ReadBenchmarkOptions {
  readonly fields?: FieldMapping;
  /** Called for every task that is there twice. */
  readonly onDuplicate?: (duplicate: DuplicateTask) => void;
}

/**
 * The tasks of a benchmark, in the order of the source.
 *
 * @param source path of a .jsonl, .ndjson, .json (an array), .csv, .tsv (the first line names the columns), .yaml, .parquet or .arrow file, text in
 * UTF-8 and perhaps gzipped; of a folder with a Hugging Face dataset; an array of records; or a known benchmark and where it lies.
 * @throws WatersmeetError 'input.invalid': one sentence with file, line, what is wrong and what to do.
 * @example await readBenchmark('questions.csv', { fields: { input: ['question', 'context'], expected: 'answer' } })
 */
export async function readBenchmark(source: BenchmarkSource | KnownBenchmarkSource, options: ReadBenchmarkOptions = {}): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for await (const task of streamBenchmark(source, options)) tasks.push(task);
  return tasks;
}

/** The same, one task at a time: a file of 1 GB takes less than 300 MB of memory. Checks on the whole are made at its end. */
export async function* streamBenchmark(source: BenchmarkSource | KnownBenchmarkSource, options: ReadBenchmarkOptions = {}): AsyncGenerator<Task> {
  if (isKnown(source)) yield* streamKnown(source, options);
  else yield* streamRecords(source, options);
}

function isKnown(source: BenchmarkSource | KnownBenchmarkSource): source is KnownBenchmarkSource {
  return typeof source === 'object' && 'folder' in source;
}

async function* streamKnown({ name, folder, options: own = {} }: KnownBenchmarkSource, options: ReadBenchmarkOptions): AsyncGenerator<Task> {
  const benchmark = knownBenchmark(name);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new WatersmeetError('input.invalid', `${folder} is no folder; benchmark "${name}" is read from there. ${benchmark.files}`);
  checkOptions(benchmark, own);
  const duplicates = new DuplicateCheck(`${name} in ${folder}`, true);
  let count = 0;
  for await (const task of benchmark.tasks(folder, own)) {
    count++;
    const duplicate = duplicates.check(task, true, { record: count });
    if (duplicate !== undefined) options.onDuplicate?.(duplicate);
    if (duplicate?.leftOut !== true) yield task;
  }
  if (count === 0) throw new WatersmeetError('input.invalid', `${folder} holds no tasks of benchmark "${name}". ${benchmark.files}`);
}

function checkOptions({ name, options: known = {} }: KnownBenchmark, options: JsonObject): void {
  const unknown = Object.keys(options).find((option) => !Object.hasOwn(known, option));
  if (unknown === undefined) return;
  const named = Object.entries(known).map(([option, words]) => `${option} (${words})`);
  throw new WatersmeetError(
    'input.invalid',
    `benchmark.options has "${unknown}", which benchmark "${name}" does not know. It ${named.length === 0 ? 'has no options' : `takes ${named.join('; ')}`}.`,
  );
}

async function* streamRecords(source: BenchmarkSource, options: ReadBenchmarkOptions): AsyncGenerator<Task> {
  const fields = options.fields ?? {};
  const name = sourceName(source);
  const word = partWord(source);
  const missing = sparseFields(fields);
  const duplicates = new DuplicateCheck(name);
  let empty = true;
  for await (const { value, place, split } of readRecords(source)) {
    empty = false;
    const { task, ownId } = taskFromRecord(value, fields, `${name}, ${placeText(place)}`, word, missing, split);
    const duplicate = duplicates.check(task, ownId, place);
    if (duplicate !== undefined) options.onDuplicate?.(duplicate);
    if (duplicate?.leftOut !== true) yield task;
  }
  if (empty) throw new WatersmeetError('input.invalid', `${name} holds no tasks. Put at least one record into it.`);
  const [never] = missing;
  if (never !== undefined)
    throw new WatersmeetError('input.invalid', `${name}: no record has the ${word} "${never}", which benchmark.fields names. Correct the name.`);
}
