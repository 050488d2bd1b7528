// What a person writes in watersmeet.config.ts. schema.ts checks it, resolve-config.ts makes a run's plain settings of it.

import type { EnvironmentFactory } from '../agents/environment.js';
import type { AgentFunction } from '../agents/function-agent.js';
import type { ProposeFunction } from '../agents/propose-function.js';
import type { Tool } from '../agents/tool.js';
import type { KnownBenchmarkName } from '../benchmarks/known-benchmark.js';
import type { ScoreFunction } from '../benchmarks/scorers/check-score.js';
import type { FieldMapping } from '../benchmarks/task-from-record.js';
import type { Json, JsonObject } from '../core/json.js';
import type { DivideStrategy, InnerOptimizer, Strategy } from '../core/run-settings.js';
import type { Task } from '../core/task.js';

/**
 * Types and completes a configuration in your editor; returns it as it is.
 *
 * @example
 * ```ts
 * import { defineConfig } from 'watersmeet';
 *
 * export default defineConfig({
 *   project: 'freight-desk',
 *   benchmark: { file: 'messages.jsonl' },
 *   agent: { kind: 'chat', system: '{{instructions}}\n{{insights}}', user: '{{input}}' },
 *   modules: { instructions: 'Name the intent of the message.', insights: { kind: 'playbook' } },
 *   scorer: 'normalised',
 *   model: 'openai:gpt-4.1-mini',
 *   budget: { money: 5 },
 * });
 * ```
 */
export function defineConfig(config: WatersmeetConfig): WatersmeetConfig {
  return config;
}

export interface WatersmeetConfig {
  /** Name of the project: letters, digits, `.`, `_` and `-`. Splits, champions and looks at the test split belong to it. */
  project: string;
  /** The tasks: a file, a list written here, or a benchmark that Watersmeet knows by name, such as 'gsm8k'. */
  benchmark: BenchmarkConfig | KnownBenchmarkName;
  /** What acts on a task: a prompt template, a model with tools or in an environment, or your own function. */
  agent: AgentConfig | AgentFunction;
  /**
   * The named text components of the agent that are optimized. A plain text is a module of kind `instructions`.
   * The contents given here are the seed candidate.
   */
  modules: { [name: string]: string | ModuleConfig };
  /**
   * How an output is scored, in [0, 1]. The name of a known benchmark stands for its own scoring. May be left out with a known
   * benchmark (default its own) and with an agent in an environment (default the score that it gave).
   */
  scorer?: 'exact' | 'normalised' | 'numeric' | 'token-f1' | 'set' | 'environment' | KnownBenchmarkName | ScorerConfig | ScoreFunction;
  /**
   * The agent's model: `'local'` (small, started by Watersmeet, free), `'openai:<name>'` (key from OPENAI_API_KEY),
   * `'<base URL>#<name>'` for any OpenAI-compatible endpoint, or an object. A function agent may need none.
   * Nothing in the environment ever chooses a model.
   */
  model?: string | ModelConfig;
  /** Models of the other roles. The optimizer's default is `model`; the default of the others is the optimizer's. */
  models?: {
    /** Proposes edits. Worth a stronger model than the agent's. */
    optimizer?: string | ModelConfig;
    /** Writes feedback, with `optimize.feedback: 'model'`. */
    evaluator?: string | ModelConfig;
    /** Scores outputs, with a scorer of kind `judge`. */
    judge?: string | ModelConfig;
    /** When candidates are merged: writes one text of differing instructions, and settles items that contradict each other. */
    merger?: string | ModelConfig;
  };
  /** `fgo` divides, optimizes and merges; `all-at-once` shows one optimizer the whole train split. Default `fgo`. */
  strategy?: Strategy;
  /** Every random choice of a run follows from it. A whole number from 0. Default 1. */
  seed?: number;
  /** The tasks that one branch of the run optimizes on. */
  subset?: {
    /** Tasks at most. Default 16. */
    size?: number;
    /** Share of the optimizer's context that a subset's trajectories may fill, in (0, 1]. Default 0.25. */
    contextShare?: number;
    /** `stratified`: every subset sees every category; `category`: one category each; `similar`: similar inputs together. Default `stratified`. */
    divide?: DivideStrategy;
  };
  /** What happens on each subset. */
  optimize?: {
    /**
     * `reflect`: a model reads trajectories and proposes edits; `bootstrap`: worked examples from train, no optimizer model;
     * `function`: your own, in `propose`. Default `function` with `propose`, else `reflect`.
     */
    inner?: InnerOptimizer;
    /** `function`: reads attempts, tries edits, and returns those it proposes. In subsets and in repair. */
    propose?: ProposeFunction;
    /** `function`: change it when the function changes. Default: a hash of the function, of what it uses here, and of the project files it imports. */
    version?: string;
    /** Epochs at most. Default 10. */
    epochs?: number;
    /** Epochs without an accepted edit after which a subset ends. Default 3. */
    patience?: number;
    /** Edits of one proposal at most. Default 3. */
    maxEdits?: number;
    /** Who says what was wrong: the scorer's own words, or a model that reads the trajectory. Default `scorer`. */
    feedback?: 'scorer' | 'model';
    /** `bootstrap`: demos taken per category and subset at most. Default 2. */
    demosPerCategory?: number;
    /** `bootstrap`: demos from the benchmark's given answers, or from the agent's own successful trajectories. Default `trajectories`. */
    demosFrom?: 'answers' | 'trajectories';
  };
  /** The test that an edited or merged candidate has to pass. */
  gate?: {
    /**
     * `one-standard-error`: reject only when the score falls by more than one standard error, for agents that answer
     * the same request differently. Default: that for chat agents with a remote model and for function agents with
     * `stochastic: true`, else `none`.
     */
    tolerance?: 'none' | 'one-standard-error';
  };
  /** How optimized candidates become one. */
  merge?: {
    /** Candidates merged into one at most, from 2. Default 4. */
    fanIn?: number;
    /** Tasks on which a merged candidate and its parents are compared; 0 merges without a gate. Default 60. */
    pool?: number;
    /** `greedy`: offer the best parent the others' items and keep what does not hurt; `union`: all items, near-duplicates joined. Default `greedy`. */
    combine?: 'greedy' | 'union';
    /** Whether differing instructions and contradicting items are first put to the merger model; without it both are tried each way. Default: true with `optimize.inner: 'reflect'` and a merger model, else false. */
    model?: boolean;
  };
  /** What the merged candidate still fails is looked at again. */
  repair?: {
    /** Default 3; 0 with `optimize.inner: 'bootstrap'`, where no model writes edits. */
    rounds?: number;
    /** Failing tasks shown per round at most. Default 12. */
    tasks?: number;
  };
  /** The race that chooses the winner, on one half of validation. */
  select?: {
    /** Candidates that race at most, from 2. Default 8. */
    finalists?: number;
    /** Tasks between two looks of the race. Default 12. */
    blockSize?: number;
    /** More to compare with: `random-demos` has as many demos as the merged candidate, drawn at random from train. Default none. */
    baselines?: 'random-demos'[];
  };
  /** The one paired, one-sided test, on the other half of validation, that decides whether the winner is better. */
  confirm?: {
    /** Significance level, in (0, 0.5]. Default 0.05. */
    alpha?: number;
  };
  /** Winner and seed on the test split: reported, decides nothing. */
  prove?: {
    /** Tasks at most. Default: all of test. */
    maxTasks?: number;
  };
  /** Limits of a run. */
  budget?: {
    /** Attempts at tasks: a plan limit, decided before each step. */
    rollouts?: number;
    /** Tokens of all roles, prompts and completions: a plan limit, decided before each step. */
    tokens?: number;
    /** US dollars. A model that costs money needs a limit here, or an explicit `'none'`. May be raised on resume. */
    money?: number | 'none';
    /** Minutes in which a worker is active on the run. May be raised on resume. */
    activeMinutes?: number;
  };
  /** Limits of one attempt at one task. */
  rollout?: {
    /** Seconds of the agent's own time, without waiting for models. Default 120. */
    timeoutSeconds?: number;
  };
  /** Where the store, the engine's file and reports are kept, beside the configuration. Default `.watersmeet`. */
  folder?: string;
  /** The Temporal cluster to use. Without it: TEMPORAL_ADDRESS or TEMPORAL_PROFILE when set, else the embedded engine. */
  engine?: {
    /** `host:port`. */
    address?: string;
    namespace?: string;
    /** A profile of Temporal's own configuration file, with its TLS and key. */
    profile?: string;
  };
}

/** Shares of the splits, in any unit. Tasks go by a hash of their id, so a benchmark that grows never moves a task. */
export interface SplitsConfig {
  train: number;
  validation: number;
  test: number;
}

/** A task as an object of JSON; without `fields`, `input` must be there, and `id`, `expected`, `category`, `split` and `metadata` may be. */
export type TaskRecord = Task | { readonly [field: string]: Json };

interface BenchmarkTaking {
  /** Tasks of each split at most, drawn by `seed`: to begin small, or to compare training sizes. Default: all. */
  take?: { train?: number; validation?: number; test?: number };
}

interface BenchmarkReading extends BenchmarkTaking {
  /** Which field (or column) of a record is what: `{ input: ['question', 'context'], expected: 'answer' }`. Default: they are called as the parts of a task. */
  fields?: FieldMapping;
  /** Default 0.5, 0.25 and 0.25. Splits given by the records are respected. */
  splits?: SplitsConfig;
}

export type BenchmarkConfig =
  | (BenchmarkReading & {
      /** Path of a .jsonl, .json, .csv or .tsv file, from the configuration's folder. */
      file: string;
    })
  | (BenchmarkReading & {
      /** The tasks themselves. */
      tasks: readonly TaskRecord[];
    })
  | (BenchmarkTaking & {
      /** A benchmark that Watersmeet knows: `watersmeet benchmark list` names them. */
      name: KnownBenchmarkName;
      /** Where its files are, from the configuration's folder. Default `benchmarks/<name>`. */
      folder?: string;
      /** Of benchmarks that have some: their page in docs/benchmarks names them. */
      options?: { [name: string]: Json };
      /** Of tasks without a split. */
      splits?: SplitsConfig;
    });

export type AgentConfig =
  | {
      /** One call of the model a task. */
      kind: 'chat';
      /** Template of the system message: `{{input}}`, `{{input.field}}`, `{{metadata.field}}`, `{{module-name}}`. */
      system?: string;
      /** Template of the user message. Default `{{input}}`. */
      user?: string;
      /** Name of a demos module whose items become user and assistant messages before the question. */
      demos?: string;
    }
  | {
      /** The model calls tools until it answers. Needs an endpoint that takes `tools`. */
      kind: 'react';
      /** Your own tools (`tool({ name, description, parameters, run })`), those of the known benchmark (`'benchmark'`), or both in a list. */
      tools: 'benchmark' | readonly (Tool | 'benchmark')[];
      environment?: undefined;
      /** Options of the benchmark's tools. */
      toolOptions?: { [option: string]: Json };
      /** Template of the system message, as for `chat`. */
      system?: string;
      /** Template of the user message. Default `{{input}}`. */
      user?: string;
      /** Name of a demos module whose items become user and assistant messages before the question. */
      demos?: string;
      /** Calls of the model at most; the last one is made without tools. Default 20. */
      maxSteps?: number;
      /** Seconds one call of a tool may take, without waiting for models. Default 30. */
      toolTimeoutSeconds?: number;
      /** Characters of a tool's result that the model is shown at most. Default 10,000. */
      toolResultCharacters?: number;
      /** The output is what stands after the last of these words, such as `FINAL ANSWER:`; where they are missing, the whole text. */
      answerAfter?: string;
      /** Change it when your tools change. Default: a hash of them, of what they use here, and of the project files they import. */
      version?: string;
    }
  | {
      /** The model acts in an environment, one line of text a step; a line that begins with `think:` is a thought. */
      kind: 'react';
      /** That of a known benchmark, or a function that makes one of your own. */
      environment: KnownBenchmarkName | EnvironmentFactory;
      tools?: undefined;
      /** Options of a known benchmark's environment. */
      environmentOptions?: { [option: string]: Json };
      /** Template of the system message, as for `chat`. */
      system?: string;
      /** Template of the first user message: `{{observation}}` is what the environment tells first. Default `{{observation}}`. */
      user?: string;
      /** Name of a demos module whose items are shown before the task; or such names by category: each task is shown those of its own. */
      demos?: string | { [category: string]: string };
      /** Actions and thoughts at most. Default 50. */
      maxSteps?: number;
      /** Whether the model is shown the actions that would be understood now. Default false. */
      showActions?: boolean;
      /** Whether the endpoint is asked to stop at the end of a line. Default true, but for OpenAI's reasoning models, which refuse it. */
      stopAtLine?: boolean;
      /** Change it when your environment changes. Default: a hash of it, of what it uses here, and of the project files it imports. */
      version?: string;
    }
  | {
      /** Your own code. */
      kind: 'function';
      /** Returns the output, or `{ output, trajectory }`. What it throws is its own failure: score 0, with the message as the reason. */
      run: AgentFunction;
      /** The environment of a known benchmark, which the function is given as `environment`: hand it to `playEpisode`. One's own needs no word here. */
      environment?: KnownBenchmarkName;
      /** Options of the environment. */
      environmentOptions?: { [option: string]: Json };
      /** Whether the same task may be answered differently on a second attempt: gates then allow one standard error. Default false. */
      stochastic?: boolean;
      /** Change it when the agent changes. Default: a hash of the function, of what it uses here, and of the project files it imports. */
      version?: string;
    };

export type ModuleConfig =
  | {
      /** Free text. */
      kind: 'instructions';
      text: string;
      /** Upper bound in every edit and merge, in tokens (characters / 4). Default 1,500, at most a quarter of the model's context. */
      maxTokens?: number;
    }
  | {
      /** A list of insights. */
      kind: 'playbook';
      items?: string[];
      /** Upper bound in every edit and merge, in tokens (characters / 4). Default 2,000, at most a quarter of the model's context. */
      maxTokens?: number;
    }
  | {
      /** Worked examples. */
      kind: 'demos';
      items?: { input: string; output: string }[];
      /** Upper bound in every edit and merge, in tokens (characters / 4). Default 3,000, at most a quarter of the model's context. */
      maxTokens?: number;
    };

export type ScorerConfig =
  /** The very same text or JSON. */
  | { kind: 'exact' }
  /** The same text but for case, punctuation and spaces. */
  | { kind: 'normalised' }
  /** The number in the output, within a tolerance. */
  | {
      kind: 'numeric';
      /** Default 0.000001. */
      tolerance?: number;
      /** Whether the tolerance is a share of the expected number. Default false. */
      relative?: boolean;
    }
  /** Overlap of words: their F1. */
  | { kind: 'token-f1' }
  /** The share of the fields of a JSON output that are right. */
  | { kind: 'json-fields'; fields: string[] }
  /** A set of references: none missing, none too many, in any order. */
  | {
      kind: 'set';
      /** `exact`: the very same set, or 0; `f1`: precision and recall over its elements. Default `exact`. */
      measure?: 'exact' | 'f1';
    }
  /** Your own code. */
  | {
      kind: 'function';
      /** Returns a number in [0, 1], or `{ score, feedback }`: feedback is what the optimizer reads. */
      score: ScoreFunction;
      /** Default 10. A scorer that takes longer is broken: the run waits for you to mend it. */
      timeoutSeconds?: number;
      /** Change it when the scorer changes. Default: a hash of the function, of what it uses here, and of the project files it imports. */
      version?: string;
    }
  /** The score that the environment gave that the agent acted in. */
  | { kind: 'environment' }
  /** The own scoring of a benchmark that Watersmeet knows; some have options. */
  | { kind: 'benchmark'; name: KnownBenchmarkName; options?: JsonObject }
  /** A model scores by your words. */
  | { kind: 'judge'; rubric: string };

export interface ModelConfig {
  /** `'local'`, `'openai:<name>'`, `'<base URL>#<name>'`; or the plain name, with `baseURL`. */
  model: string;
  /** Base URL of an OpenAI-compatible endpoint, such as `http://localhost:11434/v1`. */
  baseURL?: string;
  /** Name of the environment variable that holds the key; never the key itself. */
  apiKeyVariable?: string;
  /** US dollars a million tokens. Known for some of OpenAI's models; a limit of money needs it. */
  price?: { input: number; output: number; cachedInput?: number };
  /** Context window, tokens. Default: what is known of the model, else 128,000. */
  contextTokens?: number;
  /** Completion at most, tokens. Default 4,096; 128 for the local model. */
  maxTokens?: number;
  /** Default 0; 1 for OpenAI's reasoning models, which take no other. */
  temperature?: number;
  /** Calls in flight at most. Default 8. May change on resume. */
  concurrency?: number;
  /** May change on resume. */
  requestsPerMinute?: number;
  /** May change on resume. */
  tokensPerMinute?: number;
  /** Seconds one call may take. Default 300. May change on resume. */
  timeoutSeconds?: number;
  /** More fields of the request, sent as they are. */
  extra?: { [field: string]: Json };
}
