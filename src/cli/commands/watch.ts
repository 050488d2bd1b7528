// watersmeet watch

import { RunHandle } from '../../client/run-handle.js';
import { follow } from '../follow.js';
import type { CommonOptions } from '../main.js';
import { pickRun, withStore } from '../project.js';
import { resultTable } from '../views/result.js';
import { title } from '../views/title.js';

export async function watch(id: string | undefined, options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const row = await pickRun(store, id);
    const run = new RunHandle(row.id, store);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    const { state } = await follow(run, { title: title({ id: row.id, project: row.project, settings: row.input.settings }, undefined), json: options.json === true, signal: stop.signal });
    if (options.json !== true && state.status.status === 'completed') process.stdout.write(`\n${resultTable(state)}\n`);
  });
}
