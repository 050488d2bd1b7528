// At most one process executes in a folder. The kernel frees the lock when its process ends, however it ends.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { isBusy, storeError } from './sqlite/errors.js';

export interface HostLock {
  readonly folder: string;
  /** Gives the lock back. Twice does no harm. */
  release(): void;
}

/** Two that ask in the same instant may refuse each other: each asks again after a pause of its own length. */
const ATTEMPTS = 3;
const PAUSE_MILLISECONDS = 15;
const PAUSE_SPREAD_MILLISECONDS = 15;

// A lock that nobody holds a reference to must not be collected: its connection would close, and the lock be free.
const held = new Set<Database.Database>();

/**
 * The lock, or `undefined` when another process (or this one) has it. Takes 100 ms at most.
 *
 * It is SQLite's own exclusive lock on an empty database, `<folder>/host.lock`. Nothing else may open that file: closing
 * any descriptor of it would drop this process's POSIX locks.
 */
export async function acquireHostLock(folder: string): Promise<HostLock | undefined> {
  const resolved = path.resolve(folder);
  let database: Database.Database;
  try {
    await mkdir(resolved, { recursive: true });
    database = new Database(path.join(resolved, 'host.lock'));
  } catch (error) {
    throw storeError(error, resolved);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      // The rollback journal, SQLite's default, is what makes EXCLUSIVE exclude: in WAL mode it would only exclude writers.
      database.exec('pragma busy_timeout = 0; begin exclusive');
      break;
    } catch (error) {
      if (!isBusy(error)) {
        database.close();
        throw storeError(error, resolved);
      }
      if (attempt === ATTEMPTS) {
        database.close();
        return undefined;
      }
      await sleep(PAUSE_MILLISECONDS + Math.floor(Math.random() * PAUSE_SPREAD_MILLISECONDS));
    }
  }
  held.add(database);
  return {
    folder: resolved,
    release() {
      if (!held.delete(database)) return;
      database.exec('rollback');
      database.close();
    },
  };
}
