// The port of everything that acts on a task.

import type OpenAI from 'openai';
import type { Json } from '../core/json.js';
import type { Module } from '../core/module.js';
import type { ModelSettings } from '../core/run-settings.js';
import type { Task } from '../core/task.js';
import type { EnvironmentFactory } from './environment.js';

/** What a function agent gets. */
export interface AgentContext {
  /** Without the expected answer: an agent cannot read it. */
  readonly task: Omit<Task, 'expected'>;
  /** The candidate's modules, by name. */
  readonly modules: Readonly<Record<string, Module>>;
  /** The modules as text, by name: instructions as they are, playbooks as `- ` lines, demos as examples. */
  readonly texts: Readonly<Record<string, string>>;
  /** Durable: what was answered once is not asked again. Throws when the configuration has no model for the agent. */
  readonly openai: OpenAI;
  readonly model: ModelSettings | undefined;
  /** That of `agent.environment`, for `playEpisode`. Throws when the configuration names none. */
  readonly environment: EnvironmentFactory;
  /** Aborted when the run is cancelled or the attempt's time limit is reached. */
  readonly signal: AbortSignal;
  /** Milliseconds this attempt has waited for models so far: a time limit of one's own leaves them out, as the attempt's does. */
  waited(): number;
  /** Milliseconds; a function of the scope, for agents that need a date. */
  now(): number;
  /** In [0, 1); a stream seeded by the scope. */
  random(): number;
}

export interface AgentResult {
  readonly output: Json;
  /** Messages, actions, observations: what a reader of the trajectory needs to see. */
  readonly trajectory: Json;
}

export interface Agent {
  readonly kind: string;
  /** Goes into the trajectory's key. */
  readonly version: string;
  /** Whether the same request may be answered differently: gates then allow one standard error. */
  readonly stochastic: boolean;
  /** Throws AgentFailure for what is the agent's own fault; any other error is its fault as well, with the error's message as the reason. */
  run(context: AgentContext): Promise<AgentResult>;
}

/** The agent failed by its own fault: score 0, with this reason. */
export class AgentFailure extends Error {
  readonly agentFailure = true;
  readonly trajectory: Json | undefined;

  constructor(reason: string, trajectory?: Json) {
    super(reason);
    this.trajectory = trajectory;
    this.name = 'AgentFailure';
  }
}
