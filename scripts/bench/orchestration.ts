// What orchestration costs: one evaluation of 3 candidates on 1,000 tasks, on a warm engine.

import path from 'node:path';
import { openRun } from '../../src/activities/open-run.js';
import type { ListReference, RunPlan } from '../../src/activities/contract.js';
import type { CandidateReference } from '../../src/core/candidate.js';
import type { TaskReference } from '../../src/core/task.js';
import { loadConfig } from '../../src/config/load-config.js';
import { Client } from '@temporalio/client';
import { prepareRun } from '../../src/workers/prepare-run.js';
import { readEngineFile } from '../../src/workers/temporal-server.js';
import { taskQueue } from '../../src/workers/worker.js';
import { openWatersmeet, type Watersmeet } from '../../src/workers/watersmeet.js';
import { writeRulesProject } from '../../test/support/rules-project.js';
import { readSends, startFakeEndpoint } from '../../test/support/start-fake-endpoint.js';
import { cpuMillisecondsOf, scratchFolder } from './machine.js';

const CANDIDATES = 3;
const TASKS = 1_000;
const IN_FLIGHT = 64;

export interface Orchestration {
  readonly calls: number;
  readonly latency: number;
  /** Milliseconds from the arrival of the first call to the end of the last. */
  readonly span: number;
  /** span / (calls x latency / in flight); absent at 0 ms. */
  readonly ratio?: number;
  readonly maxInFlight: number;
  /** Milliseconds of CPU per rollout, without the endpoint. */
  readonly worker: number;
  readonly server: number;
}

export async function measureOrchestration(latency: number): Promise<Orchestration> {
  const endpoint = await startFakeEndpoint({ brain: 'classifier', latency: { kind: 'fixed', milliseconds: latency } });
  const folder = scratchFolder('orchestration');
  const model = { model: 'fake', baseURL: endpoint.baseURL, contextTokens: 16_000, maxTokens: 1_000, temperature: 0, concurrency: IN_FLIGHT };
  writeRulesProject(folder, { baseURL: endpoint.baseURL, tasks: 2 * TASKS + 200, set: { model } });
  const watersmeet = await openWatersmeet({ folder: path.join(folder, '.watersmeet') });
  try {
    // Once before: everything is loaded, compiled and connected.
    await evaluate(watersmeet, folder, 'warm-up', 'warm');
    const before = await endpoint.counts();
    const log = readSends(endpoint.log).length;
    const pid = (await readEngineFile(watersmeet.store.folder))!.pid;
    const cpu = { worker: process.cpuUsage(), server: cpuMillisecondsOf(pid) };
    await evaluate(watersmeet, folder, 'measured', 'now');
    const worker = process.cpuUsage(cpu.worker);
    const server = cpuMillisecondsOf(pid) - cpu.server;
    const after = await endpoint.counts();
    const calls = after.arrivals - before.arrivals;
    const sends = readSends(endpoint.log).slice(log);
    const span = Math.max(...sends.map((send) => send.at)) + latency - Math.min(...sends.map((send) => send.at));
    return {
      calls,
      latency,
      span,
      ...(latency === 0 ? {} : { ratio: span / ((calls * latency) / IN_FLIGHT) }),
      maxInFlight: after.maxInFlight,
      worker: (worker.user + worker.system) / 1_000 / calls,
      server: server / calls,
    };
  } finally {
    await watersmeet.close();
    await endpoint.stop();
  }
}

/** Three candidates that no store has seen, on the first 1,000 training tasks. */
async function evaluate(watersmeet: Watersmeet, folder: string, id: string, word: string): Promise<void> {
  const { store } = watersmeet;
  const loaded = await loadConfig(folder);
  const { input } = await prepareRun(store, loaded, { fromChampion: false });
  const run = await store.createRun({ id, project: 'bench', input, startedBy: 'bench' });
  const plan: RunPlan = await openRun({ store, openParts: () => Promise.resolve({ run }) } as never, { runId: id });
  const tasks = (await store.getObject<readonly TaskReference[]>(input.lists.train.list)).slice(0, TASKS);
  const list: ListReference = { list: await store.putObject('task-list', tasks as never), size: tasks.length };
  const { connection, namespace, pace } = watersmeet.engine;
  const temporal = new Client({ connection, namespace });
  const candidates: CandidateReference[] = [];
  for (let number = 1; number <= CANDIDATES; number++) {
    candidates.push(
      await store.putCandidate({
        modules: [{ name: 'rules', kind: 'playbook', items: [{ id: `i${number}`, text: `RULE ${word}${number} -> quote`, origins: [] }] }],
        parents: [],
      }),
    );
  }
  await Promise.all(
    candidates.map((candidate, index) =>
      temporal.workflow.execute('evaluationGroup', {
        workflowId: `${id}/${index}`,
        taskQueue: taskQueue(store.id),
        args: [
          {
            plan,
            pace,
            path: 'bench',
            candidate,
            list: list.list,
            from: 0,
            to: list.size,
            done: { scores: [], failed: 0, usage: { rollouts: 0, calls: 0, promptTokens: 0, completionTokens: 0 } },
          },
        ],
      }),
    ),
  );
}
