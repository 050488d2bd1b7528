// watersmeet optimize

import pc from 'picocolors';
import type { LoadedConfig } from '../../config/resolve-config.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { load, openProject } from '../project.js';
import { tell, teller } from '../terminal.js';
import { fewNotes } from '../views/notes.js';

export interface OptimizeOptions extends CommonOptions {
  readonly model?: string | undefined;
  readonly set: readonly string[];
  readonly dryRun?: true;
  readonly fromChampion?: true;
  readonly detach?: true;
}

export async function optimize(options: OptimizeOptions): Promise<void> {
  const loaded = await load(options);
  if (options.dryRun === true) return (await import('./dry-run.js')).dryRun(loaded, options);
  const { watersmeet, run, warnings } = await start(loaded, options);
  try {
    if (options.json !== true) for (const warning of fewNotes(warnings)) tell(`${pc.yellow('note')} ${warning}`);
    if (options.detach === true) {
      print(
        options,
        { run: run.id, executed: !watersmeet.isHost },
        () =>
          `${run.id} is started. ${watersmeet.isHost ? 'Nobody executes it yet: start a host with `watersmeet worker`, or go on here with `watersmeet resume`.' : 'Watch it with `watersmeet watch`.'}`,
      );
      await watersmeet.close();
      return;
    }
    const { drive } = await import('../drive.js');
    process.exitCode = await drive(watersmeet, run, options);
  } catch (error) {
    await watersmeet.close();
    throw error;
  }
}

/** Apart from `optimize`, which lives as long as its run: what was read of the benchmark is let go of here. */
async function start(loaded: LoadedConfig, options: OptimizeOptions) {
  // Before the engine is: what is wrong is said at once, and leaves nothing behind.
  const { checkInput } = await import('../../workers/preflight.js');
  const read = await checkInput(loaded, { onProgress: teller(options) });
  const watersmeet = await openProject(options, loaded);
  try {
    const overrides = { set: options.set, ...(options.model === undefined ? {} : { model: options.model }) };
    const started = await watersmeet.start(loaded, { startedBy: 'cli', read, fromChampion: options.fromChampion === true, overrides });
    return { watersmeet, ...started };
  } catch (error) {
    await watersmeet.close();
    throw error;
  }
}
