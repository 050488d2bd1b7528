// watersmeet pause, unpause, cancel

import { RunHandle } from '../../client/run-handle.js';
import { findRun } from '../../client/find-run.js';
import { acquireHostLock } from '../../store/host-lock.js';
import type { Store } from '../../store/store.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { engineOf, withStore } from '../project.js';

const DONE = {
  pause: 'is paused: nothing new is started, calls in flight are recorded. Go on with `watersmeet unpause`.',
  unpause: 'goes on.',
  cancel: 'is cancelled; what it recorded is kept.',
};
/** Where no process executes the run. */
const IDLE = {
  pause: 'is paused; nobody executes it now. Go on with `watersmeet resume`.',
  unpause: 'is no longer paused, but nobody executes it now. Go on with `watersmeet resume`.',
  cancel: DONE.cancel,
};

/** Nothing is left to do for a server whose host was killed. */
async function endIdleServer(store: Store): Promise<void> {
  const unfinished = (await store.listRuns()).some(({ status }) => status === 'running' || status === 'paused' || status === 'waiting');
  if (unfinished || (await store.schedules()).length > 0) return;
  const lock = await acquireHostLock(store.folder);
  if (lock === undefined) return;
  try {
    const { endLeftServer } = await import('../../workers/temporal-server.js');
    await endLeftServer(store.folder);
  } finally {
    lock.release();
  }
}

export async function control(verb: 'pause' | 'unpause' | 'cancel', id: string | undefined, options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const row = await findRun(store, id, 'unfinished');
    const { attachClient } = await import('../../workers/attach.js');
    const client = await attachClient(store.folder, await engineOf(options));
    try {
      await new RunHandle(row.id, store, client?.temporal)[verb]();
    } finally {
      await client?.close();
    }
    if (verb === 'cancel' && client === undefined) await endIdleServer(store);
    print(options, { run: row.id, done: verb, executed: client !== undefined }, () => `${row.id} ${(client === undefined ? IDLE : DONE)[verb]}`);
  });
}
