// watersmeet resume

import { findRun } from '../../client/find-run.js';
import type { CommonOptions } from '../main.js';
import { openFolder, withStore } from '../project.js';

export async function resume(id: string | undefined, options: CommonOptions & { readonly set: readonly string[] }): Promise<void> {
  // Before the engine is started: a run that is not there is said at once.
  const { id: found } = await withStore(options, (store) => findRun(store, id, 'unfinished'));
  const watersmeet = await openFolder(options);
  try {
    const run = await watersmeet.resume(found, { set: options.set });
    const { drive } = await import('../drive.js');
    process.exitCode = await drive(watersmeet, run, options);
  } catch (error) {
    await watersmeet.close();
    throw error;
  }
}
