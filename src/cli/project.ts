// Which project a command is about: its configuration, its folder, its store.

import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { findRun } from '../client/find-run.js';
import { loadConfig } from '../config/load-config.js';
import type { LoadedConfig } from '../config/resolve-config.js';
import { acquireHostLock } from '../store/host-lock.js';
import { openStore } from '../store/sqlite/open-store.js';
import type { RunRow, Store } from '../store/store.js';
import type { Watersmeet } from '../workers/watersmeet.js';
import type { CommonOptions } from './main.js';
import { teller } from './terminal.js';
import { typed } from './typed.js';

/** Where the state of a project is when its configuration does not say otherwise. */
const STATE = '.watersmeet';

/** Parses `key=value`; the value is JSON or text. */
export function load(options: { readonly config: string; readonly model?: string | undefined; readonly set?: readonly string[] }): Promise<LoadedConfig> {
  return loadConfig(options.config, { overrides: { ...(options.model === undefined ? {} : { model: options.model }), set: options.set ?? [] } });
}

/** The state's folder: beside the configuration, without loading it if it is in the usual place. */
export async function stateFolder(options: Pick<CommonOptions, 'config'>): Promise<string> {
  const given = path.resolve(options.config);
  // The state's folder itself, wherever it was put.
  if (existsSync(path.join(given, 'store.db'))) return given;
  const folder = existsSync(given) && statSync(given).isFile() ? path.dirname(given) : given;
  const usual = path.join(folder, STATE);
  return existsSync(usual) ? usual : (await loadConfig(options.config)).projectFolder;
}

/** For commands that only read or promote: no engine is started. */
export async function withStore<T>(options: Pick<CommonOptions, 'config'>, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ folder: await stateFolder(options), createIfMissing: false });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The run a reading command is about: the one named, else the newest. */
export function pickRun(store: Store, id: string | undefined): Promise<RunRow> {
  return findRun(store, id, 'any');
}

/** A sentence when a run should go on, but no process executes it. */
export async function nobodyExecutes(store: Store, row: RunRow, options: Pick<CommonOptions, 'config'>): Promise<string | undefined> {
  if (row.status !== 'running' && row.status !== 'paused' && row.waiting !== 'provider') return undefined;
  const lock = await acquireHostLock(store.folder);
  lock?.release();
  return lock === undefined ? undefined : `Nobody executes this run now: \`${typed(`resume ${row.id}`, options)}\` goes on with it.`;
}

/** The engine a configuration names, if it can be loaded; reading commands work without one. */
export async function engineOf(options: Pick<CommonOptions, 'config'>): Promise<LoadedConfig['engine']> {
  return loadConfig(options.config).then(
    (loaded) => loaded.engine,
    () => ({}),
  );
}

/** Opens the engine of a folder that may have lost its configuration: a run's recorded input is enough to go on. */
export async function openFolder(options: CommonOptions, how: { readonly work?: boolean } = {}): Promise<Watersmeet> {
  return open(await stateFolder(options), await engineOf(options), options, how);
}

/** Opens the project's engine, telling what goes on. */
export function openProject(options: CommonOptions, loaded: LoadedConfig): Promise<Watersmeet> {
  return open(loaded.projectFolder, loaded.engine, options, {});
}

/** Temporal is loaded here and not before: it takes a second. */
async function open(folder: string, engine: LoadedConfig['engine'], options: CommonOptions, how: { readonly work?: boolean }): Promise<Watersmeet> {
  const { openWatersmeet } = await import('../workers/watersmeet.js');
  return openWatersmeet({ folder, engine, ...how, onProgress: teller(options) });
}
