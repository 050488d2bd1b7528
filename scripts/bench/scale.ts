// Memory and histories of a run over 10,000 tasks, one epoch.

import { Client, Connection } from '@temporalio/client';
import { startFakeEndpoint } from '../../test/support/start-fake-endpoint.js';
import { startDriver } from '../../test/support/start-driver.js';
import { writeRulesProject } from '../../test/support/rules-project.js';
import path from 'node:path';
import { readEngineFile } from '../../src/workers/temporal-server.js';
import { memoryOf, scratchFolder } from './machine.js';

export interface Scale {
  readonly tasks: number;
  readonly seconds: number;
  /** Bytes resident at most. */
  readonly worker: number;
  readonly server: number;
  readonly workflows: number;
  /** Of the largest history of any workflow execution. */
  readonly events: number;
  readonly bytes: number;
  readonly calls: number;
  /** Seconds per 1,000 calls in the second tenth of the run and in the last: cost per step must not grow with the run. */
  readonly early: number;
  readonly late: number;
}

const LOOK_EVERY = 500;

export async function measureScale(tasks: number): Promise<Scale> {
  const endpoint = await startFakeEndpoint({ brain: 'classifier', latency: { kind: 'fixed', milliseconds: 0 } });
  const folder = scratchFolder('scale');
  const model = { model: 'fake', baseURL: endpoint.baseURL, contextTokens: 16_000, maxTokens: 1_000, temperature: 0, concurrency: 64 };
  writeRulesProject(folder, { baseURL: endpoint.baseURL, tasks, set: { model, optimize: { epochs: 1 } } });
  const begun = performance.now();
  const driver = startDriver('start', folder);
  await driver.line('run');
  const engine = (await readEngineFile(path.join(folder, '.watersmeet')))!;
  const most = { worker: 0, server: 0 };
  const progress: { readonly at: number; readonly calls: number }[] = [];
  let result: Awaited<ReturnType<typeof driver.line<'result'>>> | undefined;
  const finished = driver.line('result').then((line) => (result = line));
  const connection = await Connection.connect({ address: engine.address });
  const histories = { workflows: 0, events: 0, bytes: 0 };
  while (result === undefined) {
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))]);
    most.worker = Math.max(most.worker, memory(driver.pid));
    most.server = Math.max(most.server, memory(engine.pid));
    progress.push({ at: performance.now(), calls: (await endpoint.counts()).arrivals });
    // The server ends with the driver: histories are read while it goes on, the last time just before the end.
    if (result === undefined) Object.assign(histories, await largestHistory(connection, engine.namespace).catch(() => histories));
  }
  await driver.ended;
  await connection.close();
  await endpoint.stop();
  const calls = progress.at(-1)!.calls;
  return {
    tasks,
    seconds: (performance.now() - begun) / 1_000,
    ...most,
    ...histories,
    calls,
    early: pace(progress, 0.1, 0.2),
    late: pace(progress, 0.85, 0.95),
  };
}

function memory(pid: number): number {
  try {
    return memoryOf(pid).most;
  } catch {
    return 0;
  }
}

async function largestHistory(connection: Connection, namespace: string): Promise<{ workflows: number; events: number; bytes: number }> {
  const largest = { workflows: 0, events: 0, bytes: 0 };
  for await (const workflow of new Client({ connection, namespace }).workflow.list()) {
    largest.workflows++;
    largest.events = Math.max(largest.events, workflow.historyLength);
    largest.bytes = Math.max(largest.bytes, workflow.historySize ?? 0);
  }
  return largest;
}

/** Seconds per 1,000 calls between two shares of all calls. */
function pace(progress: readonly { readonly at: number; readonly calls: number }[], from: number, to: number): number {
  const total = progress.at(-1)!.calls;
  const first = progress.find((look) => look.calls >= from * total)!;
  const last = progress.find((look) => look.calls >= to * total)!;
  return (last.at - first.at) / Math.max(1, last.calls - first.calls);
}
