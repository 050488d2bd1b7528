// The port of everything that an agent acts in, step by step: text games, simulators, one's own systems.

import type { Task } from '../core/task.js';

export interface EnvironmentState {
  /** What the agent is told. */
  readonly observation: string;
  /** Actions that would be understood now; absent where the environment does not tell. */
  readonly admissible?: readonly string[];
  /** Whether the episode has ended: no step may follow. */
  readonly done: boolean;
  /** What the episode is worth so far, in [0, 1]. */
  readonly score: number;
}

/** One episode at a time: `reset` begins it, `step` goes on. A function of the task, the actions and the seed alone. */
export interface Environment {
  reset(task: Omit<Task, 'expected'>): Promise<EnvironmentState> | EnvironmentState;
  /** An action that is not understood is told so in the observation; it throws only what is the environment's own fault. */
  step(action: string): Promise<EnvironmentState> | EnvironmentState;
  /** Called once, also after an error. */
  close?(): Promise<void> | void;
}

export interface EnvironmentContext {
  /** In [0, 1); a stream seeded by the rollout's scope. */
  random(): number;
  /** Aborted when the run is cancelled or the attempt's time limit is reached. */
  readonly signal: AbortSignal;
}

/** A new environment for one rollout. */
export interface EnvironmentFactory {
  (context: EnvironmentContext): Environment | Promise<Environment>;
  /** Of environments whose code is no part of a configuration: changes when what they answer does. What was played with another one is then played again. */
  readonly version?: string;
}

/** The version of an agent that acts in an environment. */
export function versionWith(agent: string, { version }: Pick<EnvironmentFactory, 'version'> = {}): string {
  return version === undefined ? agent : `${agent}+${version}`;
}
