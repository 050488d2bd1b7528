// Memory and histories of a run over 10,000 tasks, one epoch.

import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { readEngineFile } from '../../src/workers/temporal-server.js';
import { openWatersmeet } from '../../src/workers/watersmeet.js';
import { writeRulesProject } from '../../test/support/rules-project.js';
import { startDriver } from '../../test/support/start-driver.js';
import { startFakeEndpoint } from '../../test/support/start-fake-endpoint.js';
import { IN_FLIGHT } from './evaluations.js';
import { memoryOf, removeFolder, scratchFolder } from './machine.js';

export interface Scale {
  readonly tasks: number;
  readonly calls: number;
  readonly seconds: number;
  /** Bytes resident at most. */
  readonly worker: number;
  readonly server: number;
  /** Executions, those after a continue-as-new apart. */
  readonly workflows: number;
  /** Of the largest history of them all. */
  readonly events: number;
  readonly bytes: number;
}

const LOOK_EVERY = 500;

export async function measureScale(tasks: number): Promise<Scale> {
  const endpoint = await startFakeEndpoint({ brain: 'classifier', latency: { kind: 'fixed', milliseconds: 0 } });
  const folder = scratchFolder('scale');
  const state = path.join(folder, '.watersmeet');
  writeRulesProject(folder, { baseURL: endpoint.baseURL, tasks, model: { concurrency: IN_FLIGHT }, set: { optimize: { epochs: 1 } } });
  const begun = performance.now();
  const driver = startDriver('start', folder);
  try {
    await driver.line('run');
    const server = (await readEngineFile(state))!.pid;
    const most = { worker: 0, server: 0 };
    let ended = false;
    const result = driver.line('result').finally(() => (ended = true));
    while (!ended) {
      await Promise.race([result, sleep(LOOK_EVERY)]);
      most.worker = Math.max(most.worker, memoryOf(driver.pid));
      most.server = Math.max(most.server, memoryOf(server));
    }
    const seconds = (performance.now() - begun) / 1_000;
    await driver.ended;
    const calls = (await endpoint.counts()).arrivals;
    return { tasks, calls, seconds, ...most, ...(await largestHistory(state)) };
  } finally {
    await driver.kill();
    await endpoint.stop();
    removeFolder(folder);
  }
}

/** When the run has ended: only closed workflows say how long their history is. */
async function largestHistory(folder: string): Promise<Pick<Scale, 'workflows' | 'events' | 'bytes'>> {
  const watersmeet = await openWatersmeet({ folder, work: false });
  try {
    const { connection, namespace } = watersmeet.engine;
    const largest = { workflows: 0, events: 0, bytes: 0 };
    for await (const workflow of new Client({ connection, namespace }).workflow.list()) {
      largest.workflows++;
      largest.events = Math.max(largest.events, workflow.historyLength);
      largest.bytes = Math.max(largest.bytes, workflow.historySize ?? 0);
    }
    return largest;
  } finally {
    await watersmeet.close();
  }
}
