// What SQLite's and the file system's errors mean to a run.

import { failureTypeOf, WatersmeetError } from '../../core/failures.js';

const FULL = ['SQLITE_FULL', 'ENOSPC', 'EDQUOT'];
const DISK = ['SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE'];
const NO_FOLDER = ['EEXIST', 'ENOTDIR'];
const DAMAGED = ['SQLITE_NOTADB', 'SQLITE_CORRUPT'];

/** The error as one that has its place in the table of failures; an error that says nothing of disk or file stays as it is. */
export function storeError(error: unknown, folder: string): unknown {
  if (failureTypeOf(error) !== undefined) return error;
  const code = codeOf(error);
  const detail = error instanceof Error ? error.message : String(error);
  if (matches(code, FULL)) {
    return new WatersmeetError('store.disk', `The disk that holds ${folder} is full (${code}): nothing could be written. Free some space there.`, {
      cause: error,
    });
  }
  if (matches(code, DISK)) {
    return new WatersmeetError(
      'store.disk',
      `The store in ${folder} cannot be read or written (${code}: ${detail}). Check the disk and the permissions of the folder.`,
      { cause: error },
    );
  }
  if (matches(code, DAMAGED)) {
    return new WatersmeetError(
      'input.invalid',
      `The file store.db in ${folder} is damaged or not a store of Watersmeet (${code}: ${detail}). Put back a copy of it, or move it away to begin anew.`,
      { cause: error },
    );
  }
  if (matches(code, NO_FOLDER)) {
    return new WatersmeetError('input.invalid', `${folder} cannot be a folder for a store: a file is in the way (${detail}). Name another folder.`, {
      cause: error,
    });
  }
  if (isBusy(error)) {
    return new WatersmeetError('store.disk', `Another process keeps the store in ${folder} locked (${code}). End it, or wait until it is done.`, {
      cause: error,
    });
  }
  return error;
}

export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
}

function matches(code: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => code.startsWith(prefix));
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  // libsql gives an open that fails an empty code, only SQLite's number (14) at the end of the message.
  if (error instanceof Error && /Unable to open connection to local database .*: 14/.test(error.message)) return 'SQLITE_CANTOPEN';
  return '';
}
