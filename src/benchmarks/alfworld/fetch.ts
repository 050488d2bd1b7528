// `watersmeet benchmark fetch alfworld`: the official games, downloaded or at hand, into a folder in compact form.

import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { failureTypeOf } from '../../core/failures.js';
import { downloadResumably } from '../../downloads/resumable-download.js';
import type { FetchOptions } from '../known-benchmark.js';
import { convertAlfworld, refuseExistingGames } from './convert.js';

/** 45 MB: the text games of json_2.1.1, as the release of github.com/alfworld/alfworld has them. */
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
  // An archive that is there was left by a conversion that was broken off.
  if (!existsSync(file)) await downloadResumably(archive, file, told);
  try {
    await convertAlfworld(file, folder, told);
  } catch (error) {
    if (failureTypeOf(error) === 'input.invalid') await rm(file, { force: true });
    throw error;
  }
  await rm(file, { force: true });
}
