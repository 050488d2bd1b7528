// From a checked configuration to the plain settings a run records, and what is not plain: functions and tasks.

import { dirname, resolve } from 'node:path';
import type { EnvironmentFactory } from '../agents/environment.js';
import type { AgentFunction } from '../agents/function-agent.js';
import type { ProposeFunction } from '../agents/propose-function.js';
import { parametersSchema, type Tool } from '../agents/tool.js';
import type { ScoreFunction } from '../benchmarks/scorers/check-score.js';
import type { KnownBenchmarkSource } from '../benchmarks/known-benchmark.js';
import { KNOWN_BENCHMARKS } from '../benchmarks/known-benchmarks.js';
import type { TakenTasks } from '../benchmarks/split-benchmark.js';
import type { FieldMapping } from '../benchmarks/task-from-record.js';
import type { SplitShares } from '../core/divide/split.js';
import { SEED_ORIGIN, type Item, type Module } from '../core/module.js';
import type { AgentSettings, ModelSettings, ReactEnvironmentSettings, ReactToolsSettings, RunSettings, ScorerSettings } from '../core/run-settings.js';
import { contentAddress, sha256 } from '../store/content-address.js';
import { consistencyProblems } from './consistency.js';
import { DEFAULTS } from './defaults.js';
import { explainConfig, type ExplainedValue } from './explain.js';
import { modelSettings, takesStops } from './model-settings.js';
import { applyOverrides, type Overrides } from './overrides.js';
import { configurationError, describe } from './problems.js';
import { parseConfig, type ParsedConfig } from './schema.js';
import { isRecord } from './shorthands.js';

export interface BenchmarkSettings {
  /** Absolute path of a file, records, or a known benchmark: as `readBenchmark` takes it. */
  readonly source: string | readonly unknown[] | KnownBenchmarkSource;
  readonly fields: FieldMapping;
  readonly splits: SplitShares;
  readonly take: TakenTasks;
}

/** What cannot be recorded: it is loaded again from the configuration's file when a run is resumed. As `createAgent` and `createScorer` take it. */
export interface Definitions {
  /** Absolute: where the benchmark's files are, for tools and environments. */
  readonly folder?: string;
  /** The user's own, of an agent of kind `react`. */
  readonly tools?: readonly Tool[];
  /** The user's own, of an agent of kind `react`. */
  readonly environment?: EnvironmentFactory;
  /** Of a function agent. */
  readonly run?: AgentFunction;
  /** Of a function agent. */
  readonly stochastic?: boolean;
  /** Of a function scorer. */
  readonly score?: ScoreFunction;
  /** Of `optimize.inner: 'function'`. */
  readonly propose?: ProposeFunction;
}

/** Empty: what the environment says, else the embedded engine. */
export interface EngineSettings {
  readonly address?: string;
  readonly namespace?: string;
  /** Of Temporal's own configuration file. */
  readonly profile?: string;
}

export interface LoadedConfig {
  /** Absolute; absent for a configuration given from code. */
  readonly file?: string;
  /** The configuration's folder, absolute: its paths are relative to it. */
  readonly folder: string;
  /** Absolute: where the store is. */
  readonly projectFolder: string;
  readonly settings: RunSettings;
  readonly definitions: Definitions;
  readonly benchmark: BenchmarkSettings;
  readonly engine: EngineSettings;
  /** What `explain` returns. */
  readonly values: readonly ExplainedValue[];
}

/** Hashes of the code of the configuration's functions. */
export interface FunctionVersions {
  readonly agent?: string;
  readonly scorer?: string;
  readonly optimize?: string;
}

export interface ResolveOptions {
  /** Absolute path of the configuration's file. */
  readonly file?: string;
  /** Absolute; default: the file's. */
  readonly folder?: string;
  readonly overrides?: Overrides;
  /** The versions of functions that name none. Default: the hash of a function's own text. */
  readonly versions?: FunctionVersions;
}

/**
 * Checks a configuration and makes a run's settings of it.
 *
 * @throws WatersmeetError 'input.invalid' with every problem, one a line.
 * @example resolveConfig(defineConfig({ ... }), { folder: process.cwd() }).settings
 */
export function resolveConfig(config: unknown, options: ResolveOptions): LoadedConfig {
  const { file } = options;
  const folder = options.folder ?? (file === undefined ? '.' : dirname(file));
  const where = file ?? 'The configuration';
  if (!isRecord(config)) {
    throw configurationError(where, [
      typeof config === 'function'
        ? 'The default export is a function: export its result, "export default defineConfig({ ... })".'
        : `The default export must be an object: defineConfig({ ... }), but is ${describe(config)}.`,
    ]);
  }
  const overridden = applyOverrides(config, options.overrides);
  if (overridden.problems.length > 0) throw configurationError('The command line', overridden.problems);
  const parsed = parseConfig(overridden.config, overridden.keys);
  if ('problems' in parsed) throw configurationError(where, parsed.problems);

  const settings = resolveSettings(parsed.config, options.versions ?? {});
  const problems = consistencyProblems(parsed.config, settings);
  if (problems.length > 0) throw configurationError(where, problems);

  const { benchmark, agent, scorer, optimize, engine } = parsed.config;
  return {
    ...(file === undefined ? {} : { file }),
    folder: resolve(folder),
    projectFolder: resolve(folder, parsed.config.folder),
    settings,
    definitions: {
      ...(agent.kind === 'chat' || (agent.kind === 'function' && agent.environment === undefined)
        ? {}
        : { folder: benchmarkFolder(benchmarkSource(benchmark, folder), folder) }),
      ...(agent.kind === 'function' ? { run: agent.run, stochastic: agent.stochastic } : {}),
      ...(agent.kind === 'react' ? reactDefinitions(agent) : {}),
      ...(scorer?.kind === 'function' ? { score: scorer.score } : {}),
      ...(optimize.propose === undefined ? {} : { propose: optimize.propose }),
    },
    benchmark: {
      source: benchmarkSource(benchmark, folder),
      fields: withoutUndefined(benchmark.fields ?? {}),
      splits: benchmark.splits,
      take: withoutUndefined(benchmark.take ?? {}),
    },
    engine: withoutUndefined(engine),
    values: explainConfig({ written: overridden.config, commandLine: overridden.keys, parsed: parsed.config, settings }),
  };
}

function benchmarkSource({ file, tasks, name, folder: own, options }: ParsedConfig['benchmark'], folder: string): BenchmarkSettings['source'] {
  if (name !== undefined) return { name, folder: resolve(folder, own ?? `benchmarks/${name}`), ...(options === undefined ? {} : { options }) };
  return file === undefined ? (tasks ?? []) : resolve(folder, file);
}

/** Where a benchmark's files are; the configuration's folder, when its tasks are in no file. */
function benchmarkFolder(source: BenchmarkSettings['source'], folder: string): string {
  if (typeof source === 'string') return dirname(source);
  return 'folder' in source ? source.folder : resolve(folder);
}

type ParsedReact = Extract<ParsedConfig['agent'], { readonly kind: 'react' }>;

function reactDefinitions({ tools, environment }: ParsedReact): Omit<Definitions, 'folder'> {
  return {
    ...(tools === undefined ? {} : { tools: ownTools(tools) }),
    ...(typeof environment === 'function' ? { environment } : {}),
  };
}

function ownTools(tools: NonNullable<ParsedReact['tools']>): readonly Tool[] {
  return tools.filter((tool) => tool !== 'benchmark');
}

type Models = RunSettings['models'];

function resolveModels(config: ParsedConfig): Models {
  const read = (model: ParsedConfig['model']) => (model === undefined ? undefined : modelSettings(model));
  const agent = read(config.model);
  const optimizer = read(config.models.optimizer) ?? agent;
  const [evaluator, judge, merger] = [config.models.evaluator, config.models.judge, config.models.merger].map((model) => read(model) ?? optimizer);
  return withoutUndefined({ agent, optimizer, evaluator, judge, merger });
}

function resolveSettings(config: ParsedConfig, versions: FunctionVersions): RunSettings {
  const models = resolveModels(config);
  const optimize = resolveOptimize(config, versions);
  const { inner } = optimize;
  return {
    project: config.project,
    seed: config.seed,
    strategy: config.strategy,
    modules: Object.entries(config.modules).map(([name, module]) => resolveModule(name, module)),
    moduleLimits: Object.fromEntries(
      Object.entries(config.modules).map(([name, module]) => [name, { maxTokens: module.maxTokens ?? defaultMaxTokens(module.kind, models.agent) }]),
    ),
    models,
    agent: resolveAgent(config, versions, models.agent),
    scorer: resolveScorer(config, versions),
    subset: config.subset,
    optimize,
    gate: { tolerance: config.gate.tolerance ?? (answersDiffer(config, models) ? 'one-standard-error' : 'none') },
    merge: { ...config.merge, model: config.merge.model ?? (inner === 'reflect' && models.merger !== undefined) },
    repair: { ...config.repair, rounds: config.repair.rounds ?? (inner === 'bootstrap' ? 0 : DEFAULTS.repair.rounds) },
    select: config.select,
    confirm: config.confirm,
    prove: withoutUndefined(config.prove),
    budget: withoutUndefined(config.budget),
    rollout: config.rollout,
  };
}

function resolveOptimize({ optimize }: ParsedConfig, versions: FunctionVersions): RunSettings['optimize'] {
  const { inner, propose, version, ...rest } = optimize;
  if (propose === undefined) return { ...rest, inner: inner ?? DEFAULTS.optimize.inner };
  return { ...rest, inner: inner ?? 'function', version: version ?? versions.optimize ?? sha256(String(propose)) };
}

function resolveModule(name: string, module: ParsedConfig['modules'][string]): Module {
  if (module.kind === 'instructions') return { kind: module.kind, name, text: module.text, origins: [SEED_ORIGIN] };
  const items: Item[] = module.items.map((item, index) => ({
    id: seedItemId(name, index + 1),
    ...(typeof item === 'string' ? { text: item } : { text: item.input, answer: item.output }),
    origins: [SEED_ORIGIN],
  }));
  return { kind: module.kind, name, items };
}

/** As the ids of items that edits add: by module, origin, epoch (0: before the first) and number. */
function seedItemId(module: string, number: number): string {
  return contentAddress({ module, subset: SEED_ORIGIN.subset, epoch: 0, number }).slice(0, 10);
}

/** The kind's own bound, but no more than a share of the agent's context, so that small models are not overrun. */
function defaultMaxTokens(kind: Module['kind'], model: ModelSettings | undefined): number {
  const cap = model === undefined ? Number.POSITIVE_INFINITY : Math.floor(model.contextTokens * DEFAULTS.modules.contextShare);
  return Math.max(1, Math.min(DEFAULTS.modules[kind].maxTokens, cap));
}

function resolveAgent(config: ParsedConfig, versions: FunctionVersions, model: ModelSettings | undefined): AgentSettings {
  const { agent } = config;
  if (agent.kind === 'function') {
    const { environment, environmentOptions } = agent;
    return withoutUndefined({ kind: agent.kind, version: agent.version ?? versions.agent ?? sha256(String(agent.run)), environment, environmentOptions });
  }
  if (agent.kind === 'react') return agent.environment === undefined ? resolveTools(config, agent, versions) : resolveEnvironment(agent, versions, model);
  return withoutUndefined({ kind: agent.kind, system: agent.system, user: agent.user, demos: agent.demos });
}

function resolveTools({ benchmark }: ParsedConfig, agent: ParsedReact, versions: FunctionVersions): ReactToolsSettings {
  const { system, user, demos, tools = [], toolOptions, maxSteps, toolTimeoutSeconds, toolResultCharacters, answerAfter } = agent;
  const own = ownTools(tools);
  const described = own.map((tool) => [tool.name, tool.description, parametersSchema(tool), String((tool as { readonly run: unknown }).run)]);
  return withoutUndefined({
    kind: agent.kind,
    system,
    user: user ?? DEFAULTS.tools.user,
    // Names by category are refused by the consistency check.
    demos: typeof demos === 'string' ? demos : undefined,
    tools: tools.map((tool) => (tool === 'benchmark' ? `${benchmark.name ?? ''}/*` : tool.name)),
    toolOptions,
    maxSteps: maxSteps ?? DEFAULTS.tools.maxSteps,
    toolTimeoutSeconds: toolTimeoutSeconds ?? DEFAULTS.tools.toolTimeoutSeconds,
    toolResultCharacters: toolResultCharacters ?? DEFAULTS.tools.toolResultCharacters,
    answerAfter,
    version: agent.version ?? (own.length === 0 ? undefined : (versions.agent ?? sha256(JSON.stringify(described)))),
  });
}

function resolveEnvironment(agent: ParsedReact, versions: FunctionVersions, model: ModelSettings | undefined): ReactEnvironmentSettings {
  const { system, user, demos, maxSteps, environment, environmentOptions, showActions, stopAtLine } = agent;
  const own = typeof environment === 'function';
  return withoutUndefined({
    kind: agent.kind,
    system,
    user: user ?? DEFAULTS.environment.user,
    demos,
    environment: own ? 'function' : (environment ?? ''),
    environmentOptions,
    maxSteps: maxSteps ?? DEFAULTS.environment.maxSteps,
    showActions: showActions ?? DEFAULTS.environment.showActions,
    stopAtLine: stopAtLine ?? (model === undefined || takesStops(model)),
    version: agent.version ?? (own ? (versions.agent ?? sha256(String(environment))) : undefined),
  });
}

function resolveScorer({ scorer, benchmark, agent }: ParsedConfig, versions: FunctionVersions): ScorerSettings {
  if (scorer === undefined) {
    const known = KNOWN_BENCHMARKS.find(({ name }) => name === benchmark.name)?.scorer;
    // Without any of these, the consistency check says so.
    return known ?? (agent.kind === 'react' && agent.environment !== undefined ? { kind: 'environment' } : { kind: 'exact' });
  }
  if (scorer.kind === 'benchmark') return withoutUndefined(scorer);
  if (scorer.kind !== 'function') return scorer;
  return { kind: 'function', version: scorer.version ?? versions.scorer ?? sha256(String(scorer.score)), timeoutSeconds: scorer.timeoutSeconds };
}

/** Whether the same request may be answered differently on a second attempt. */
function answersDiffer({ agent }: ParsedConfig, models: Models): boolean {
  return agent.kind === 'function' ? agent.stochastic : models.agent?.endpoint !== 'local';
}

type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, element]) => element !== undefined)) as Defined<T>;
}
