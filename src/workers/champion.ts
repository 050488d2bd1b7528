// What an application loads: the promoted modules of a project, as data and as text.

import path from 'node:path';
import { modulesAsText } from '../core/modules-as-text.js';
import { WatersmeetError } from '../core/failures.js';
import type { Module } from '../core/module.js';
import { openStore } from '../store/sqlite/open-store.js';
import type { ChampionRow } from '../store/store.js';

export interface Champion {
  readonly version: number;
  readonly runId: string | undefined;
  readonly promotedAt: Date;
  readonly modules: Readonly<Record<string, Module>>;
  /** Each module as the agent sees it. */
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * The project's current champion (or the version named). Starts nothing and writes nothing.
 *
 * @throws WatersmeetError 'input.invalid' when there is no store or no champion yet.
 * @example const { texts } = await loadChampion({ folder: '.watersmeet' });
 */
export async function loadChampion(options: { readonly folder?: string; readonly project?: string; readonly version?: number } = {}): Promise<Champion> {
  const store = await openStore({ folder: path.resolve(options.folder ?? '.watersmeet'), readOnly: true });
  try {
    const project = options.project ?? (await store.listRuns())[0]?.project;
    const rows: readonly ChampionRow[] = project === undefined ? [] : await store.champions(project);
    const row = options.version === undefined ? rows[0] : rows.find((one) => one.version === options.version);
    if (row === undefined) {
      throw new WatersmeetError(
        'input.invalid',
        `${project ?? 'The project'} has no champion ${options.version ?? 'yet'} in ${store.folder}. Make one with \`watersmeet promote\`.`,
      );
    }
    const { modules } = await store.getCandidate(row.candidate.document);
    return {
      version: row.version,
      runId: row.runId,
      promotedAt: new Date(row.promotedAt),
      modules: Object.fromEntries(modules.map((module) => [module.name, module])),
      texts: modulesAsText(modules),
    };
  } finally {
    await store.close();
  }
}
