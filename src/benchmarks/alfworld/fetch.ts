// `watersmeet benchmark fetch alfworld`: the official games, downloaded or at hand, into a folder in compact form.

import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { downloadResumably } from '../../downloads/resumable-download.js';
import type { FetchOptions } from '../known-benchmark.js';
import { convertAlfworld, refuseExistingGames } from './convert.js';

/** 45 MB: the text games of json_2.1.1, as alfworld's own download script gets them (releases of github.com/alfworld/alfworld). */
const ARCHIVE = 'https://github.com/alfworld/alfworld/releases/download/0.2.2/json_2.1.1_tw-pddl.zip';

/** @param archive where the archive is downloaded from. */
export async function fetchAlfworld({ folder, from, onProgress, signal }: FetchOptions, archive = ARCHIVE): Promise<void> {
  const told = { ...(onProgress === undefined ? {} : { onProgress }), ...(signal === undefined ? {} : { signal }) };
  if (from !== undefined) {
    await convertAlfworld(from, folder, told);
    return;
  }
  await refuseExistingGames(folder);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, path.posix.basename(new URL(archive).pathname));
  onProgress?.(`Getting ${archive}.`);
  await downloadResumably(archive, file, told);
  try {
    await convertAlfworld(file, folder, told);
  } finally {
    await rm(file, { force: true });
  }
}
