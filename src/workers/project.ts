// The library's door: a project opened from a configuration file or from code.

import type { RunHandle } from '../client/run-handle.js';
import type { Schedules } from '../client/schedules.js';
import { promoteRun, rollbackTo } from '../client/champions.js';
import { findRun } from '../client/find-run.js';
import type { WatersmeetConfig } from '../config/config.js';
import { loadConfig } from '../config/load-config.js';
import { forecast, type Forecast } from '../config/forecast.js';
import { resolveConfig, type LoadedConfig } from '../config/resolve-config.js';
import type { Part } from '../core/task.js';
import type { ChampionRow, RunRow, Store } from '../store/store.js';
import { knownLengths } from './known-lengths.js';
import { readTasks } from './read-tasks.js';
import { openWatersmeet, type Watersmeet } from './watersmeet.js';

export interface OpenProjectOptions {
  /** Path of a configuration file or its folder, or the configuration itself. Default: the working folder. */
  readonly config?: string | WatersmeetConfig;
  /** Over the configuration's values, as `--set key=value` of the command line. */
  readonly set?: readonly string[];
  /** Told what is found, fetched and started. */
  readonly onProgress?: (sentence: string) => void;
}

/**
 * Opens a project: starts its engine and executes its runs in this process if no other process does, else attaches.
 * Call `close` when done: what is in flight is recorded.
 *
 * @throws WatersmeetError 'input.invalid' for a configuration that cannot be used.
 */
export async function open(options: OpenProjectOptions = {}): Promise<Project> {
  const { config = '.', set = [] } = options;
  const loaded =
    typeof config === 'string' ? await loadConfig(config, { overrides: { set } }) : resolveConfig(config, { folder: process.cwd(), overrides: { set } });
  const watersmeet = await openWatersmeet({
    folder: loaded.projectFolder,
    engine: loaded.engine,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  return new Project(watersmeet, loaded, set, options.onProgress);
}

export class Project {
  readonly #watersmeet: Watersmeet;
  readonly #loaded: LoadedConfig;
  readonly #set: readonly string[];
  readonly #onProgress: ((sentence: string) => void) | undefined;

  constructor(watersmeet: Watersmeet, loaded: LoadedConfig, set: readonly string[], onProgress?: (sentence: string) => void) {
    this.#watersmeet = watersmeet;
    this.#loaded = loaded;
    this.#set = set;
    this.#onProgress = onProgress;
  }

  /** Whether this process executes the runs. */
  get isHost(): boolean {
    return this.#watersmeet.isHost;
  }

  /** Reads of runs, candidates, scores and events. */
  get store(): Store {
    return this.#watersmeet.store;
  }

  get schedules(): Schedules {
    return this.#watersmeet.schedules;
  }

  /** What a run would do: its splits, calls and tokens by role and its cost, each as a likely figure and a range. Starts nothing. */
  async plan(): Promise<{ readonly counts: Readonly<Record<Part, number>>; readonly plan: Forecast }> {
    const tasks = await readTasks(this.#loaded);
    const { counts } = tasks;
    return { counts, plan: forecast(this.#loaded.settings, counts, await knownLengths(this.#loaded, tasks, this.store)) };
  }

  /**
   * Starts a run. `fromChampion` begins with the project's champion, and confirm compares with it.
   *
   * @throws WatersmeetError 'input.invalid', before anything is recorded, when benchmark, scorer, endpoint, model, key or disk are not usable.
   */
  async start(options: { readonly fromChampion?: boolean } = {}): Promise<RunHandle> {
    const { run, warnings } = await this.#watersmeet.start(this.#loaded, { ...options, overrides: { set: this.#set } });
    for (const warning of warnings) this.#onProgress?.(warning);
    return run;
  }

  /** Goes on with the newest unfinished run, or the one named: what was recorded is not done again. */
  resume(id?: string): Promise<RunHandle> {
    return this.#watersmeet.resume(id, this.#loaded.file === undefined ? { loaded: this.#loaded } : { set: this.#set });
  }

  /** A run that exists: the newest, or the one named. */
  attach(id?: string): Promise<RunHandle> {
    return this.#watersmeet.attach(id);
  }

  /** Newest first. */
  runs(): Promise<readonly RunRow[]> {
    return this.store.listRuns({ project: this.#loaded.settings.project });
  }

  async promote(id?: string, note?: string): Promise<ChampionRow> {
    return promoteRun(this.store, await findRun(this.store, id, 'any'), note);
  }

  rollback(version?: number): Promise<ChampionRow> {
    return rollbackTo(this.store, this.#loaded.settings.project, version);
  }

  /** Schedules full runs from the current champion. They fire only while a host runs: keep a process like this open, or `watersmeet worker`. */
  schedule(options: { readonly id: string; readonly cron: string; readonly timeZone?: string }) {
    const { file } = this.#loaded;
    if (file === undefined) throw new TypeError('A schedule needs a configuration file: the benchmark and the functions are read anew each time it fires.');
    return this.schedules.create({ ...options, configFile: file });
  }

  close(): Promise<void> {
    return this.#watersmeet.close();
  }
}
