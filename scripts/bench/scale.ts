// Memory and histories of a run over 10,000 tasks, one epoch.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { readEngineFile } from '../../src/workers/temporal-server.js';
import { openWatersmeet } from '../../src/workers/watersmeet.js';
import { writeRulesProject } from '../../test/support/rules-project.js';
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

const CLI = path.join(import.meta.dirname, '../../src/cli/main.js');
const LOOK_EVERY = 500;

export async function measureScale(tasks: number): Promise<Scale> {
  const endpoint = await startFakeEndpoint({ brain: 'classifier', latency: { kind: 'fixed', milliseconds: 0 } });
  const folder = scratchFolder('scale');
  const state = path.join(folder, '.watersmeet');
  writeRulesProject(folder, { baseURL: endpoint.baseURL, tasks, model: { concurrency: IN_FLIGHT }, set: { optimize: { epochs: 1 } } });
  const begun = performance.now();
  const cli = spawn(process.execPath, [CLI, 'optimize', '--config', folder, '--json'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => cli.once('exit', resolve));
  try {
    const most = { worker: 0, server: 0 };
    let exitCode: number | null | undefined;
    while (exitCode === undefined) {
      exitCode = await Promise.race([ended, sleep(LOOK_EVERY, undefined)]);
      most.worker = Math.max(most.worker, memoryOf(cli.pid!));
      if (existsSync(path.join(state, 'engine.json'))) most.server = Math.max(most.server, memoryOf((await readEngineFile(state))!.pid));
    }
    const seconds = (performance.now() - begun) / 1_000;
    if (exitCode !== 0) throw new Error(`watersmeet optimize ended with ${exitCode}.`);
    const calls = (await endpoint.counts()).arrivals;
    return { tasks, calls, seconds, ...most, ...(await largestHistory(state)) };
  } finally {
    cli.kill('SIGTERM');
    await ended;
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
