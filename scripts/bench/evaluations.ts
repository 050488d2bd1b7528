// Evaluations through the real engine, without the rest of a run: what orchestration costs is measured on them.

import path from 'node:path';
import { Client } from '@temporalio/client';
import type { ListReference, RunPlan } from '../../src/activities/contract.js';
import { openRun } from '../../src/activities/open-run.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { CandidateReference } from '../../src/core/candidate.js';
import type { Json } from '../../src/core/json.js';
import { NO_USAGE } from '../../src/core/outcome.js';
import type { TaskReference } from '../../src/core/task.js';
import { prepareRun } from '../../src/workers/prepare-run.js';
import { readEngineFile } from '../../src/workers/temporal-server.js';
import { openWatersmeet, type Watersmeet } from '../../src/workers/watersmeet.js';
import { taskQueue } from '../../src/workers/worker.js';
import { writeRulesProject } from '../../test/support/rules-project.js';
import { startFakeEndpoint, type FakeEndpoint } from '../../test/support/start-fake-endpoint.js';
import { cpuMillisecondsOf, removeFolder, scratchFolder } from './machine.js';

/** Calls in flight at most. */
export const IN_FLIGHT = 64;

export interface Bench {
  readonly endpoint: FakeEndpoint;
  /** Begins a run: what is evaluated then belongs to it. */
  begin(runId: string): Promise<void>;
  /** Candidates that no store has seen, as many as words, on the first so many training tasks. */
  evaluate(step: string, words: readonly string[], tasks: number): Promise<void>;
  /** Milliseconds of CPU that worker (this process) and server have used so far. */
  cpu(): { readonly worker: number; readonly server: number };
  close(): Promise<void>;
}

export async function openBench(options: { readonly latency: number; readonly tasks: number }): Promise<Bench> {
  const endpoint = await startFakeEndpoint({ brain: 'classifier', latency: { kind: 'fixed', milliseconds: options.latency } });
  const folder = scratchFolder('evaluations');
  writeRulesProject(folder, { baseURL: endpoint.baseURL, tasks: options.tasks, model: { concurrency: IN_FLIGHT } });
  const watersmeet = await openWatersmeet({ folder: path.join(folder, '.watersmeet') });
  const { store } = watersmeet;
  const server = (await readEngineFile(store.folder))!.pid;
  const { connection, namespace } = watersmeet.engine;
  const temporal = new Client({ connection, namespace });
  let plan: RunPlan | undefined;
  return {
    endpoint,
    async begin(runId) {
      plan = await planOf(watersmeet, folder, runId);
    },
    async evaluate(step, words, tasks) {
      if (plan === undefined) throw new Error('No run was begun.');
      const { runId } = plan;
      const list = await firstTasks(watersmeet, plan, tasks);
      const candidates = await Promise.all(words.map((word) => candidateOf(watersmeet, word)));
      await Promise.all(
        candidates.map((candidate) =>
          temporal.workflow.execute('evaluationGroup', {
            workflowId: `${runId}/${step}/${candidate.hash.slice(0, 8)}`,
            taskQueue: taskQueue(store.id),
            args: [
              {
                plan,
                pace: watersmeet.engine.pace,
                path: step,
                candidate,
                list: list.list,
                from: 0,
                to: list.size,
                done: { scores: [], failed: 0, usage: NO_USAGE },
              },
            ],
          }),
        ),
      );
    },
    cpu() {
      const { user, system } = process.cpuUsage();
      return { worker: (user + system) / 1_000, server: cpuMillisecondsOf(server) };
    },
    async close() {
      await watersmeet.close();
      await endpoint.stop();
      removeFolder(folder);
    },
  };
}

async function planOf(watersmeet: Watersmeet, folder: string, runId: string): Promise<RunPlan> {
  const { store } = watersmeet;
  const { input } = await prepareRun(store, await loadConfig(folder), { fromChampion: false });
  const run = await store.createRun({ id: runId, project: 'bench', input, startedBy: 'bench' });
  return openRun({ store, openParts: () => Promise.resolve({ run }) } as never, { runId });
}

async function firstTasks(watersmeet: Watersmeet, plan: RunPlan, count: number): Promise<ListReference> {
  const tasks = (await watersmeet.store.getObject<readonly TaskReference[]>(plan.lists.train.list)).slice(0, count);
  if (tasks.length < count) throw new Error(`There are ${tasks.length} training tasks, not ${count}.`);
  return { list: await watersmeet.store.putObject('task-list', tasks as unknown as Json), size: count };
}

function candidateOf(watersmeet: Watersmeet, word: string): Promise<CandidateReference> {
  return watersmeet.store.putCandidate({
    modules: [{ name: 'rules', kind: 'playbook', items: [{ id: word, text: `RULE ${word} -> quote`, origins: [] }] }],
    parents: [],
  });
}
