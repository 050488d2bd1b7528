// What a comparison's data are: with other data its runs are others.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LoadedConfig } from '../../src/config/resolve-config.js';

/** A file by its content, tasks in code by theirs, a folder by the names and sizes of its files. What cannot be read is told when it is read as tasks. */
export async function dataHash(source: LoadedConfig['benchmark']['source']): Promise<string> {
  const hash = createHash('sha256');
  const place = typeof source === 'string' ? source : 'folder' in source ? source.folder : undefined;
  if (place === undefined) return hash.update(JSON.stringify(source)).digest('hex');
  const found = await stat(place).catch(() => undefined);
  if (found?.isFile() === true) await pipeline(createReadStream(place), hash);
  else if (found !== undefined) for (const file of await filesOf(place)) hash.update(`${file}\n`);
  return hash.digest('hex');
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.push(`${path.relative(folder, file)} ${(await stat(file)).size}`);
  }
  return files.sort();
}
