// The working parts of a run: agent and scorer from its recorded settings and, for functions, its configuration file.

import type { RunParts } from '../activities/dependencies.js';
import { createAgent, type AgentDefinitions } from '../agents/create-agent.js';
import { knownBenchmark } from '../benchmarks/known-benchmarks.js';
import { createScorer } from '../benchmarks/scorers/create-scorer.js';
import { CONFIG_ALIASES, loadConfig } from '../config/load-config.js';
import type { Definitions } from '../config/resolve-config.js';
import { WatersmeetError } from '../core/failures.js';
import type { ReactEnvironmentSettings, ReactToolsSettings, RunSettings } from '../core/run-settings.js';
import type { RunRow, Store } from '../store/store.js';

export class RunPartsCache {
  readonly #store: Store;
  readonly #parts = new Map<string, { readonly input: string; readonly parts: Promise<RunParts> }>();
  /** Functions given in code (library use), by run. */
  readonly #definitions = new Map<string, Definitions>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Functions that are in no configuration file: they live as long as this process. */
  define(runId: string, definitions: Definitions): void {
    this.#definitions.set(runId, definitions);
    this.#parts.delete(runId);
  }

  forget(runId: string): void {
    const held = this.#parts.get(runId);
    this.#parts.delete(runId);
    void held?.parts.then(({ scorer }) => scorer.close()).catch(() => undefined);
  }

  /** Those of the input as it is recorded now: a resume, in whatever process, may have mended it. */
  async open(runId: string): Promise<RunParts> {
    const run = await this.#store.getRun(runId);
    if (run === undefined) throw new WatersmeetError('input.invalid', `There is no run "${runId}" in ${this.#store.folder}. \`watersmeet runs\` lists them.`);
    const input = JSON.stringify(run.input);
    const held = this.#parts.get(runId);
    if (held?.input === input) return held.parts;
    this.forget(runId);
    const parts = this.#make(run);
    this.#parts.set(runId, { input, parts });
    parts.catch(() => this.#parts.delete(runId));
    return parts;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#parts.values()].map(({ parts }) => parts.then(({ scorer }) => scorer.close()).catch(() => undefined)));
    this.#parts.clear();
  }

  async #make(run: RunRow): Promise<RunParts> {
    const definitions = await this.#definitionsOf(run);
    const { settings, configFile } = run.input;
    const model = settings.models.agent;
    const environment = environmentOf(settings, definitions);
    return {
      run,
      agent: createAgent(settings.agent, {
        ...(definitions?.run === undefined ? {} : { run: definitions.run }),
        ...environment,
        ...(settings.agent.kind === 'react' ? reactDefinitions(settings.agent, definitions) : {}),
        ...(settings.agent.kind === 'function' && definitions?.stochastic !== undefined ? { stochastic: definitions.stochastic } : {}),
        ...(model === undefined ? {} : { model }),
      }),
      scorer: createScorer(settings.scorer, {
        ...(definitions?.score === undefined ? {} : { score: definitions.score }),
        ...(configFile === undefined || this.#definitions.has(run.id) ? {} : { configFile, aliases: CONFIG_ALIASES }),
      }),
      ...environment,
      ...(definitions?.propose === undefined ? {} : { propose: definitions.propose }),
    };
  }

  async #definitionsOf(run: RunRow): Promise<Definitions | undefined> {
    const given = this.#definitions.get(run.id);
    if (given !== undefined) return given;
    const { settings, configFile } = run.input;
    if (!needsDefinitions(settings)) return undefined;
    if (configFile === undefined)
      throw new WatersmeetError(
        'agent.broken',
        `The run "${run.id}" was started from code with functions for agent, scorer or proposer, or with tools; this process does not know them. Resume it from that code.`,
      );
    try {
      return (await loadConfig(configFile, run.input.overrides === undefined ? {} : { overrides: run.input.overrides })).definitions;
    } catch (error) {
      throw new WatersmeetError(
        'agent.broken',
        `The configuration of run "${run.id}" can no longer be loaded: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }
}

/** Whether settings alone do not make the working parts. What known benchmarks bring needs to be told where their files are. */
function needsDefinitions({ agent, scorer, optimize }: RunSettings): boolean {
  if (agent.kind === 'function' || scorer.kind === 'function' || optimize.inner === 'function') return true;
  return agent.kind === 'react';
}

/** What a function agent is given to act in. */
function environmentOf({ agent }: RunSettings, definitions: Definitions | undefined): Pick<RunParts, 'environment'> {
  if (agent.kind !== 'function' || agent.environment === undefined || definitions?.folder === undefined) return {};
  const environment = knownBenchmark(agent.environment).createEnvironment?.(agent.environmentOptions ?? {}, definitions.folder);
  return environment === undefined ? {} : { environment };
}

/** The tools or the environment that the settings name: the user's own, and those of known benchmarks. */
function reactDefinitions(settings: ReactToolsSettings | ReactEnvironmentSettings, definitions: Definitions | undefined): AgentDefinitions {
  const { folder, tools = [], environment: own } = definitions ?? {};
  if (folder === undefined) return {};
  if ('environment' in settings) {
    const known = (name: string) => knownBenchmark(name).createEnvironment?.(settings.environmentOptions ?? {}, folder);
    const environment = settings.environment === 'function' ? own : known(settings.environment);
    return environment === undefined ? {} : { environment };
  }
  const list = settings.tools.flatMap((name) => {
    if (name.endsWith('/*')) return knownBenchmark(name.slice(0, -2)).createTools?.(settings.toolOptions ?? {}) ?? [];
    return tools.filter((tool) => tool.name === name);
  });
  return { tools: { list, folder } };
}
