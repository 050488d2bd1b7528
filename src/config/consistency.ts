// What a configuration's parts ask of each other.

import { checkTemplates } from '../agents/templates.js';
import type { Tool } from '../agents/tool.js';
import { moduleTokens } from '../core/candidate.js';
import { failureTypeOf } from '../core/failures.js';
import type { JsonObject } from '../core/json.js';
import type { Role } from '../core/outcome.js';
import type { RunSettings } from '../core/run-settings.js';
import { KNOWN_BENCHMARKS } from '../benchmarks/known-benchmarks.js';
import { PRICES_NOTED } from './defaults.js';
import { costsMoney, isUnpriced } from './model-settings.js';
import { nearest } from './problems.js';
import type { ParsedConfig } from './schema.js';

/** One sentence a problem. */
export function consistencyProblems(config: ParsedConfig, settings: RunSettings): readonly string[] {
  return [
    ...benchmarkProblems(config),
    ...moduleProblems(config, settings),
    ...reactProblems(config),
    ...templateProblems(settings),
    ...modelProblems(config, settings),
    ...moneyProblems(config, settings),
  ];
}

function* benchmarkProblems({ benchmark, scorer, agent }: ParsedConfig): Iterable<string> {
  const { file, tasks, name, folder, fields, options } = benchmark;
  const given = Object.entries({ file, tasks, name }).flatMap(([key, value]) => (value === undefined ? [] : [`"${key}"`]));
  if (given.length === 0)
    yield 'benchmark needs "file", the path of a file of tasks, "tasks", a list of them, or "name", that of a benchmark Watersmeet knows.';
  if (given.length > 1) yield `benchmark has ${given.join(' and ')}: leave one of them out.`;
  if (name === undefined && folder !== undefined)
    yield 'benchmark.folder is the folder of a known benchmark: give benchmark.name, too, or name a file in benchmark.file.';
  if (name === undefined && options !== undefined) yield 'benchmark.options are those of a known benchmark: give benchmark.name, too, or leave them out.';
  if (name !== undefined && fields !== undefined) yield `benchmark.fields is for your own files: what "${name}" calls its fields is known. Leave it out.`;
  if (name !== undefined) yield* unknownBenchmark('benchmark.name', name);
  if (scorer?.kind === 'benchmark') yield* unknownBenchmark('scorer.name', scorer.name);
  const environment = agent.kind === 'react' && agent.environment !== undefined;
  if (scorer === undefined && name === undefined && !environment)
    yield 'scorer is missing: say how an output is scored, such as "exact" or "normalised", or give a function.';
}

function* unknownBenchmark(key: string, name: string): Iterable<string> {
  const names: readonly string[] = KNOWN_BENCHMARKS.map((benchmark) => benchmark.name);
  if (names.includes(name)) return;
  const meant = nearest(name, names);
  yield `${key} is "${name}", which is no known benchmark${meant === undefined ? `: ${names.join(', ')}` : `. Did you mean "${meant}"?`}`;
}

const MODULE_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

function* moduleProblems(config: ParsedConfig, settings: RunSettings): Iterable<string> {
  const names = Object.keys(config.modules);
  if (names.length === 0) yield "modules is empty: name at least one text to optimize, such as { instructions: 'Answer in one word.' }.";
  for (const name of names) {
    if (!MODULE_NAME.test(name)) yield `modules has the name ${JSON.stringify(name)}: a name is letters, digits, "_" and "-", and begins with a letter.`;
  }
  for (const module of settings.modules) {
    const most = settings.moduleLimits[module.name]?.maxTokens ?? 0;
    const tokens = moduleTokens(module);
    if (tokens > most)
      yield `modules.${module.name} has about ${tokens} tokens, more than its maxTokens (${most}): shorten it, or set modules.${module.name}.maxTokens.`;
  }
  const { agent } = settings.models;
  if (config.agent.kind !== 'function' && agent !== undefined) {
    const most = Object.values(settings.moduleLimits).reduce((sum, { maxTokens }) => sum + maxTokens, 0);
    if (most + agent.maxTokens > agent.contextTokens)
      yield `modules may grow to ${most} tokens, which with an answer of model.maxTokens (${agent.maxTokens}) is more than model.contextTokens (${agent.contextTokens}): lower their maxTokens.`;
  }
  const { inner } = settings.optimize;
  if (inner === 'bootstrap' && !settings.modules.some((module) => module.kind === 'demos'))
    yield 'optimize.inner is "bootstrap", which needs a module of kind "demos": add one to modules.';
  if (settings.select.baselines.includes('random-demos') && !settings.modules.some((module) => module.kind === 'demos'))
    yield 'select.baselines has "random-demos", which needs a module of kind "demos": add one to modules.';
}

/** Keys of agents with tools, and of those in an environment, by what they are for. */
const TOOL_KEYS = ['toolOptions', 'toolTimeoutSeconds', 'toolResultCharacters', 'answerAfter'] as const;
const ENVIRONMENT_KEYS = ['environmentOptions', 'showActions', 'stopAtLine'] as const;

function* reactProblems({ agent, benchmark, scorer, model }: ParsedConfig): Iterable<string> {
  const acts = agent.kind === 'react' && agent.environment !== undefined;
  if (scorer?.kind === 'environment' && !acts && agent.kind !== 'function')
    yield 'scorer is "environment", the score an environment gave: the agent acts in none. Give agent.environment, or name another scorer.';
  if (agent.kind === 'function') {
    if (agent.environment !== undefined)
      yield* environmentProblems(agent.environment, benchmark.name, agent.environmentOptions, 'hand it to playEpisode in your function');
    else if (agent.environmentOptions !== undefined)
      yield 'agent.environmentOptions is for the environment of a known benchmark: give agent.environment, too, or leave it out.';
    return;
  }
  if (agent.kind !== 'react') return;
  const { tools, environment, demos } = agent;
  if (tools === undefined && environment === undefined) yield 'agent needs "tools", what it may call, or "environment", what it acts in.';
  if (tools !== undefined && environment !== undefined) yield 'agent has "tools" and "environment": leave one of them out.';
  for (const key of acts ? TOOL_KEYS : ENVIRONMENT_KEYS)
    if (agent[key] !== undefined)
      yield `agent.${key} is for agents ${acts ? 'with tools: this one acts in an environment' : 'in an environment: this one has tools'}. Leave it out.`;
  if (!acts && typeof demos === 'object') yield 'agent.demos has names by category, which is for agents in an environment: name one module.';
  if (tools !== undefined && model?.model === 'local')
    yield 'model is "local", which cannot call tools. Name another model, such as "openai:gpt-4.1-mini", or one of your own endpoint.';
  if (tools !== undefined) yield* toolSetProblems(tools, benchmark.name, agent.toolOptions);
  if (typeof environment === 'string') yield* environmentProblems(environment, benchmark.name, agent.environmentOptions, 'give the function that makes it');
  if (typeof environment === 'function' && agent.environmentOptions !== undefined)
    yield 'agent.environmentOptions is for environments of known benchmarks: your own function has its options in its code. Leave it out.';
}

function* toolSetProblems(tools: readonly (Tool | 'benchmark')[], benchmark: string | undefined, options: JsonObject | undefined): Iterable<string> {
  const names = new Map<string, number>();
  for (const tool of tools) {
    let given: readonly Tool[] = [];
    if (tool !== 'benchmark') given = [tool];
    else {
      const known = KNOWN_BENCHMARKS.find(({ name }) => name === benchmark);
      if (known?.createTools === undefined) {
        const having = KNOWN_BENCHMARKS.filter(({ createTools }) => createTools !== undefined).map(({ name }) => `"${name}"`);
        yield `agent.tools has "benchmark", but ${benchmark === undefined ? 'the benchmark is your own' : `"${benchmark}" brings no tools`}${having.length === 0 ? '' : ` (tools come with ${having.join(', ')})`}. List tools of your own.`;
        continue;
      }
      try {
        given = known.createTools(options ?? {});
      } catch (error) {
        yield `agent.toolOptions: ${invalidInput(error)}`;
      }
    }
    for (const { name } of given) names.set(name, (names.get(name) ?? 0) + 1);
  }
  if (options !== undefined && !tools.includes('benchmark'))
    yield 'agent.toolOptions is for the tools of a known benchmark: your own have their options in their code. Leave it out, or add "benchmark" to agent.tools.';
  for (const [name, count] of names) if (count > 1) yield `agent.tools has ${count} tools called "${name}": rename all but one.`;
}

/** @param otherwise what to do for an environment of one's own. */
function* environmentProblems(environment: string, benchmark: string | undefined, options: JsonObject | undefined, otherwise: string): Iterable<string> {
  const having = KNOWN_BENCHMARKS.filter(({ createEnvironment }) => createEnvironment !== undefined);
  const known = having.find(({ name }) => name === environment);
  if (known === undefined) {
    const names = having.map(({ name }) => `"${name}"`).join(', ');
    yield `agent.environment is "${environment}", which is no known environment${names === '' ? '' : `: ${names}`}. For one of your own, ${otherwise}.`;
    return;
  }
  if (benchmark !== environment) yield `agent.environment is "${environment}", which comes with the benchmark of that name: set benchmark: '${environment}'.`;
  try {
    // Only the options are looked at.
    known.createEnvironment?.(options ?? {}, '');
  } catch (error) {
    yield `agent.environmentOptions: ${invalidInput(error)}`;
  }
}

/** The sentence of the user's mistake; all else is thrown. */
function invalidInput(error: unknown): string {
  if (failureTypeOf(error) !== 'input.invalid' || !(error instanceof Error)) throw error;
  return error.message;
}

function* templateProblems(settings: RunSettings): Iterable<string> {
  if (settings.agent.kind === 'function' || settings.modules.length === 0) return;
  try {
    checkTemplates(settings.agent, settings.modules);
  } catch (error) {
    yield invalidInput(error);
  }
}

function* modelProblems(config: ParsedConfig, settings: RunSettings): Iterable<string> {
  const { models } = settings;
  if (config.agent.kind !== 'function' && config.model === undefined)
    yield `model is missing: an agent of kind "${config.agent.kind}" needs one. Write model: "local" for the small one that needs no key, or "openai:<name>".`;
  const { inner } = settings.optimize;
  if (inner === 'reflect' && models.optimizer === undefined)
    yield 'optimize.inner is "reflect", which needs a model that proposes edits: give model or models.optimizer, or a function in optimize.propose, or set optimize.inner to "bootstrap".';
  if (inner === 'function' && config.optimize.propose === undefined)
    yield 'optimize.inner is "function", which needs the function: give optimize.propose, (context) => edits.';
  if (inner !== 'function' && config.optimize.propose !== undefined)
    yield `optimize.propose is a function, but optimize.inner is "${inner}": leave one of them out.`;
  if (inner !== 'function' && config.optimize.propose === undefined && config.optimize.version !== undefined)
    yield 'optimize.version is the version of a function: give optimize.propose, too, or leave it out.';
  if (settings.optimize.feedback === 'model' && models.evaluator === undefined)
    yield 'optimize.feedback is "model", which needs a model: give models.evaluator, or set optimize.feedback to "scorer".';
  if (settings.scorer.kind === 'judge' && models.judge === undefined) yield 'scorer.kind is "judge", which needs a model: give models.judge.';
  if (settings.merge.model && models.merger === undefined) yield 'merge.model is true, but there is no model: give models.merger, or set merge.model to false.';
}

function* moneyProblems(config: ParsedConfig, settings: RunSettings): Iterable<string> {
  const { money } = settings.budget;
  if (money === 'none') return;
  const seen = new Set<string>();
  for (const role of ['agent', 'optimizer', 'evaluator', 'judge', 'merger'] as const satisfies readonly Role[]) {
    const model = settings.models[role];
    const key = role === 'agent' ? 'model' : `models.${role}`;
    // A role that takes another's model has no entry of its own.
    const written = role === 'agent' ? config.model : config.models[role];
    if (model === undefined || written === undefined) continue;
    const name = `"${model.model}" at ${model.endpoint}`;
    const noted = written.price === undefined ? ` (as noted in ${PRICES_NOTED})` : '';
    // The same model is told once; with a price in one place only, the other place lacks it.
    const told = `${name} ${model.price === undefined}`;
    if (seen.has(told)) continue;
    seen.add(told);
    if (model.price === undefined && (costsMoney(model) || isUnpriced(model))) {
      yield `${key}.price is missing: the price of ${name} is not known, so no limit of money can hold. Give ${key} as an object with price: { input, output } in US dollars a million tokens, or set budget.money to 'none' (--set budget.money=none).`;
    } else if (money === undefined && costsMoney(model) && model.price !== undefined) {
      yield `budget.money is missing: ${name} costs ${model.price.input} US dollars a million tokens in and ${model.price.output} out${noted}. Set a limit in US dollars, or 'none'.`;
    }
  }
}
