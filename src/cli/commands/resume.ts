// watersmeet resume

import { findRun } from '../../client/find-run.js';
import { WatersmeetError } from '../../core/failures.js';
import type { CommonOptions } from '../main.js';
import { openFolder, withStore } from '../project.js';
import { typed } from '../typed.js';

export async function resume(id: string | undefined, options: CommonOptions & { readonly set: readonly string[] }): Promise<void> {
  // Before the engine is started: a run that is not there is said at once.
  const { id: found, status } = await withStore(options, (store) => findRun(store, id, 'unfinished'));
  if (status === 'completed')
    throw new WatersmeetError('input.invalid', `The run "${found}" has ended: \`${typed(`status ${found}`, options)}\` shows its result.`);
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
