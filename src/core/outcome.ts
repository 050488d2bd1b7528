// What became of one rollout.

/** `failed` is the agent's fault (score 0, with a reason); `not-run` is the infrastructure's and never a score. */
export type Outcome = 'scored' | 'failed' | 'not-run';

/** Tokens and calls of one or more logical uses, counted also when served from the store. */
export interface Usage {
  readonly rollouts: number;
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export const NO_USAGE: Usage = { rollouts: 0, calls: 0, promptTokens: 0, completionTokens: 0 };

export function addUsage(left: Usage, right: Usage): Usage {
  return {
    rollouts: left.rollouts + right.rollouts,
    calls: left.calls + right.calls,
    promptTokens: left.promptTokens + right.promptTokens,
    completionTokens: left.completionTokens + right.completionTokens,
  };
}

export type Role = 'agent' | 'evaluator' | 'judge' | 'optimizer' | 'merger';
