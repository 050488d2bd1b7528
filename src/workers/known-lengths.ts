// What is known of a run's lengths before it starts: of its tasks, and of what the same agent used in earlier runs of the project.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { answeringSettings } from '../activities/rollout.js';
import type { KnownLengths, MeasuredRollout } from '../config/forecast.js';
import { RunHandle } from '../client/run-handle.js';
import type { LoadedConfig } from '../config/resolve-config.js';
import type { Score } from '../core/events.js';
import type { Json } from '../core/json.js';
import type { RunSettings } from '../core/run-settings.js';
import { subsetsOf } from '../core/run-state.js';
import { contentAddress } from '../store/content-address.js';
import { openStore } from '../store/sqlite/open-store.js';
import type { Store } from '../store/store.js';
import type { ReadTasks } from './read-tasks.js';

/** Of the newest runs: a project may have hundreds. */
const MOST_RUNS = 20;

/** @param store that of the project, if it is open; else it is opened to be read, if there is one. */
export async function knownLengths(loaded: LoadedConfig, tasks: Pick<ReadTasks, 'inputTokens' | 'answerTokens'>, store?: Store): Promise<KnownLengths> {
  const { inputTokens, answerTokens } = tasks;
  return { inputTokens, answerTokens, ...(await measured(loaded, store)) };
}

type Measured = Pick<KnownLengths, 'measured' | 'trialsPerTask'>;

async function measured({ settings, projectFolder }: LoadedConfig, opened: Store | undefined): Promise<Measured> {
  if (opened !== undefined) return measuredIn(opened, settings);
  if (!existsSync(path.join(projectFolder, 'store.db'))) return {};
  const store = await openStore({ folder: projectFolder, createIfMissing: false });
  try {
    return await measuredIn(store, settings);
  } finally {
    await store.close();
  }
}

async function measuredIn(store: Store, settings: RunSettings): Promise<Measured> {
  return { measured: await rolloutsIn(store, settings), trialsPerTask: await trialsIn(store, settings) };
}

/** Of the newest run with the same strategy that is done, whatever its proposer was then. */
async function trialsIn(store: Store, { project, strategy, optimize: { inner } }: RunSettings): Promise<number | undefined> {
  if (inner !== 'function') return undefined;
  const newest = (await store.listRuns({ project })).find(
    ({ status, input }) => status === 'completed' && input.settings.optimize.inner === inner && input.settings.strategy === strategy,
  );
  if (newest === undefined) return undefined;
  let [shown, trials] = [0, 0];
  for (const { epoch, epochs, usage } of subsetsOf(await new RunHandle(newest.id, store).state())) {
    // Of very long ones not all epochs are known.
    if (epochs.length < epoch) continue;
    const tasksOf = (score: Score | undefined) => score?.n ?? 0;
    shown += epochs.reduce((sum, { before }) => sum + tasksOf(before), 0);
    // What is neither the exploration nor a gate.
    trials += usage.rollouts - tasksOf(epochs[0]?.before) - epochs.reduce((sum, { after }) => sum + tasksOf(after), 0);
  }
  return shown === 0 ? undefined : trials / shown;
}

/** A project has one benchmark. Modules may differ: they are what a run changes. */
async function rolloutsIn(store: Store, settings: RunSettings): Promise<MeasuredRollout | undefined> {
  const same = agentOf(settings);
  const runs = (await store.listRuns({ project: settings.project })).filter(({ input }) => agentOf(input.settings) === same).slice(0, MOST_RUNS);
  const sum = { rollouts: 0, calls: 0, promptTokens: 0, completionTokens: 0 };
  for (const { id } of runs) {
    const agent = (await store.totals(id)).find(({ role }) => role === 'agent');
    for (const name of ['rollouts', 'calls', 'promptTokens', 'completionTokens'] as const) sum[name] += agent?.[name] ?? 0;
  }
  // Without a model there is nothing to measure.
  if (sum.calls === 0) return undefined;
  return {
    rollouts: sum.rollouts,
    calls: sum.calls / sum.rollouts,
    promptTokens: sum.promptTokens / sum.rollouts,
    completionTokens: sum.completionTokens / sum.rollouts,
  };
}

function agentOf({ agent, models }: RunSettings): string {
  return contentAddress({ agent: agent as unknown as Json, model: answeringSettings(models.agent) });
}
