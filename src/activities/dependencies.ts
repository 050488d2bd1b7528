// What the activities need. Put together in workers/, never here.

import type { Agent } from '../agents/agent.js';
import type { EnvironmentFactory } from '../agents/environment.js';
import type { ProposeFunction } from '../agents/propose-function.js';
import type { Scorer } from '../benchmarks/scorers/scorer.js';
import type { FailureType } from '../core/failures.js';
import type { ModelGateway } from '../models/gateway.js';
import type { RunRow, Store } from '../store/store.js';

/** The working parts of one run, made from its recorded input and, for functions, from its configuration file. */
export interface RunParts {
  readonly run: RunRow;
  readonly agent: Agent;
  readonly scorer: Scorer;
  /** Of a function agent, when its settings name one. */
  readonly environment?: EnvironmentFactory;
  /** With `optimize.inner: 'function'`. */
  readonly propose?: ProposeFunction;
}

export interface ActivityDependencies {
  readonly store: Store;
  readonly gateway: ModelGateway;
  /** Identifies this process in claims and attempts. */
  readonly bootId: string;
  /** Cached by run; throws WatersmeetError 'agent.broken' or 'scorer.broken' when the configuration file cannot be loaded. */
  openParts(runId: string): Promise<RunParts>;
  /** Counts the run as active while `action` runs. */
  working<T>(runId: string, action: () => Promise<T>): Promise<T>;
  /** Resolves when no work of the run goes on in this process. */
  quiet(runId: string): Promise<void>;
  /** Asked before work starts: why no new work may start, if so. */
  stopReason(runId: string): FailureType | undefined;
  /** Prepares a run for a schedule (reads the configuration and the benchmark as they are now). */
  prepareScheduledRun(options: { readonly configFile: string; readonly scheduleId: string; readonly runId: string }): Promise<void>;
}
