// The Temporal worker of this process: workflows from the bundle made at build time, activities over the store and the gateway.

import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities/create-activities.js';
import type { ActivityDependencies } from '../activities/dependencies.js';
import type { Engine } from './engine.js';

const BUNDLE = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
/** Batches at once in this process: what the models may have in flight is the limiter's business. */
const ACTIVITIES_AT_ONCE = 100;

export function taskQueue(storeId: string): string {
  return `watersmeet-${storeId}`;
}

let installed = false;

/** Temporal's runtime, once a process: its logs go to a file, never to the terminal; signals are ours. */
export function installRuntime(folder: string): void {
  if (installed) return;
  installed = true;
  const file = path.join(folder, 'worker.log');
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, timestampNanos, meta }) => {
      try {
        appendFileSync(file, `${new Date(Number(timestampNanos / 1_000_000n)).toISOString()} ${level} ${message} ${JSON.stringify(meta ?? {}, (_, value: unknown) => (value instanceof Error ? value.stack : typeof value === 'bigint' ? String(value) : value))}\n`);
      } catch {
        // A full disk must not end the process that reports it.
      }
    }),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
    shutdownSignals: [],
  });
}

export function createWorker(options: { readonly engine: Engine; readonly storeId: string; readonly dependencies: ActivityDependencies; readonly maxCachedWorkflows?: number }): Promise<Worker> {
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
    // What is in flight at a shutdown is recorded: one model call's time.
    shutdownGraceTime: '60s',
    shutdownForceTime: '90s',
  });
}
