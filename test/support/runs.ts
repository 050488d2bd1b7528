// Whole runs for tests: in this process over a real Temporal server, each in a folder of its own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunHandle, RunResult } from '../../src/client/run-handle.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { RunEvent, RunEventBody } from '../../src/core/events.js';
import type { RoleTotals, RunRow } from '../../src/store/store.js';
import { openWatersmeet, type OpenOptions, type Watersmeet } from '../../src/workers/watersmeet.js';
import type { FakeEndpointOptions } from './fake-endpoint.js';
import { writeRulesProject, type RulesProjectOptions } from './rules-project.js';
import { startFakeEndpoint, type FakeEndpoint } from './start-fake-endpoint.js';

/** A project folder, the endpoint its model is at, and everything opened on it. */
export interface Scene {
  readonly folder: string;
  readonly endpoint: FakeEndpoint;
  open(options?: Partial<OpenOptions>): Promise<Watersmeet>;
  /** Ends everything that was opened, then removes the folder. */
  close(): Promise<void>;
}

export interface SceneOptions {
  readonly endpoint?: Partial<FakeEndpointOptions>;
  readonly project?: Omit<RulesProjectOptions, 'baseURL'>;
}

export async function setScene(options: SceneOptions = {}): Promise<Scene> {
  const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-run-'));
  const endpoint = await startFakeEndpoint({ brain: 'classifier', log: path.join(folder, 'arrivals.jsonl'), ...options.endpoint });
  writeRulesProject(folder, { baseURL: endpoint.baseURL, ...options.project });
  const opened: Watersmeet[] = [];
  return {
    folder,
    endpoint,
    async open(open = {}) {
      const watersmeet = await openWatersmeet({ folder: path.join(folder, '.watersmeet'), retryForSeconds: 60, ...open });
      opened.push(watersmeet);
      return watersmeet;
    },
    async close() {
      for (const watersmeet of opened) await watersmeet.close();
      await endpoint.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function startRun(scene: Scene, watersmeet: Watersmeet): Promise<RunHandle> {
  return (await watersmeet.start(await loadConfig(scene.folder))).run;
}

/** What a run left behind. */
export interface Finished {
  readonly result: RunResult;
  readonly row: RunRow;
  readonly events: readonly RunEvent[];
  readonly totals: readonly RoleTotals[];
  /** Arrivals at the endpoint by call. */
  readonly arrivals: Readonly<Record<string, number>>;
}

/** One undisturbed life: opened, run to its end, closed. */
export async function runOnce(options: SceneOptions & { readonly open?: Partial<OpenOptions> } = {}): Promise<Finished> {
  const scene = await setScene(options);
  try {
    const watersmeet = await scene.open(options.open);
    return await finish(scene, watersmeet, await startRun(scene, watersmeet));
  } finally {
    await scene.close();
  }
}

/** Waits for the end of a run and reads what it left. */
export async function finish(scene: Scene, watersmeet: Watersmeet, run: RunHandle): Promise<Finished> {
  const result = await run.result();
  const { byCall } = await scene.endpoint.counts();
  return { result, row: await run.row(), events: await watersmeet.store.readEvents(run.id, 0), totals: await run.totals(), arrivals: byCall };
}

export function bodiesOf<Type extends RunEventBody['type']>(
  events: readonly RunEvent[],
  type: Type,
): readonly Extract<RunEventBody, { readonly type: Type }>[] {
  return events.flatMap(({ body }) => (body.type === type ? [body as Extract<RunEventBody, { readonly type: Type }>] : []));
}

/** Looks again and again until something is there. The test's own time limit ends what never comes. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(25);
  }
}

export function waitingRow(run: RunHandle): Promise<RunRow> {
  return eventually(async () => {
    const row = await run.row();
    return row.status === 'waiting' ? row : undefined;
  });
}
