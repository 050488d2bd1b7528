// The port of every benchmark that Watersmeet knows by name: how its files are read, and how its outputs are scored.

import type { EnvironmentFactory } from '../agents/environment.js';
import type { Tool } from '../agents/tool.js';
import type { JsonObject } from '../core/json.js';
import type { ScorerSettings } from '../core/run-settings.js';
import type { Task } from '../core/task.js';
import type { Scorer } from './scorers/scorer.js';

/** The words a configuration has for them. */
export type KnownBenchmarkName =
  | 'agentbench-db'
  | 'alfworld'
  | 'banking77'
  | 'bbh'
  | 'bfcl'
  | 'facility-support'
  | 'freight-invoices'
  | 'gaia'
  | 'gsm8k'
  | 'logistics-qa'
  | 'sroie'
  | 'strategyqa'
  | 'ubl';

export interface KnownBenchmark {
  /** The word in a configuration: `benchmark: { name: 'gsm8k', folder: '...' }`. */
  readonly name: KnownBenchmarkName;
  /** What it is, in a line. */
  readonly title: string;
  readonly licence: string;
  /** What its folder holds and where a person gets that: shown by `watersmeet benchmark list` and in messages. */
  readonly files: string;
  /** How an output is scored when the configuration names no scorer. */
  readonly scorer: ScorerSettings;
  /** The benchmark's own scoring, for scorers of kind `benchmark`. @throws WatersmeetError 'input.invalid' for options it does not know. */
  readonly createScorer?: (options: JsonObject) => Scorer;
  /**
   * What its tasks are acted in, when they are more than a question. A task may name what it is about and leave the rest in the folder, where
   * agents do not look.
   *
   * @param folder absolute; the same that the tasks were read from.
   * @throws WatersmeetError 'input.invalid' for options it does not know.
   */
  readonly createEnvironment?: (options: JsonObject, folder: string) => EnvironmentFactory & { readonly version: string };
  /** What an agent may call (`agent: { kind: 'react', tools: 'benchmark', toolOptions: {...} }`), each with a version. @throws WatersmeetError 'input.invalid' for options it does not know. */
  readonly createTools?: (options: JsonObject) => readonly Tool[];
  /** Fills a folder with its data, for those that can be had without asking anyone: `watersmeet benchmark fetch`. */
  readonly fetch?: (options: FetchOptions) => Promise<void>;
  /** What `benchmark.options` may hold: a line on each by its name. The reader checks the values. */
  readonly options?: Readonly<Record<string, string>>;
  /**
   * The tasks in the order of the files, one at a time. Splits that the benchmark defines are given.
   *
   * @param folder absolute.
   * @param options those that it names; none by default.
   * @throws WatersmeetError 'input.invalid' with file, line, what is wrong and what to do.
   */
  tasks(folder: string, options?: JsonObject): AsyncIterable<Task>;
}

export interface FetchOptions {
  /** Where the data goes; absolute, made if it is missing. Left as it was if anything fails. */
  readonly folder: string;
  /** An archive or folder that the user has already; without it the data is downloaded from where its authors publish it. */
  readonly from?: string;
  /** Told in sentences how far it is. */
  readonly onProgress?: (sentence: string) => void;
  readonly signal?: AbortSignal;
  /** Of benchmarks that are made rather than fetched: how many tasks, of which seed. @throws WatersmeetError 'input.invalid' for what it does not know. */
  readonly options?: JsonObject;
}

/** Where a known benchmark lies, and how it is read. */
export interface KnownBenchmarkSource {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly options?: JsonObject;
}
