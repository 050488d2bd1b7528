// The one table of failure types: what an activity, a workflow and the command line make of each.

export interface FailureKind {
  /** Whether Temporal tries the activity again by itself. */
  readonly retryable: boolean;
  /** What the run does: `stop` ends it, `wait` parks it until a person (or time, for the provider) mends it. */
  readonly run: 'stop' | 'wait' | 'again';
  /** The reason word of `waiting: <reason>`. */
  readonly waiting?: WaitingReason;
  readonly exitCode: number;
  /** What to do. */
  readonly hint: string;
}

export type WaitingReason = 'provider' | 'key' | 'quota' | 'model' | 'disk' | 'scorer' | 'limit' | 'task' | 'agent' | 'proposer';

export const EXIT_CODES = {
  ok: 0,
  /** An unexpected failure: a defect of Watersmeet or of the machine. */
  failure: 1,
  /** Bad input: nothing was started, nothing was lost. */
  usage: 2,
  /** The run waits for something a person can mend. */
  waiting: 3,
  /** The run was cancelled. */
  cancelled: 4,
  /** Interrupted (Ctrl-C): the run goes on with `watersmeet resume`. */
  interrupted: 130,
} as const;

export const FAILURES = {
  'provider.unavailable': {
    retryable: true,
    run: 'wait',
    waiting: 'provider',
    exitCode: 3,
    hint: 'The endpoint did not answer for two minutes. The run probes it by itself; check its status page or `watersmeet doctor`.',
  },
  'provider.key': { retryable: false, run: 'wait', waiting: 'key', exitCode: 3, hint: 'Set the key in the environment, then type `watersmeet resume`.' },
  'provider.quota': {
    retryable: false,
    run: 'wait',
    waiting: 'quota',
    exitCode: 3,
    hint: 'Top up the account at the provider, then type `watersmeet resume`.',
  },
  'provider.model': {
    retryable: false,
    run: 'wait',
    waiting: 'model',
    exitCode: 3,
    hint: 'Check the model name in the configuration against what the endpoint offers, then start the run again.',
  },
  'store.disk': {
    retryable: false,
    run: 'wait',
    waiting: 'disk',
    exitCode: 3,
    hint: 'Free some space on the disk that holds .watersmeet/, then type `watersmeet resume`.',
  },
  'scorer.broken': {
    retryable: false,
    run: 'wait',
    waiting: 'scorer',
    exitCode: 3,
    hint: 'Mend the scorer, then type `watersmeet resume`: saved trajectories are scored again without a model call.',
  },
  'agent.broken': { retryable: false, run: 'wait', waiting: 'agent', exitCode: 3, hint: 'Mend the agent, then type `watersmeet resume`.' },
  'proposer.broken': {
    retryable: false,
    run: 'wait',
    waiting: 'proposer',
    exitCode: 3,
    hint: 'Mend the function in optimize.propose, then type `watersmeet resume`: rollouts that are recorded are not done again.',
  },
  'limit.money': {
    retryable: false,
    run: 'wait',
    waiting: 'limit',
    exitCode: 3,
    hint: 'Raise budget.money in the configuration, then type `watersmeet resume`.',
  },
  'task.poison': {
    retryable: false,
    run: 'wait',
    waiting: 'task',
    exitCode: 3,
    hint: 'Mend the agent, then type `watersmeet resume`. If somebody killed the worker, just resume. A run without the task is a new run.',
  },
  'run.stopping': { retryable: true, run: 'again', exitCode: 130, hint: 'Type `watersmeet resume` to go on.' },
  'run.paused': { retryable: false, run: 'again', exitCode: 0, hint: 'Type `watersmeet unpause` to go on.' },
  'run.cancelled': { retryable: false, run: 'stop', exitCode: 4, hint: 'The run was cancelled; what it recorded is kept.' },
  'input.invalid': { retryable: false, run: 'stop', exitCode: 2, hint: 'Correct the input and start again.' },
  'internal.defect': { retryable: false, run: 'stop', exitCode: 1, hint: 'This is a defect of Watersmeet; please report it with the text above.' },
} as const satisfies Record<string, FailureKind>;

export type FailureType = keyof typeof FAILURES;

/** An error that knows its place in the table; recognised by `failureType`, not by its class. */
export class WatersmeetError extends Error {
  readonly failureType: FailureType;

  constructor(failureType: FailureType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WatersmeetError';
    this.failureType = failureType;
  }
}

export function isFailureType(value: unknown): value is FailureType {
  return typeof value === 'string' && Object.hasOwn(FAILURES, value);
}

/** The failure type an error carries, if it carries one. */
export function failureTypeOf(error: unknown): FailureType | undefined {
  if (typeof error !== 'object' || error === null || !('failureType' in error)) return undefined;
  return isFailureType(error.failureType) ? error.failureType : undefined;
}
