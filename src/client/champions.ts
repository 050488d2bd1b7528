// Promotion, rollback, and what applications load.

import { WatersmeetError } from '../core/failures.js';
import type { ChampionRow, RunRow, Store } from '../store/store.js';

/** A champion that is the current one already stays as it is. */
export async function promoteRun(store: Store, row: RunRow, note?: string): Promise<ChampionRow> {
  if (row.champion === undefined || row.status !== 'completed')
    throw new WatersmeetError('input.invalid', `The run "${row.id}" is ${row.status}: only a completed run has a champion to promote.`);
  const current = await store.currentChampion(row.project);
  if (current !== undefined && current.candidate.hash === row.champion.hash && note === undefined) return current;
  return store.promote({ project: row.project, candidate: row.champion, runId: row.id, by: 'person', ...(note === undefined ? {} : { note }) });
}

/** Makes an earlier champion the current one again, as a new version: nothing is lost. Default: the newest older one with other modules; twice goes back twice. */
export async function rollbackTo(store: Store, project: string, version?: number): Promise<ChampionRow> {
  const champions = await store.champions(project);
  const target = version === undefined ? championBefore(champions) : champions.find((champion) => champion.version === version);
  if (target === undefined) {
    throw new WatersmeetError(
      'input.invalid',
      version === undefined
        ? `${project} has no ${champions.length === 0 ? 'champion' : 'earlier champion with other modules'}: there is nothing to go back to. \`watersmeet champions\` lists them.`
        : `${project} has no champion ${version}. \`watersmeet champions\` lists them.`,
    );
  }
  return store.promote({
    project,
    candidate: target.candidate,
    ...(target.runId === undefined ? {} : { runId: target.runId }),
    by: `rollback to ${target.version}`,
  });
}

function championBefore(champions: readonly ChampionRow[]): ChampionRow | undefined {
  const [current] = champions;
  if (current === undefined) return undefined;
  // A rollback stands where the version stands that it went back to.
  let place = current;
  for (let back = /^rollback to (\d+)$/.exec(place.by); back !== null; back = /^rollback to (\d+)$/.exec(place.by)) {
    const target = champions.find((champion) => champion.version === Number(back![1]));
    if (target === undefined) break;
    place = target;
  }
  return champions.find((champion) => champion.version < place.version && champion.candidate.hash !== current.candidate.hash);
}

/** The project of a store: that of its newest run. */
export async function currentProject(store: Store): Promise<string> {
  const [newest] = await store.listRuns();
  if (newest === undefined) throw new WatersmeetError('input.invalid', `There are no runs in ${store.folder} yet. \`watersmeet optimize\` starts one.`);
  return newest.project;
}
