// The port of every benchmark that Watersmeet knows by name: how its files are read, and how its outputs are scored.

import type { EnvironmentFactory } from '../agents/environment.js';
import type { Tool } from '../agents/tool.js';
import type { JsonObject } from '../core/json.js';
import type { ScorerSettings } from '../core/run-settings.js';
import type { Task } from '../core/task.js';
import type { Scorer } from './scorers/scorer.js';

/** The words a configuration has for them. */
export type KnownBenchmarkName = 'gsm8k';

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
  /** The benchmark's own scoring, for scorers of kind `benchmark`. */
  readonly createScorer?: () => Scorer;
  /** What its tasks are acted in, when they are more than a question. @throws WatersmeetError 'input.invalid' for options it does not know. */
  readonly createEnvironment?: (options: JsonObject) => EnvironmentFactory;
  /** What an agent may call (`agent: { kind: 'react', tools: 'benchmark', toolOptions: {...} }`). @throws WatersmeetError 'input.invalid' for options it does not know. */
  readonly createTools?: (options: JsonObject) => readonly Tool[];
  /**
   * The tasks in the order of the files, one at a time. Splits that the benchmark defines are given.
   *
   * @param folder absolute.
   * @throws WatersmeetError 'input.invalid' with file, line, what is wrong and what to do.
   */
  tasks(folder: string): AsyncIterable<Task>;
}

/** Where a known benchmark lies. */
export interface KnownBenchmarkSource {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
}
