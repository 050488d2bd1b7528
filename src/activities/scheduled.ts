// What a schedule adds to a run: preparing it from the present configuration, and promoting what confirm found better.

import type { ActivityDependencies } from './dependencies.js';

export async function prepareScheduledRun(
  dependencies: ActivityDependencies,
  input: { readonly configFile: string; readonly scheduleId: string; readonly runId: string },
): Promise<{ runId: string }> {
  if ((await dependencies.store.getRun(input.runId)) === undefined) await dependencies.prepareScheduledRun(input);
  return { runId: input.runId };
}

/** Nobody promoted in the meantime, and confirm said "better": idempotent. */
export async function promoteIfBetter(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly scheduleId: string },
): Promise<{ promoted: boolean }> {
  const { store } = dependencies;
  const run = await store.getRun(input.runId);
  if (run?.champion === undefined || run.better !== true) return { promoted: false };
  const current = await store.currentChampion(run.project);
  if (current?.runId === run.id) return { promoted: true };
  // What confirm compared with has to be what is replaced.
  if (current !== undefined && current.candidate.hash !== run.input.seed.hash) return { promoted: false };
  await store.promote({ project: run.project, candidate: run.champion, runId: run.id, by: `schedule:${input.scheduleId}`, note: 'confirm found it better' });
  return { promoted: true };
}
