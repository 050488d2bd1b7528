// Starting and resuming runs.

import { randomBytes } from 'node:crypto';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { LikelyTotals } from '../core/events.js';
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

export interface NewRun {
  readonly id: string;
  readonly project: string;
  readonly input: RunInput;
  readonly likely: LikelyTotals;
  readonly startedBy: string;
}

/** Writes down what a run is, and what was held likely of it. */
export async function recordRun(store: Store, { likely, ...run }: NewRun): Promise<void> {
  await store.createRun(run);
  await store.appendEvents(run.id, [{ path: 'forecast', number: 0, body: { type: 'run-forecast', ...likely } }]);
}

/** Records the run, then starts its workflow. */
export async function startRun(store: Store, engine: EngineClient, options: NewRun): Promise<RunHandle> {
  await recordRun(store, options);
  await execute(engine, options.id);
  return new RunHandle(options.id, store, engine.temporal);
}

/**
 * Goes on with a run: signals the open execution, or ends it and starts a new one with the same id and recorded input
 * (another package version, a mended scorer or agent, a run that failed, or no open execution). Finished work is found by content.
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
  // It has written down that it failed, and was killed before it ended: it will end, and write nothing more.
  const failed = row.status === 'failed';
  if (!open || !sameVersion || startOver || failed) {
    if (open) await workflow.terminate(whyEnded(sameVersion, startOver));
    if (!sameVersion) await store.updateRun(row.id, { input: { ...row.input, packageVersion } });
    await handle.goesOn();
    await execute(engine, row.id);
    return handle;
  }
  // It may have ended in this moment.
  if (!(await handle.mended())) await execute(engine, row.id);
  return handle;
}

function whyEnded(sameVersion: boolean, startOver: boolean): string {
  if (startOver) return 'resumed with another agent or scorer';
  return sameVersion ? 'resumed after it failed' : 'resumed by another version of watersmeet';
}

async function execute(engine: EngineClient, runId: string): Promise<void> {
  await engine.temporal.workflow.start(WORKFLOWS.optimizationRun, {
    workflowId: workflowIdOf(runId),
    taskQueue: engine.taskQueue,
    args: [{ runId, pace: engine.pace }],
    workflowTaskTimeout: engine.pace.workflowTaskSeconds * 1_000,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Watersmeet run ${runId}`,
  });
}
