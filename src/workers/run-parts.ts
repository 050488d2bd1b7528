// The working parts of a run: agent and scorer from its recorded settings and, for functions, its configuration file.

import type { RunParts } from '../activities/dependencies.js';
import { createAgent } from '../agents/create-agent.js';
import { createScorer } from '../benchmarks/scorers/create-scorer.js';
import { CONFIG_ALIASES, loadConfig } from '../config/load-config.js';
import type { Definitions } from '../config/resolve-config.js';
import { WatersmeetError } from '../core/failures.js';
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
    return {
      run,
      agent: createAgent(settings.agent, {
        ...(definitions?.run === undefined ? {} : { run: definitions.run }),
        ...(settings.agent.kind === 'function' && definitions?.stochastic !== undefined ? { stochastic: definitions.stochastic } : {}),
        ...(model === undefined ? {} : { model }),
      }),
      scorer: createScorer(settings.scorer, {
        ...(definitions?.score === undefined ? {} : { score: definitions.score }),
        ...(configFile === undefined || this.#definitions.has(run.id) ? {} : { configFile, aliases: CONFIG_ALIASES }),
      }),
      ...(definitions?.propose === undefined ? {} : { propose: definitions.propose }),
    };
  }

  async #definitionsOf(run: RunRow): Promise<Definitions | undefined> {
    const given = this.#definitions.get(run.id);
    if (given !== undefined) return given;
    const { settings, configFile } = run.input;
    if (settings.agent.kind !== 'function' && settings.scorer.kind !== 'function' && settings.optimize.inner !== 'function') return undefined;
    if (configFile === undefined)
      throw new WatersmeetError(
        'agent.broken',
        `The run "${run.id}" was started from code with functions for agent, scorer or proposer; this process does not know them. Resume it from that code.`,
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
