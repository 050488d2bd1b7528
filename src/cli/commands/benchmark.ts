// watersmeet benchmark list, fetch, check, sample

import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EXIT_CODES, WatersmeetError } from '../../core/failures.js';
import type { JsonObject } from '../../core/json.js';
import { checkPicked, fetchBenchmark, folderOf, listBenchmarks, pickBenchmark, samplePicked, type FieldMapping } from '../../workers/benchmarks.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { teller } from '../terminal.js';
import { benchmarkList, benchmarkReport, sampledTask } from '../views/benchmark.js';
import { counted } from '../views/numbers.js';

const shownPath = (folder: string) => path.relative(process.cwd(), folder) || '.';

export async function list(options: CommonOptions): Promise<void> {
  const benchmarks = await listBenchmarks(options.config);
  print(options, benchmarks, () => benchmarkList(benchmarks.map((benchmark) => ({ ...benchmark, folder: shownPath(benchmark.folder) }))));
}

export interface FetchCommandOptions extends CommonOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly option: readonly string[];
}

export async function fetch(name: string, options: FetchCommandOptions): Promise<void> {
  const interrupted = new AbortController();
  const stop = () => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', stop);
  try {
    const folder = await fetchBenchmark(name, options.config, {
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.to === undefined ? {} : { to: options.to }),
      options: optionsOf(options.option),
      onProgress: teller(options),
      signal: interrupted.signal,
    });
    const usual = folder === (await folderOf(name, options.config));
    const written = usual ? `'${name}'` : `{ name: '${name}', folder: ${JSON.stringify(folder)} }`;
    print(options, { benchmark: name, folder }, () => `${name} is in ${shownPath(folder)}. Use it with \`benchmark: ${written}\` in the configuration.`);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    process.exitCode = EXIT_CODES.interrupted;
  } finally {
    process.off('SIGINT', stop);
  }
}

/** `key=value`, the value JSON or text. */
function optionsOf(pairs: readonly string[]): JsonObject {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, value] = splitPair(pair, '--option');
      try {
        return [key, JSON.parse(value) as JsonObject[string]];
      } catch {
        return [key, value];
      }
    }),
  );
}

function splitPair(pair: string, option: string): readonly [key: string, value: string] {
  const at = pair.indexOf('=');
  if (at < 1 || at === pair.length - 1) throw new WatersmeetError('input.invalid', `${option} ${pair}: write it as key=value.`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

export interface FieldOptions {
  readonly field: readonly string[];
}

export async function check(word: string | undefined, options: CommonOptions & FieldOptions): Promise<void> {
  const picked = await pickBenchmark(word, options.config);
  const fields = options.field.length === 0 ? picked.fields : fieldsOf(options.field);
  const report = await checkPicked({ ...picked, ...(fields === undefined ? {} : { fields }) });
  const { source, loaded } = picked;
  const file = typeof source === 'string' ? await fromConfiguration(source, options.config) : undefined;
  print(options, report, () => benchmarkReport(report, { file, ...(word === undefined && loaded !== undefined ? { take: loaded.benchmark.take } : {}) }));
  if (report.problems.length > 0 || report.stopped !== undefined) process.exitCode = EXIT_CODES.usage;
}

/** A path as the configuration has it: relative to its folder. */
async function fromConfiguration(file: string, config: string): Promise<string> {
  const given = path.resolve(config);
  const isFile = (await stat(given).catch(() => undefined))?.isFile() === true;
  return path.relative(isFile ? path.dirname(given) : given, file) || '.';
}

const PARTS: readonly string[] = ['id', 'input', 'expected', 'category', 'split', 'metadata'];

/** `part=name`, or `part=one,two` for several; a part given again has all. */
function fieldsOf(pairs: readonly string[]): FieldMapping {
  const fields = new Map<string, string[]>();
  for (const pair of pairs) {
    const [part, names] = splitPair(pair, '--field');
    if (!PARTS.includes(part)) throw new WatersmeetError('input.invalid', `--field ${pair}: "${part}" is no part of a task. Parts are: ${PARTS.join(', ')}.`);
    fields.set(part, [...(fields.get(part) ?? []), ...names.split(',').map((name) => name.trim())]);
  }
  for (const part of ['id', 'category', 'split'])
    if ((fields.get(part)?.length ?? 0) > 1) throw new WatersmeetError('input.invalid', `--field ${part} is given more than one field; it takes one.`);
  return Object.fromEntries([...fields].map(([part, names]) => [part, names.length === 1 && part !== 'metadata' ? names[0] : names])) as FieldMapping;
}

export interface SampleCommandOptions extends CommonOptions, FieldOptions {
  readonly number: string;
  readonly seed: string;
  readonly out?: string | undefined;
  readonly force?: true;
}

export async function sample(word: string | undefined, options: SampleCommandOptions): Promise<void> {
  const [count, seed] = [whole(options.number, '-n', 1), whole(options.seed, '--seed', 0)];
  const picked = await pickBenchmark(word, options.config);
  const fields = options.field.length === 0 ? picked.fields : fieldsOf(options.field);
  const sampled = await samplePicked({ ...picked, ...(fields === undefined ? {} : { fields }) }, { count, seed });
  if (options.out === undefined) {
    print(options, sampled, () => sampled.map((each, index) => sampledTask(each, index + 1, sampled.length)).join('\n\n'));
    return;
  }
  const file = path.resolve(options.out);
  const lines = sampled.map(({ task }) => `${JSON.stringify(task)}\n`).join('');
  await writeFile(file, lines, { flag: options.force === true ? 'w' : 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw new WatersmeetError(
      'input.invalid',
      error.code === 'EEXIST'
        ? `${file} is there already. Name another file, or add --force to overwrite it.`
        : `${file} cannot be written (${error.code ?? error.message}). Check the path and its permissions.`,
    );
  });
  print(options, { file, tasks: sampled.length }, () => `wrote ${counted(sampled.length, 'task')} to ${shownPath(file)}`);
}

function whole(text: string, option: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new WatersmeetError('input.invalid', `${option} ${text}: write a whole number from ${least}.`);
}
