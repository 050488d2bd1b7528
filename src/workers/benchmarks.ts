// Benchmarks as a person names them: a file, a known benchmark, or the one of a configuration; listed, fetched, checked, sampled.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { chatMessages, taskCheck } from '../agents/chat.js';
import { checkBenchmark, proposedFields, type BenchmarkReport, type LabelReport } from '../benchmarks/check/check-benchmark.js';
import { knownBenchmark, KNOWN_BENCHMARKS } from '../benchmarks/known-benchmarks.js';
import type { KnownBenchmark, KnownBenchmarkSource } from '../benchmarks/known-benchmark.js';
import type { BenchmarkSource, FieldMapping } from '../benchmarks/read-benchmark.js';
import { sampleTasks } from '../benchmarks/sample-tasks.js';
import type { TakenTasks } from '../benchmarks/split-benchmark.js';
import { checkTaskForScorer } from '../benchmarks/scorers/create-scorer.js';
import { loadConfig } from '../config/load-config.js';
import { nearest } from '../config/problems.js';
import type { LoadedConfig } from '../config/resolve-config.js';
import { failureTypeOf, WatersmeetError } from '../core/failures.js';
import type { JsonObject } from '../core/json.js';
import { modulesAsText } from '../core/modules-as-text.js';
import { randomStream } from '../core/random.js';
import type { Task } from '../core/task.js';

export type { BenchmarkReport, FieldMapping, LabelReport, TakenTasks };

export interface PickedBenchmark {
  readonly source: BenchmarkSource | KnownBenchmarkSource;
  readonly fields?: FieldMapping;
  /** When it is the benchmark of a configuration. */
  readonly loaded?: LoadedConfig;
}

/**
 * @param word path of a file or folder, or the name of a known benchmark; undefined: the benchmark of the configuration.
 * @param config the configuration, or the folder it is in, where known benchmarks lie in `benchmarks/<name>`.
 * @throws WatersmeetError 'input.invalid' if there is no such benchmark.
 */
export async function pickBenchmark(word: string | undefined, config: string): Promise<PickedBenchmark> {
  if (word === undefined) {
    const loaded = await loadConfig(config);
    return { source: loaded.benchmark.source, fields: loaded.benchmark.fields, loaded };
  }
  const file = path.resolve(word);
  if ((await stat(file).catch(() => undefined)) !== undefined) return { source: file };
  if (KNOWN_BENCHMARKS.some(({ name }) => name === word)) {
    // The configuration may say that it lies elsewhere.
    const loaded = await loadConfig(config).catch(() => undefined);
    const own = loaded?.benchmark.source;
    if (loaded !== undefined && typeof own === 'object' && 'folder' in own && own.name === word) return { source: own, loaded };
    return { source: { name: word, folder: await folderOf(word, config) } };
  }
  const meant = nearest(
    word,
    KNOWN_BENCHMARKS.map(({ name }) => name),
  );
  throw new WatersmeetError(
    'input.invalid',
    `${word} does not exist, and is no known benchmark${meant === undefined ? '' : ` (did you mean ${meant}?)`}. Name a file of tasks, or one of: ${KNOWN_BENCHMARKS.map(({ name }) => name).join(', ')}.`,
  );
}

/** Where a known benchmark lies when the configuration does not say otherwise. */
export async function folderOf(name: string, config: string): Promise<string> {
  const given = path.resolve(config);
  const beside = (await stat(given).catch(() => undefined))?.isFile() === true ? path.dirname(given) : given;
  return path.join(beside, 'benchmarks', name);
}

export interface ListedBenchmark {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  /** What its folder holds and where a person gets that. */
  readonly files: string;
  /** Where it is looked for. */
  readonly folder: string;
  readonly found: boolean;
  /** Why not, if the folder is there. */
  readonly problem?: string;
  /** Whether `fetch` gets it. */
  readonly fetched: boolean;
}

/** The known benchmarks, and whether they can be read beside the configuration. */
export function listBenchmarks(config: string): Promise<readonly ListedBenchmark[]> {
  return Promise.all(
    KNOWN_BENCHMARKS.map(async (benchmark) => {
      const { name, title, licence, files, fetch } = benchmark;
      const folder = await folderOf(name, config);
      return { name, title, licence, files, folder, ...(await look(benchmark, folder)), fetched: fetch !== undefined };
    }),
  );
}

async function look(benchmark: KnownBenchmark, folder: string): Promise<{ readonly found: boolean; readonly problem?: string }> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) return { found: false };
  try {
    for await (const _ of benchmark.tasks(folder)) return { found: true };
    return { found: false, problem: `${folder} holds no tasks.` };
  } catch (error) {
    if (failureTypeOf(error) !== 'input.invalid') throw error;
    return { found: false, problem: (error as Error).message };
  }
}

export interface FetchRequest {
  readonly from?: string;
  /** Default: where it is looked for. */
  readonly to?: string;
  readonly options: JsonObject;
  readonly onProgress: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** @returns the folder. @throws WatersmeetError 'input.invalid' for a benchmark that has to be got by hand: says how. */
export async function fetchBenchmark(name: string, config: string, { from, to, ...request }: FetchRequest): Promise<string> {
  const benchmark = knownBenchmark(name);
  const folder = to === undefined ? await folderOf(name, config) : path.resolve(to);
  if (benchmark.fetch === undefined)
    throw new WatersmeetError(
      'input.invalid',
      from === undefined
        ? `Benchmark "${name}" has to be put there by hand. ${benchmark.files} Put that into ${folder}.`
        : `Benchmark "${name}" is read as it is, so nothing has to be fetched from a folder that you have: write benchmark: { name: '${name}', folder: '${from}' } in the configuration.`,
    );
  await benchmark.fetch({ folder, ...(from === undefined ? {} : { from: path.resolve(from) }), ...request });
  return folder;
}

/** With a configuration, also what its scorer and agent need of every task. */
export function checkPicked({ source, fields, loaded }: PickedBenchmark): Promise<BenchmarkReport> {
  if (loaded === undefined) return checkBenchmark(source, fields === undefined ? {} : { fields });
  const { scorer, agent, modules, models } = loaded.settings;
  const contextTokens = (models.optimizer ?? models.agent)?.contextTokens;
  const checkForAgent = agent.kind === 'function' ? () => undefined : taskCheck(agent, modules);
  return checkBenchmark(source, {
    ...(fields === undefined ? {} : { fields }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    manySteps: agent.kind === 'react' || (agent.kind === 'function' && agent.environment !== undefined),
    checkTask: (task) => {
      checkTaskForScorer(scorer, task);
      checkForAgent(task);
    },
  });
}

/** A task, and what an agent is shown of it. */
export interface SampledTask {
  readonly task: Task;
  /** Of the configuration's chat agent, with its modules as they are now. */
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  /** Of the environment that a known benchmark has, at the beginning of an episode. */
  readonly begins?: { readonly observation: string; readonly admissible?: readonly string[] };
}

export async function samplePicked(picked: PickedBenchmark, options: { readonly count: number; readonly seed: number }): Promise<readonly SampledTask[]> {
  const { source, loaded } = picked;
  const known = typeof source === 'object' && 'folder' in source;
  const fields = picked.fields ?? (known ? undefined : await proposedFields(source));
  const tasks = await sampleTasks(source, { ...options, ...(fields === undefined ? {} : { fields }) });
  const sampled: SampledTask[] = [];
  for (const task of tasks) {
    const begins = known ? await beginning(source, task, options.seed) : undefined;
    sampled.push({
      task,
      ...(loaded?.settings.agent.kind === 'chat' ? { messages: messagesOf(loaded, task) } : {}),
      ...(begins === undefined ? {} : { begins }),
    });
  }
  return sampled;
}

function messagesOf({ settings: { agent, modules } }: LoadedConfig, task: Task): NonNullable<SampledTask['messages']> {
  if (agent.kind !== 'chat') return [];
  const named = Object.fromEntries(modules.map((module) => [module.name, module]));
  return chatMessages(agent, { task, modules: named, texts: modulesAsText(modules) }).map(({ role, content }) => ({ role, content }));
}

async function beginning({ name, folder, options = {} }: KnownBenchmarkSource, task: Task, seed: number): Promise<SampledTask['begins']> {
  const factory = knownBenchmark(name).createEnvironment?.(options, folder);
  if (factory === undefined) return undefined;
  const random = randomStream(seed, `benchmark/sample/${task.id}`, 'environment');
  const environment = await factory({ random: () => random.next(), signal: new AbortController().signal });
  try {
    const { expected: _, ...shown } = task;
    const { observation, admissible } = await environment.reset(shown);
    return { observation, ...(admissible === undefined ? {} : { admissible }) };
  } finally {
    await environment.close?.();
  }
}
