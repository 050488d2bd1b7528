// The scorer of a run, from its settings.

import { failureTypeOf, WatersmeetError } from '../../core/failures.js';
import type { ScorerSettings } from '../../core/run-settings.js';
import type { Task } from '../../core/task.js';
import { knownBenchmark } from '../known-benchmarks.js';
import type { ScoreFunction } from './check-score.js';
import { environmentScorer } from './environment.js';
import { exactScorer } from './exact.js';
import { expectedAnswer } from './expected-answer.js';
import { functionScorer, threadedFunctionScorer } from './function-scorer.js';
import { expectedObject, jsonFieldsScorer } from './json-fields.js';
import { judgeScorer } from './judge.js';
import { normalisedScorer } from './normalised.js';
import { expectedNumber, numericScorer } from './numeric.js';
import type { Scorer } from './scorer.js';
import { expectedElements, setScorer } from './set.js';
import { tokenF1Scorer } from './token-f1.js';

/** Where the function of a function scorer is: in a file, which goes first, or here. */
export interface ScorerDefinitions {
  /** Absolute path of the configuration file whose default export has `scorer.score`. */
  readonly configFile?: string;
  /** Modules that the file imports by name and where they are, as jiti takes them (`CONFIG_ALIASES`). */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly score?: ScoreFunction;
}

/** @throws WatersmeetError 'input.invalid' if it is a function scorer without a function. */
export function createScorer(settings: ScorerSettings, definitions: ScorerDefinitions): Scorer {
  switch (settings.kind) {
    case 'exact':
      return exactScorer();
    case 'normalised':
      return normalisedScorer();
    case 'numeric':
      return numericScorer(settings);
    case 'token-f1':
      return tokenF1Scorer();
    case 'json-fields':
      return jsonFieldsScorer(settings);
    case 'set':
      return setScorer(settings);
    case 'judge':
      return judgeScorer(settings);
    case 'environment':
      return environmentScorer();
    case 'benchmark': {
      const { createScorer: create, scorer } = knownBenchmark(settings.name);
      if (create !== undefined) return create(settings.options ?? {});
      if (settings.options !== undefined)
        throw new WatersmeetError('input.invalid', `The scoring of benchmark "${settings.name}" has no options. Leave scorer.options out.`);
      return createScorer(scorer, definitions);
    }
    case 'function': {
      const { configFile, aliases, score } = definitions;
      if (configFile !== undefined) return threadedFunctionScorer(settings, { configFile, ...(aliases === undefined ? {} : { aliases }) });
      if (score !== undefined) return functionScorer(settings, score);
      throw new WatersmeetError('input.invalid', 'The scorer is of the kind "function", but no function is given. Set scorer.score in the configuration.');
    }
  }
}

/** Whether a task has what its scorer needs, asked when the benchmark is read. @throws WatersmeetError 'input.invalid'. */
export function checkTaskForScorer(settings: ScorerSettings, task: Task): void {
  if (settings.kind === 'function' || settings.kind === 'judge' || settings.kind === 'benchmark' || settings.kind === 'environment') return;
  try {
    if (settings.kind === 'json-fields') expectedObject(task);
    else if (settings.kind === 'numeric') expectedNumber(task);
    else if (settings.kind === 'set') expectedElements(task);
    else expectedAnswer(task, settings.kind);
  } catch (error) {
    throw failureTypeOf(error) === 'scorer.broken' ? new WatersmeetError('input.invalid', (error as Error).message) : error;
  }
}
