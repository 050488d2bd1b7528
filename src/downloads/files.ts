// Files that appear whole or not at all, and their hashes.

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

const PARTIAL = '.partial-';

/** What a killed process left behind is removed by a later one, once no download can still be at it. */
const ABANDONED_AFTER_MILLISECONDS = 24 * 3_600_000;

/** SHA-256 of a file's bytes, in lower-case hex. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Bytes of a regular file; undefined when there is none. */
export async function sizeOfFile(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

/**
 * Gives `work` a fresh folder inside `folder` and removes it afterwards, whatever happens. It is on the file system of `folder`, so that what was
 * made in it can be put into place with `publish`.
 */
export async function withPartialFolder<Result>(folder: string, work: (partial: string) => Promise<Result>): Promise<Result> {
  await mkdir(folder, { recursive: true });
  await removeAbandoned(folder);
  const partial = path.join(folder, `${PARTIAL}${process.pid}-${randomBytes(6).toString('hex')}`);
  await mkdir(partial);
  try {
    return await work(partial);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/**
 * Puts a finished file or folder into place in one step. When another process was first, its result stays, and ours goes with the partial folder:
 * both were checked against the same pin.
 */
export async function publish(finished: string, place: string): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  try {
    await rename(finished, place);
  } catch (error) {
    // A folder cannot replace a folder that holds something; a file replaces a file.
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  const before = Date.now() - ABANDONED_AFTER_MILLISECONDS;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(PARTIAL)) continue;
    const place = path.join(folder, name);
    const found = await stat(place).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < before) await rm(place, { recursive: true, force: true });
  }
}
