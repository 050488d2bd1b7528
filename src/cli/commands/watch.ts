// watersmeet watch

import { RunHandle } from '../../client/run-handle.js';
import { EXIT_CODES } from '../../core/failures.js';
import { follow } from '../follow.js';
import type { CommonOptions } from '../main.js';
import { printLine } from '../print.js';
import { nobodyExecutes, pickRun, withStore } from '../project.js';
import { columnsOf, tell, write } from '../terminal.js';
import { resultTable } from '../views/result.js';
import { title } from '../views/title.js';

export async function watch(id: string | undefined, options: CommonOptions): Promise<void> {
  const json = options.json === true;
  await withStore(options, async (store) => {
    const begun = await pickRun(store, id);
    const run = new RunHandle(begun.id, store);
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    const { state, row } = await follow(run, {
      title: title({ id: begun.id, project: begun.project, settings: begun.input.settings }, undefined),
      json,
      signal: stop.signal,
      notice: async () => nobodyExecutes(store, await run.row(), options),
    });
    if (json)
      printLine({
        run: row.id,
        status: row.status,
        waiting: row.waiting,
        sentence: row.sentence,
        champion: row.champion,
        better: row.better,
        digest: row.digest,
      });
    else if (row.status === 'completed') write(process.stdout, `\n${resultTable(state, columnsOf(process.stdout))}`);
    else if (row.status === 'cancelled' || row.status === 'failed') tell(`${row.status}. ${row.sentence ?? ''}`);
    process.exitCode = {
      completed: EXIT_CODES.ok,
      failed: EXIT_CODES.failure,
      cancelled: EXIT_CODES.cancelled,
      waiting: EXIT_CODES.waiting,
      running: EXIT_CODES.interrupted,
      paused: EXIT_CODES.interrupted,
    }[row.status];
  });
}
