// watersmeet pause, unpause, cancel

import { RunHandle } from '../../client/run-handle.js';
import { findRun } from '../../client/runs.js';
import { attachClient } from '../../workers/attach.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { engineOf, withStore } from '../project.js';

const DONE = { pause: 'is paused: nothing new is started, calls in flight are recorded. Go on with `watersmeet unpause`.', unpause: 'goes on.', cancel: 'is cancelled; what it recorded is kept.' };

export async function control(verb: 'pause' | 'unpause' | 'cancel', id: string | undefined, options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const row = await findRun(store, id, 'unfinished');
    const client = await attachClient(store.folder, await engineOf(options));
    try {
      await new RunHandle(row.id, store, client?.temporal)[verb]();
    } finally {
      await client?.close();
    }
    const nobody = client === undefined && verb !== 'cancel' ? ' No host runs: it holds from the next `watersmeet resume` on.' : '';
    print(options, { run: row.id, done: verb }, () => `${row.id} ${DONE[verb]}${nobody}`);
  });
}
