// The Temporal worker of this process: workflows from the bundle made at build time, activities over the store and the gateway.

import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { createActivities } from '../activities/create-activities.js';
import type { ActivityDependencies } from '../activities/dependencies.js';
import type { Engine } from './engine.js';

const BUNDLE = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
/** Batches at once in this process: what the models may have in flight is the limiter's business. */
const ACTIVITIES_AT_ONCE = 100;

export function taskQueue(storeId: string): string {
  return `watersmeet-${storeId}`;
}

export function createWorker(options: {
  readonly engine: Engine;
  readonly storeId: string;
  readonly dependencies: ActivityDependencies;
  readonly maxCachedWorkflows?: number;
}): Promise<Worker> {
  const { engine } = options;
  const embedded = engine.kind === 'embedded';
  return Worker.create({
    connection: engine.connection,
    namespace: engine.namespace,
    taskQueue: taskQueue(options.storeId),
    workflowBundle: { codePath: BUNDLE },
    activities: createActivities(options.dependencies),
    maxConcurrentActivityTaskExecutions: ACTIVITIES_AT_ONCE,
    maxCachedWorkflows: options.maxCachedWorkflows ?? 100,
    // After a kill the dead worker's sticky queue is asked first: locally that wait is short.
    ...(embedded ? { stickyQueueScheduleToStartTimeout: '2s' } : {}),
    // What is in flight at a shutdown is recorded: every send has its own time limit, and whoever cannot wait kills the process.
    shutdownGraceTime: '24h',
  });
}
