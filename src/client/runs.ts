// Starting, resuming and finding runs.

import { randomBytes } from 'node:crypto';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WatersmeetError } from '../core/failures.js';
import { WORKFLOWS, workflowIdOf, type EnginePace } from '../core/messages.js';
import type { RunInput, RunRow, Store } from '../store/store.js';
import { RunHandle } from './run-handle.js';

/** What a client needs to reach the engine. */
export interface EngineClient {
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly pace: EnginePace;
}

/** Sortable by time, readable, unique: 20261122-174501-a1b2. */
export function newRunId(now = new Date()): string {
  return `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${randomBytes(2).toString('hex')}`;
}

/** Records the run, then starts its workflow. */
export async function startRun(store: Store, engine: EngineClient, options: { readonly id: string; readonly project: string; readonly input: RunInput; readonly startedBy: string }): Promise<RunHandle> {
  await store.createRun(options);
  await execute(engine, options.id);
  return new RunHandle(options.id, store, engine.temporal);
}

/**
 * Goes on with a run: signals the open execution, or ends it and starts a new one with the same id and recorded input
 * (another package version, a mended scorer or agent, or no open execution). Finished work is found by content.
 */
export async function resumeRun(store: Store, engine: EngineClient, row: RunRow, packageVersion: string): Promise<RunHandle> {
  const handle = new RunHandle(row.id, store, engine.temporal);
  const workflow = engine.temporal.workflow.getHandle(workflowIdOf(row.id));
  const open = await workflow.describe().then(
    (description) => description.status.name === 'RUNNING',
    (error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    },
  );
  const sameVersion = row.input.packageVersion === packageVersion;
  const startOver = row.input.startOver === true;
  if (!open || !sameVersion || startOver) {
    if (open) await workflow.terminate(startOver ? 'resumed with another agent or scorer' : 'resumed by another version of watersmeet');
    if (!sameVersion) await store.updateRun(row.id, { input: { ...row.input, packageVersion } });
    await store.updateRun(row.id, { control: 'run', status: 'running' });
    await execute(engine, row.id);
    return handle;
  }
  await handle.mended();
  return handle;
}

/** The newest run that has not ended, or the one named. */
export async function findRun(store: Store, id: string | undefined, wanted: 'unfinished' | 'any'): Promise<RunRow> {
  if (id !== undefined) {
    const row = await store.getRun(id);
    if (row !== undefined) return row;
    const runs = await store.listRuns();
    const begun = runs.filter((run) => run.id.startsWith(id));
    if (begun.length === 1) return begun[0]!;
    throw new WatersmeetError('input.invalid', `There is no run "${id}" in ${store.folder}. ${runs.length === 0 ? 'There are no runs yet: `watersmeet optimize` starts one.' : `The newest is "${runs[0]!.id}"; \`watersmeet runs\` lists them.`}`);
  }
  const runs = await store.listRuns();
  const row = wanted === 'any' ? runs[0] : runs.find((run) => !['completed', 'cancelled'].includes(run.status));
  if (row === undefined) {
    throw new WatersmeetError('input.invalid', runs.length === 0 ? `There are no runs in ${store.folder} yet. \`watersmeet optimize\` starts one.` : `Every run in ${store.folder} has ended. \`watersmeet runs\` lists them; \`watersmeet optimize\` starts another.`);
  }
  return row;
}

async function execute(engine: EngineClient, runId: string): Promise<void> {
  await engine.temporal.workflow.start(WORKFLOWS.optimizationRun, {
    workflowId: workflowIdOf(runId),
    taskQueue: engine.taskQueue,
    args: [{ runId, pace: engine.pace }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Watersmeet run ${runId}`,
  });
}
