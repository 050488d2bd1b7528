// What a comparison's data are: with other data its runs are others.

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { LoadedConfig } from '../../src/config/resolve-config.js';
import { sha256OfFile } from '../../src/downloads/files.js';
import { sha256 } from '../../src/store/content-address.js';

/** A file by its content, tasks in code by theirs, a folder by the names and sizes of its files. What cannot be read is told when it is read as tasks. */
export async function dataHash(source: LoadedConfig['benchmark']['source']): Promise<string> {
  const place = typeof source === 'string' ? source : 'folder' in source ? source.folder : undefined;
  if (place === undefined) return sha256(JSON.stringify(source));
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) return '';
  return found.isFile() ? sha256OfFile(place) : sha256((await filesOf(place)).join('\n'));
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
