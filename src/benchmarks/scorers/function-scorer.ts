// The user's own function as a scorer: in process (library use), or from the configuration file in threads.

import { WatersmeetError } from '../../core/failures.js';
import { brokenScorer, callScorer, type ScoreFunction } from './check-score.js';
import { ScorerThreads, type ScorerThreadsOptions } from './scorer-threads.js';
import type { Scorer } from './scorer.js';

export interface FunctionScorerSettings {
  /** Hash of the scorer's code, or the user's own word. */
  readonly version: string;
  readonly timeoutSeconds: number;
}

/**
 * Runs in this process. The time limit ends an asynchronous function that does not answer; a loop that never yields cannot be ended here:
 * scorers from a configuration file run in threads, where it can.
 */
export function functionScorer(settings: FunctionScorerSettings, score: ScoreFunction): Scorer {
  return {
    kind: 'function',
    version: settings.version,
    usesModel: false,
    score: async (input) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<{ readonly problem: string }>((resolve) => {
        timer = setTimeout(() => resolve({ problem: `it did not answer within ${settings.timeoutSeconds} s` }), settings.timeoutSeconds * 1_000);
      });
      const result = await Promise.race([callScorer(score, input), late]);
      clearTimeout(timer);
      if ('problem' in result) throw new WatersmeetError('scorer.broken', brokenScorer(input.task.id, result.problem));
      return result;
    },
    close: async () => undefined,
  };
}

/** Runs `scorer.score` of the configuration file's default export in threads; a call that takes too long ends its thread, and nothing else. */
export function threadedFunctionScorer(settings: FunctionScorerSettings, options: Omit<ScorerThreadsOptions, 'timeoutSeconds'>): Scorer {
  const threads = new ScorerThreads({ ...options, timeoutSeconds: settings.timeoutSeconds });
  return {
    kind: 'function',
    version: settings.version,
    usesModel: false,
    score: (input) => threads.score(input),
    close: () => threads.close(),
  };
}
