// The composition root: store, engine, worker and client put together for one project folder.

import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { LoadedConfig } from '../config/resolve-config.js';
import { loadConfig } from '../config/load-config.js';
import { differences } from '../config/identity.js';
import { findRun } from '../client/find-run.js';
import { newRunId, recordRun, resumeRun, startRun, type EngineClient } from '../client/runs.js';
import { RunHandle } from '../client/run-handle.js';
import { Schedules } from '../client/schedules.js';
import { failureTypeOf, WatersmeetError } from '../core/failures.js';
import type { EnginePace } from '../core/messages.js';
import { ensureTemporalCli } from '../downloads/temporal-cli.js';
import { systemClock } from '../models/clock.js';
import { createGateway } from '../models/durable-gateway.js';
import type { ModelGateway } from '../models/gateway.js';
import { acquireHostLock, type HostLock } from '../store/host-lock.js';
import { openStore } from '../store/sqlite/open-store.js';
import type { RunSettings } from '../core/run-settings.js';
import type { RunInput, RunRow, Store } from '../store/store.js';
import { createEndpointResolver, type EndpointResolver } from './endpoints.js';
import { openEngine, type Engine, type EngineOptions } from './engine.js';
import { checkInput } from './preflight.js';
import { packageVersion, prepareRun } from './prepare-run.js';
import type { ReadTasks } from './read-tasks.js';
import { RunControl } from './run-control.js';
import { RunPartsCache } from './run-parts.js';
import { createWorker, taskQueue } from './worker.js';

export interface OpenOptions {
  /** The project's state: `.watersmeet` beside the configuration. */
  readonly folder: string;
  readonly engine?: Pick<EngineOptions, 'embedded' | 'address' | 'namespace' | 'profile'>;
  /** Whether to execute runs when this process becomes host; default true. `false` starts the server only. */
  readonly work?: boolean;
  /** Told what goes on while things are found, fetched and started. */
  readonly onProgress?: (sentence: string) => void;
  /** For tests: seconds the durable fetch waits for a provider, workflows kept in memory, and what is otherwise the engine's pace. */
  readonly retryForSeconds?: number;
  readonly maxCachedWorkflows?: number;
  readonly pace?: Partial<EnginePace>;
}

/** How long a call waits for its provider before its batch fails: the workflow then says that it waits. */
const RETRY_FOR_SECONDS = 120;
/** Milliseconds between two tries to become host. */
const LOCK_EVERY = 1_000;

/**
 * Opens a project folder: becomes its host (server, worker) if no other process is, else attaches to the one that is and
 * tries again each second.
 */
export async function openWatersmeet(options: OpenOptions): Promise<Watersmeet> {
  const store = await openStore({ folder: options.folder });
  const watersmeet = new Watersmeet(store, options);
  try {
    await watersmeet.connect(await acquireHostLock(options.folder));
    return watersmeet;
  } catch (error) {
    // A server that was started, and the lock, are not left behind.
    await watersmeet.close();
    throw error;
  }
}

export class Watersmeet {
  readonly store: Store;
  readonly #options: OpenOptions;
  readonly #bootId = randomUUID();
  readonly #parts: RunPartsCache;
  readonly #control: RunControl;
  readonly #endpoints: EndpointResolver;
  #closed = false;
  #lock: HostLock | undefined;
  #engine: Engine | undefined;
  #worker: Worker | undefined;
  #gateway: ModelGateway | undefined;
  #working: Promise<void> | undefined;
  #lockTimer: NodeJS.Timeout | undefined;
  readonly #failure = withResolvers<never>();
  #failed: { readonly error: unknown } | undefined;

  constructor(store: Store, options: OpenOptions) {
    this.store = store;
    this.#options = options;
    this.#parts = new RunPartsCache(store);
    this.#control = new RunControl(store, (row) => this.#parts.forget(row.id));
    this.#endpoints = createEndpointResolver(options.onProgress === undefined ? {} : { onProgress: options.onProgress });
  }

  /** Whether this process executes. */
  get isHost(): boolean {
    return this.#worker !== undefined;
  }

  /** A sentence while the disk takes nothing, or a model's endpoint answers nobody; only the process that executes knows. */
  trouble(): string | undefined {
    return this.store.trouble() ?? this.#gateway?.trouble();
  }

  /** Model calls that are being answered now, and the seconds that the last of them may take. */
  inFlight(): { readonly calls: number; readonly seconds: number } {
    return this.#gateway?.inFlight() ?? { calls: 0, seconds: 0 };
  }

  /** Whether the Temporal server of this process died and is not there again yet. */
  get isServerDown(): boolean {
    return this.#engine?.isDown?.() ?? false;
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error('The engine is not open.');
    return this.#engine;
  }

  get schedules(): Schedules {
    return new Schedules(this.#client(), this.store);
  }

  async connect(lock: HostLock | undefined): Promise<void> {
    const { folder, onProgress } = this.#options;
    this.#lock = lock;
    this.#engine = await openEngine(
      { folder, ...this.#options.engine, temporal: () => ensureTemporalCli(onProgress === undefined ? {} : { onProgress }) },
      lock !== undefined,
    );
    this.#engine.failed?.catch((error: unknown) => this.#fail(error));
    if (lock !== undefined && this.#engine.kind === 'embedded') await this.#restoreSchedules();
    if (lock !== undefined && this.#options.work !== false) await this.#host();
    if (lock === undefined) {
      this.#lockTimer = setInterval(() => void this.#tryToHost(), LOCK_EVERY);
      this.#lockTimer.unref();
    }
  }

  /** Starts a run of a configuration. Throws 'input.invalid' before anything is started. `read`: what `checkInput` gave, when it was asked before. */
  async start(
    loaded: LoadedConfig,
    options: {
      readonly startedBy?: string;
      readonly fromChampion?: boolean;
      readonly id?: string;
      readonly overrides?: RunInput['overrides'];
      readonly read?: ReadTasks;
    } = {},
  ): Promise<{ readonly run: RunHandle; readonly warnings: readonly string[] }> {
    const { onProgress } = this.#options;
    const read = options.read ?? (await checkInput(loaded, onProgress === undefined ? {} : { onProgress }));
    const prepared = await prepareRun(this.store, loaded, {
      fromChampion: options.fromChampion ?? false,
      read,
      ...(options.overrides === undefined ? {} : { overrides: options.overrides }),
    });
    const id = options.id ?? newRunId();
    if (loaded.file === undefined) this.#parts.define(id, loaded.definitions);
    await startRun(this.store, this.#client(), {
      id,
      project: loaded.settings.project,
      input: prepared.input,
      likely: prepared.likely,
      startedBy: options.startedBy ?? 'library',
    });
    return { run: this.#handle(id), warnings: prepared.warnings };
  }

  /** Goes on with a run: the newest unfinished one, or the one named. The configuration may have changed where a resume may. */
  async resume(id?: string, options: { readonly loaded?: LoadedConfig; readonly set?: readonly string[] } = {}): Promise<RunHandle> {
    const row = await findRun(this.store, id, 'unfinished');
    if (row.status === 'completed') return this.#handle(row.id);
    if (row.status === 'cancelled')
      throw new WatersmeetError(
        'input.invalid',
        `The run "${row.id}" was cancelled. Start a new one with \`watersmeet optimize\`: what is recorded is not paid again.`,
      );
    const { configFile, overrides } = row.input;
    const set = [...(overrides?.set ?? []), ...(options.set ?? [])];
    const present = options.loaded ?? (configFile === undefined ? undefined : await loadConfig(configFile, { overrides: { ...overrides, set } }));
    if (present !== undefined) await this.#adopt(row, present, { ...overrides, set });
    if (options.loaded !== undefined && options.loaded.file === undefined) this.#parts.define(row.id, options.loaded.definitions);
    if (row.waiting === 'task') await this.store.clearAttempts(row.id);
    const fresh = await findRun(this.store, row.id, 'any');
    this.#parts.forget(row.id);
    await resumeRun(this.store, this.#client(), fresh, await packageVersion());
    return this.#handle(row.id);
  }

  /** A run that exists, to watch or to steer. */
  async attach(id?: string): Promise<RunHandle> {
    const row = await findRun(this.store, id, 'any');
    return this.#handle(row.id);
  }

  /** Starts no new call, lets those in flight be recorded, ends worker and server. The runs go on with the next resume. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#lockTimer);
    this.#control.stop();
    if (this.#worker !== undefined) {
      this.#worker.shutdown();
      await this.#working?.catch(() => undefined);
    }
    this.#control.close();
    await this.#parts.close();
    await this.#endpoints.close();
    await this.#engine?.close();
    await this.store.close();
    this.#lock?.release();
  }

  /** For a process that ends at once: its server ends, too. What is in flight may be lost. */
  abandon(): void {
    this.#engine?.abandon?.();
  }

  /** Rejects if the worker or its server fails; never resolves. */
  failed(): Promise<never> {
    return this.#failure.promise;
  }

  #fail(error: unknown): void {
    this.#failed ??= { error };
    this.#failure.reject(error);
  }

  async #host(): Promise<void> {
    const { store } = this;
    const gateway = (this.#gateway = createGateway({
      store,
      bootId: this.#bootId,
      stopControl: this.#control,
      resolveEndpoint: (settings) => this.#endpoints.resolve(settings),
      moneyLimit: (runId) => this.#control.moneyLimit(runId),
      clock: systemClock,
      random: Math.random,
      retryForSeconds: this.#options.retryForSeconds ?? RETRY_FOR_SECONDS,
    }));
    this.#worker = await createWorker({
      engine: this.engine,
      storeId: store.id,
      ...(this.#options.maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows: this.#options.maxCachedWorkflows }),
      dependencies: {
        store,
        gateway,
        bootId: this.#bootId,
        openParts: (runId) => this.#parts.open(runId),
        working: async (runId, action) => {
          const ended = await this.#control.working((await this.#parts.open(runId)).run);
          try {
            return await action();
          } finally {
            await ended();
          }
        },
        quiet: (runId) => this.#control.quiet(runId),
        stopReason: (runId) => this.#control.stopping(runId),
        prepareScheduledRun: (scheduled) => this.#prepareScheduled(scheduled),
      },
    });
    this.#working = this.#worker.run();
    this.#working.catch((error: unknown) => this.#fail(error));
  }

  /** Temporal's file is disposable: it is set aside when another version of the server takes over, or somebody deletes it. */
  async #restoreSchedules(): Promise<void> {
    const restored = await this.schedules.restore();
    if (restored.length > 0) this.#options.onProgress?.(`Schedules restored from the store: ${restored.join(', ')}.`);
  }

  async #tryToHost(): Promise<void> {
    const lock = await acquireHostLock(this.#options.folder);
    if (lock === undefined) return;
    clearInterval(this.#lockTimer);
    if (this.#closed) return lock.release();
    try {
      await this.#engine?.close();
      await this.connect(lock);
    } catch (error) {
      lock.release();
      this.#fail(error);
    }
  }

  async #prepareScheduled(scheduled: { readonly configFile: string; readonly scheduleId: string; readonly runId: string }): Promise<void> {
    const { store } = this;
    const row = (await store.schedules()).find(({ id }) => id === scheduled.scheduleId);
    try {
      await this.#prepareFrom(scheduled);
      if (row?.problem !== undefined) {
        const { problem: _, ...mended } = row;
        await store.putSchedule(mended);
      }
    } catch (error) {
      // No run is recorded that could say so.
      if (row !== undefined && failureTypeOf(error) === 'input.invalid') await store.putSchedule({ ...row, problem: (error as Error).message });
      throw error;
    }
  }

  async #prepareFrom(scheduled: { readonly configFile: string; readonly scheduleId: string; readonly runId: string }): Promise<void> {
    const loaded = await loadConfig(scheduled.configFile);
    const { input, likely } = await prepareRun(this.store, loaded, { fromChampion: true });
    await recordRun(this.store, { id: scheduled.runId, project: loaded.settings.project, input, likely, startedBy: `schedule:${scheduled.scheduleId}` });
  }

  /** Takes over what a resume may change; anything else is another run. */
  async #adopt(row: RunRow, present: LoadedConfig, overrides: NonNullable<RunInput['overrides']>): Promise<void> {
    const changed = differences(row.input.settings, present.settings, {
      agentMended: row.waiting === 'agent' || row.waiting === 'task',
      proposerMended: row.waiting === 'proposer' || row.waiting === 'task',
    });
    if (changed.length > 0) {
      throw new WatersmeetError(
        'input.invalid',
        `The configuration differs from the one run "${row.id}" was started with in ${changed.join(', ')}. A resume may change limits, concurrency, credentials and the scorer only: change it back, or start a new run with \`watersmeet optimize\` (what is recorded is not paid again).`,
      );
    }
    await this.store.updateRun(row.id, {
      // What is set on a resume holds for the next one, too.
      input: { ...row.input, settings: present.settings, overrides, ...(sameCode(row.input.settings, present.settings) ? {} : { startOver: true as const }) },
    });
  }

  #handle(id: string): RunHandle {
    return new RunHandle(
      id,
      this.store,
      () => this.#client().temporal,
      () => this.#failed,
    );
  }

  #client(): EngineClient {
    const { connection, namespace, pace } = this.engine;
    return { temporal: new Client({ connection, namespace }), taskQueue: taskQueue(this.store.id), pace: { ...pace, ...this.#options.pace } };
  }
}

/** Whether agent, scorer and proposer are the ones that made the run's results so far. */
function sameCode(recorded: RunSettings, present: RunSettings): boolean {
  const codeOf = ({ agent, scorer, optimize }: RunSettings) =>
    JSON.stringify([agent.kind === 'chat' ? '' : agent.version, scorer.kind === 'function' ? scorer.version : '', optimize.version ?? '']);
  return codeOf(recorded) === codeOf(present);
}

function withResolvers<T>(): { readonly promise: Promise<T>; reject(reason: unknown): void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((_, rejected) => (reject = rejected));
  promise.catch(() => undefined);
  return { promise, reject };
}
