// The resolved, plain settings of one run: recorded when it starts, never changed by a resume except where noted.

import type { Json, JsonObject } from './json.js';
import type { Module, ModuleLimits } from './module.js';
import type { Role } from './outcome.js';

export type Strategy = 'fgo' | 'all-at-once';
export type InnerOptimizer = 'reflect' | 'bootstrap' | 'function';
export type DivideStrategy = 'stratified' | 'category' | 'similar';

export interface ModelSettings {
  /** The name sent to the endpoint. */
  readonly model: string;
  /** 'local' is the model that Watersmeet starts itself; else the base URL of an OpenAI-compatible endpoint. */
  readonly endpoint: 'local' | (string & {});
  /** Name of the environment variable that holds the key; never the key. */
  readonly apiKeyVariable?: string;
  /** Context window, tokens. */
  readonly contextTokens: number;
  /** Upper bound of a completion, tokens. */
  readonly maxTokens: number;
  readonly temperature: number;
  /** Extra fields of the request body, sent as they are. */
  readonly extra?: { readonly [key: string]: Json };
  /** US dollars a million tokens; absent means unpriced (a local model, one's own endpoint). */
  readonly price?: { readonly input: number; readonly output: number; readonly cachedInput?: number };
  // What may change on resume:
  /** Calls in flight at most. */
  readonly concurrency: number;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  /** Seconds one send may take. */
  readonly timeoutSeconds: number;
}

export interface RunSettings {
  readonly project: string;
  readonly seed: number;
  readonly strategy: Strategy;
  readonly modules: readonly Module[];
  readonly moduleLimits: { readonly [name: string]: ModuleLimits };
  /** One entry a role; the evaluator, judge and merger default to the optimizer's model. */
  readonly models: { readonly [role in Role]?: ModelSettings };
  readonly agent: AgentSettings;
  readonly scorer: ScorerSettings;
  readonly subset: { readonly size: number; readonly contextShare: number; readonly divide: DivideStrategy };
  readonly optimize: {
    readonly inner: InnerOptimizer;
    readonly epochs: number;
    readonly patience: number;
    readonly maxEdits: number;
    /** Whether a model writes the feedback (`model`) or the scorer's words are enough (`scorer`). */
    readonly feedback: 'scorer' | 'model';
    /** `bootstrap`: demos taken per category and subset at most. */
    readonly demosPerCategory: number;
    /** `bootstrap`: from the benchmark's given answers, or from the agent's own successful trajectories. */
    readonly demosFrom: 'answers' | 'trajectories';
    /** `function`: hash of the project files that the function's module imports, or the user's own word. */
    readonly version?: string;
  };
  readonly gate: {
    /** Stochastic agents: reject only when the score falls by more than one standard error. */
    readonly tolerance: 'none' | 'one-standard-error';
  };
  readonly merge: {
    readonly fanIn: number;
    /** Tasks in the pool of a level; 0 merges without a gate (select then judges). */
    readonly pool: number;
    readonly combine: 'greedy' | 'union';
    /** Whether differing instructions and contradicting items are put to the merger model. */
    readonly model: boolean;
  };
  readonly repair: { readonly rounds: number; readonly tasks: number };
  readonly select: {
    readonly finalists: number;
    readonly blockSize: number;
    /** Extra finalists to compare with; `random-demos` = as many demos as the merged candidate has, drawn at random from train. */
    readonly baselines: readonly 'random-demos'[];
  };
  readonly confirm: { readonly alpha: number };
  readonly prove: { readonly maxTasks?: number };
  readonly budget: BudgetSettings;
  /** Seconds an attempt at one task may take, outside of model calls; and steps of agents that have steps. */
  readonly rollout: { readonly timeoutSeconds: number };
}

export interface BudgetSettings {
  /** Plan limits: deterministic. */
  readonly rollouts?: number;
  readonly tokens?: number;
  /** Safety limits: may change on resume. Money in US dollars; 'none' says explicitly that there is none. */
  readonly money?: number | 'none';
  readonly activeMinutes?: number;
}

export type AgentSettings =
  | {
      readonly kind: 'chat';
      /** Templates: {{input}}, {{input.field}}, {{module-name}}. */
      readonly system?: string;
      readonly user: string;
      /** Module whose items become user / assistant turns before the question. */
      readonly demos?: string;
    }
  | {
      readonly kind: 'function';
      /** Hash of the project files that the agent's module imports, or the user's own word. */
      readonly version: string;
      /** The name of a known benchmark whose environment the function is given. */
      readonly environment?: string;
      readonly environmentOptions?: JsonObject;
    }
  | ReactToolsSettings
  | ReactEnvironmentSettings;

/** An agent that calls tools until it answers. */
export interface ReactToolsSettings {
  readonly kind: 'react';
  /** Templates as those of a chat agent. */
  readonly system?: string;
  readonly user: string;
  readonly demos?: string;
  /** Names of the user's own tools, and `<benchmark>/*` for those of a known benchmark, in the order in which the model is told of them. */
  readonly tools: readonly string[];
  /** Of the benchmark's tools. */
  readonly toolOptions?: JsonObject;
  /** Calls of the model at most. */
  readonly maxSteps: number;
  /** Seconds one call of a tool may take, outside of model calls. */
  readonly toolTimeoutSeconds: number;
  /** Characters of a result that are shown to the model at most. */
  readonly toolResultCharacters: number;
  /** The answer is what stands after the last of these words; absent: the whole text. */
  readonly answerAfter?: string;
  /** Hash of what the user's own tools are made of, or the user's own word; absent without any. */
  readonly version?: string;
}

/** An agent that acts in an environment, one line of text a step. */
export interface ReactEnvironmentSettings {
  readonly kind: 'react';
  /** Templates as those of a chat agent; {{observation}} is what the environment tells first. */
  readonly system?: string;
  readonly user: string;
  /** A module of worked examples, or one for each category of tasks. */
  readonly demos?: string | { readonly [category: string]: string };
  /** The name of a known benchmark whose environment it is, or `function`: the user's own. */
  readonly environment: string;
  readonly environmentOptions?: JsonObject;
  /** Actions and thoughts at most. */
  readonly maxSteps: number;
  /** Whether the model is shown the actions that would be understood now. */
  readonly showActions: boolean;
  /** Whether the endpoint is asked to end an answer at the end of its line. */
  readonly stopAtLine: boolean;
  /** Hash of what the user's own environment is made of, or the user's own word; absent without one. */
  readonly version?: string;
}

export type ScorerSettings =
  | { readonly kind: 'exact' }
  | { readonly kind: 'normalised' }
  | { readonly kind: 'numeric'; readonly tolerance: number; readonly relative: boolean }
  | { readonly kind: 'token-f1' }
  | { readonly kind: 'json-fields'; readonly fields: readonly string[] }
  | { readonly kind: 'set'; readonly measure: 'exact' | 'f1' }
  | { readonly kind: 'function'; readonly version: string; readonly timeoutSeconds: number }
  /** What the environment said that the agent acted in. */
  | { readonly kind: 'environment' }
  /** The own scoring of a benchmark that is known by this name. */
  | { readonly kind: 'benchmark'; readonly name: string; readonly options?: { readonly [key: string]: Json } }
  | { readonly kind: 'judge'; readonly rubric: string };
