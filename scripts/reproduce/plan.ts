// What a comparison consists of: one run for each strategy, training size and seed, all from one configuration.

import { createHash } from 'node:crypto';
import type { Strategy } from '../../src/core/run-settings.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { LoadedConfig } from '../../src/config/resolve-config.js';
import { dataHash } from './data-hash.js';

export interface ComparisonOptions {
  /** Path of the configuration file. */
  readonly config: string;
  readonly strategies: readonly Strategy[];
  /** Training tasks of a run; undefined for what the configuration says. */
  readonly sizes: readonly (number | undefined)[];
  readonly seeds: readonly number[];
  /** Of every role: what the configuration says of other roles' models does not count beside it. */
  readonly model?: string;
  /** Of the roles beside the agent. */
  readonly optimizer?: string;
  /** Further `key=value`s, over the configuration's. */
  readonly set: readonly string[];
}

export interface Cell {
  readonly strategy: Strategy;
  readonly size: number | undefined;
  readonly seed: number;
  /** The same for the same settings, whenever it is asked: a comparison that is started again finds its runs. */
  readonly runId: string;
  readonly loaded: LoadedConfig;
  readonly overrides: { readonly model?: string; readonly set: readonly string[] };
}

/** Every combination; seeds last, so that the first rows of the table are complete early. */
export async function planCells(options: ComparisonOptions): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  // The same for all of them.
  let data: string | undefined;
  const { model, optimizer } = options;
  const models = [
    ...(model === undefined && optimizer === undefined ? [] : ['models={}']),
    ...(optimizer === undefined ? [] : [`models.optimizer=${JSON.stringify(optimizer)}`]),
  ];
  for (const size of options.sizes) {
    for (const strategy of options.strategies) {
      for (const seed of options.seeds) {
        const overrides = {
          ...(model === undefined ? {} : { model }),
          set: [...models, ...options.set, `strategy=${strategy}`, `seed=${seed}`, ...(size === undefined ? [] : [`benchmark.take.train=${size}`])],
        };
        const loaded = await loadConfig(options.config, { overrides });
        data ??= await dataHash(loaded.benchmark.source);
        cells.push({ strategy, size, seed, runId: runIdOf(loaded, data, { strategy, size, seed }), loaded, overrides });
      }
    }
  }
  return cells;
}

function runIdOf({ settings, benchmark }: LoadedConfig, data: string, { strategy, size, seed }: Pick<Cell, 'strategy' | 'size' | 'seed'>): string {
  // Limits of money and time may change on resume; they do not make another run.
  const { money: _, activeMinutes: __, ...budget } = settings.budget;
  const { source, ...reading } = benchmark;
  const content = JSON.stringify({ ...settings, budget, reading, source: typeof source === 'string' || 'folder' in source ? source : 'tasks', data });
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);
  return ['compare', settings.project, strategy, ...(size === undefined ? [] : [`n${size}`]), `s${seed}`, hash].join('-');
}
