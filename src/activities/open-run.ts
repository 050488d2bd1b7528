// Reads the run's input once, for the root: the part of it that workflows decide with.

import type { RunPlan } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';
import { BATCH_SIZE } from '../core/batches.js';

export async function openRun(dependencies: ActivityDependencies, input: { readonly runId: string }): Promise<RunPlan> {
  const { run } = await dependencies.openParts(input.runId);
  const { startOver, ...recorded } = run.input;
  const { settings, lists, seed, against } = recorded;
  if (startOver === true) {
    // What still runs was begun before the mending: its rows would stand beside those of the mended.
    await dependencies.quiet(run.id);
    await dependencies.store.clearResults(run.id);
    await dependencies.store.updateRun(run.id, { input: recorded });
  }
  const { rollouts, tokens } = settings.budget;
  await dependencies.store.updateRun(run.id, { status: 'running' });
  return {
    runId: run.id,
    project: run.project,
    seed,
    against,
    randomSeed: settings.seed,
    strategy: settings.strategy,
    optimize: settings.optimize,
    gate: settings.gate,
    merge: settings.merge,
    repair: settings.repair,
    select: settings.select,
    confirm: settings.confirm,
    prove: settings.prove,
    budget: { ...(rollouts === undefined ? {} : { rollouts }), ...(tokens === undefined ? {} : { tokens }) },
    moduleRoom: Math.max(0, Object.values(settings.moduleLimits).reduce((sum, { maxTokens }) => sum + maxTokens, 0) - seed.tokens),
    lists: { train: lists.train, select: lists.select, confirm: lists.confirm, test: lists.test },
    // Twice what the model may have in flight, so that a batch that drains never leaves it idle.
    batchLanes: Math.min(20, 2 + Math.ceil((2 * (settings.models.agent?.concurrency ?? 4)) / BATCH_SIZE)),
  };
}
