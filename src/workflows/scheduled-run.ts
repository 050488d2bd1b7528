// What a schedule starts: a full run from the current champion on the benchmark as it is now, promoted only if confirm
// says that it is better.

import { startChild, workflowInfo } from '@temporalio/workflow';
import { workflowIdOf, type EnginePace } from '../core/messages.js';
import { optimizationRun } from './optimization-run.js';
import { activities, childTimeouts } from './proxies.js';
import { RunGate } from './run-gate.js';

export interface ScheduledRunInput {
  readonly configFile: string;
  readonly scheduleId: string;
  readonly pace: EnginePace;
}

export async function scheduledRun(input: ScheduledRunInput): Promise<{ readonly runId: string; readonly promoted: boolean }> {
  const act = activities(input.pace);
  // The schedule's own id and the time it fired: the same when the workflow is tried again.
  const runId = workflowInfo().workflowId.replaceAll(/[^A-Za-z0-9-]+/g, '-');
  const gate = new RunGate(act, runId, input.pace);
  await gate.step(() => act.prepareScheduledRun({ configFile: input.configFile, scheduleId: input.scheduleId, runId }));
  await gate.child(() => startChild(optimizationRun, { ...childTimeouts(input.pace), workflowId: workflowIdOf(runId), args: [{ runId, pace: input.pace }] }));
  const { promoted } = await gate.step(() => act.promoteIfBetter({ runId, scheduleId: input.scheduleId }));
  return { runId, promoted };
}
