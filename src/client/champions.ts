// Promotion, rollback, and what applications load.

import { WatersmeetError } from '../core/failures.js';
import type { ChampionRow, RunRow, Store } from '../store/store.js';

export function promoteRun(store: Store, row: RunRow, note?: string): Promise<ChampionRow> {
  if (row.champion === undefined || row.status !== 'completed') throw new WatersmeetError('input.invalid', `The run "${row.id}" is ${row.status}: only a completed run has a champion to promote.`);
  return store.promote({ project: row.project, candidate: row.champion, runId: row.id, by: 'person', ...(note === undefined ? {} : { note }) });
}

/** Makes an earlier champion the current one again, as a new version: nothing is lost. Default: the one before. */
export async function rollbackTo(store: Store, project: string, version?: number): Promise<ChampionRow> {
  const champions = await store.champions(project);
  const target = version === undefined ? champions[1] : champions.find((champion) => champion.version === version);
  if (target === undefined) {
    throw new WatersmeetError('input.invalid', version === undefined ? `${project} has ${champions.length === 0 ? 'no champion' : 'one champion only'}: there is nothing to go back to.` : `${project} has no champion ${version}. \`watersmeet champions\` lists them.`);
  }
  return store.promote({ project, candidate: target.candidate, ...(target.runId === undefined ? {} : { runId: target.runId }), by: `rollback to ${target.version}` });
}

/** The project of a store: that of its newest run. */
export async function currentProject(store: Store): Promise<string> {
  const [newest] = await store.listRuns();
  if (newest === undefined) throw new WatersmeetError('input.invalid', `There are no runs in ${store.folder} yet. \`watersmeet optimize\` starts one.`);
  return newest.project;
}
