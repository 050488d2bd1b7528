// A benchmark: tasks from a file or from code, checked.

import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { attachmentFile, attachmentsOf } from '../agents/tools/attachments.js';
import type { Json, JsonObject } from '../core/json.js';
import type { Task } from '../core/task.js';
import { DuplicateCheck, type DuplicateTask } from './duplicate-check.js';
import type { KnownBenchmark, KnownBenchmarkSource } from './known-benchmark.js';
import { knownBenchmark } from './known-benchmarks.js';
import { partWord, placeText, readRecords, sourceName, type BenchmarkSource } from './record-source.js';
import { invalid, type Place } from './records/record.js';
import { sparseFields, taskFromRecord, type FieldMapping, type SparseFields } from './task-from-record.js';

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
  const fields = options.fields ?? {};
  const missing = sparseFields(fields);
  const duplicates = new DuplicateCheck(benchmarkName(source), isKnown(source));
  for await (const { place, read } of streamTasks(source, fields, missing)) {
    const { task, ownId } = read();
    const duplicate = duplicates.check(task, ownId, place);
    if (duplicate !== undefined) options.onDuplicate?.(duplicate);
    if (duplicate?.leftOut !== true) yield task;
  }
  const [never] = missing;
  if (never !== undefined && !isKnown(source))
    throw invalid(`${sourceName(source)}: no record has the ${partWord(source)} "${never}", which benchmark.fields names. Correct the name.`);
}

/** The name of a benchmark in messages. */
export function benchmarkName(source: BenchmarkSource | KnownBenchmarkSource): string {
  return isKnown(source) ? `${source.name} in ${source.folder}` : sourceName(source);
}

export function isKnown(source: BenchmarkSource | KnownBenchmarkSource): source is KnownBenchmarkSource {
  return typeof source === 'object' && 'folder' in source;
}

/** A task before it is checked. */
export interface RawTask {
  readonly place: Place;
  /** The record, or a known benchmark's task. */
  readonly value: unknown;
  /** @throws WatersmeetError 'input.invalid' if the record is no task. */
  readonly read: () => { readonly task: Task; readonly ownId: boolean };
}

/**
 * What a benchmark holds, one after another: what is wrong with one record does not end it.
 *
 * @param missing fields that are not found yet.
 * @throws WatersmeetError 'input.invalid' for what cannot be read.
 */
export async function* streamTasks(
  source: BenchmarkSource | KnownBenchmarkSource,
  fields: FieldMapping,
  missing: SparseFields = sparseFields(fields),
): AsyncGenerator<RawTask> {
  let empty = true;
  if (isKnown(source)) {
    const benchmark = knownBenchmark(source.name);
    const { folder, options = {} } = source;
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true) throw invalid(`${folder} is no folder; benchmark "${source.name}" is read from there. ${benchmark.files}`);
    checkOptions(benchmark, options);
    let record = 0;
    for await (const task of benchmark.tasks(folder, options)) {
      empty = false;
      yield { place: { record: ++record }, value: task, read: () => ({ task, ownId: true }) };
    }
    if (empty) throw invalid(`${folder} holds no tasks of benchmark "${source.name}". ${benchmark.files}`);
    return;
  }
  const name = sourceName(source);
  const word = partWord(source);
  let folder: string | undefined;
  for await (const { value, place, split } of readRecords(source)) {
    empty = false;
    const where = `${name}, ${placeText(place)}`;
    // Only now is it known to be there.
    folder ??= typeof source === 'string' ? await folderOf(source) : undefined;
    const unusable = folder === undefined ? undefined : await attachmentProblem(folder, value, where);
    const read = () => {
      if (unusable !== undefined) throw unusable;
      return taskFromRecord(value, fields, where, word, missing, split);
    };
    yield { place, value, read };
  }
  if (empty) throw invalid(`${name} holds no tasks. Put at least one record into it.`);
}

async function folderOf(source: string): Promise<string> {
  return (await stat(source)).isDirectory() ? source : dirname(source);
}

/** What is wrong with the files that a record names: found now, not when an agent asks for them. */
async function attachmentProblem(folder: string, value: unknown, where: string): Promise<unknown> {
  const record = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, Json>>;
  const listed = [record, record['metadata']].flatMap((fields) => attachmentsOf({ metadata: fields as Task['metadata'] & object }));
  try {
    for (const name of listed) await attachmentFile(folder, name, where);
    return undefined;
  } catch (error) {
    return error;
  }
}

function checkOptions({ name, options: known = {} }: KnownBenchmark, options: JsonObject): void {
  const unknown = Object.keys(options).find((option) => !Object.hasOwn(known, option));
  if (unknown === undefined) return;
  const named = Object.entries(known).map(([option, words]) => `${option} (${words})`);
  throw invalid(
    `benchmark.options has "${unknown}", which benchmark "${name}" does not know. It ${named.length === 0 ? 'has no options' : `takes ${named.join('; ')}`}.`,
  );
}
