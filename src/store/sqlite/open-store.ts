// Opens the store of a folder: `<folder>/store.db`.

import { randomBytes } from 'node:crypto';
import { access, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { WatersmeetError } from '../../core/failures.js';
import type { Store } from '../store.js';
import { BUSY_TIMEOUT_MILLISECONDS, Connection } from './connection.js';
import { isBusy, storeError } from './errors.js';
import { checkFileSystem } from './file-system.js';
import { migrate, STORE_VERSION, storeVersion } from './migrations.js';
import { sqliteStore } from './sqlite-store.js';

export interface OpenStoreOptions {
  /** Usually `.watersmeet`. */
  readonly folder: string;
  /** Refuses every write; the store must exist. */
  readonly readOnly?: boolean;
  /** Default true, except with `readOnly`. */
  readonly createIfMissing?: boolean;
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  /** Gets a sentence about a folder that may not be safe; default process.emitWarning. */
  readonly warn?: (sentence: string) => void;
}

/** Several processes open a new store at once: each waits for the one that makes it. */
const OPEN_LIMIT_MILLISECONDS = 10_000;
const OPEN_PAUSE_MILLISECONDS = 25;

/**
 * Throws WatersmeetError: 'input.invalid' when there is no store and none is to be made, when a newer package made it, when the
 * file is no store, or when the folder is on a network file system; 'store.disk' when it cannot be read or written.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const folder = path.resolve(options.folder);
  const readOnly = options.readOnly ?? false;
  const create = !readOnly && (options.createIfMissing ?? true);
  const file = path.join(folder, 'store.db');
  try {
    // libsql makes a missing file whatever it is told.
    if (create) await mkdir(folder, { recursive: true });
    else await access(file).catch(() => missing(folder));
    await checkFileSystem(folder, options.warn ?? ((sentence) => process.emitWarning(sentence)));
    const database = new Database(file);
    try {
      const connection = new Connection(database, { folder, readOnly, now: options.now ?? Date.now });
      const id = await patiently(() => prepare(database, connection, { readOnly, create }));
      return sqliteStore(connection, id);
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw storeError(error, folder);
  }
}

/** Returns the store's id. */
function prepare(database: Database.Database, connection: Connection, { readOnly, create }: { readonly readOnly: boolean; readonly create: boolean }): string {
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MILLISECONDS}`);
  // KiB. The system keeps the file's pages as well: with 32 MB no run was faster.
  database.pragma('cache_size = -8000');
  const version = packageVersion();
  const present = storeVersion(connection, version);
  if (present === 0 && !create) missing(connection.folder);
  if (readOnly) {
    if (present < STORE_VERSION) {
      throw new WatersmeetError(
        'input.invalid',
        `The store in ${connection.folder} has version ${present}, older than ${STORE_VERSION}: start or resume a run there once, which brings it up to date.`,
      );
    }
    database.pragma('query_only = on');
  } else {
    database.pragma('journal_mode = wal');
    // Every commit is on the disk before its promise resolves: the store is never behind Temporal's history.
    database.pragma('synchronous = full');
    // A large import does not leave a large log behind.
    database.pragma('journal_size_limit = 67108864');
    migrate(connection, version, () => randomBytes(6).toString('hex'));
  }
  const row = connection.first(connection.query.selectFrom('meta').select('value').where('name', '=', 'id'));
  if (row === undefined)
    throw new WatersmeetError(
      'input.invalid',
      `The store in ${connection.folder} has no id: it is damaged. Put back a copy of it, or move it away to begin anew.`,
    );
  return row.value;
}

async function patiently<T>(work: () => T): Promise<T> {
  const until = performance.now() + OPEN_LIMIT_MILLISECONDS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
    }
    await sleep(OPEN_PAUSE_MILLISECONDS);
  }
}

function missing(folder: string): never {
  throw new WatersmeetError('input.invalid', `There is no store in ${folder}: name the folder of a project in which a run was started, or start one.`);
}

function packageVersion(): string {
  const description = createRequire(import.meta.url)('watersmeet/package.json') as { version: string };
  return description.version;
}
