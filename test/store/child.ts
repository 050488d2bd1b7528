// A process of its own for sqlite.test.ts and host-lock.test.ts: does one thing and tells of it, a line at a time.

import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import Database from 'libsql';
import { sha256 } from '../../src/store/content-address.js';
import { acquireHostLock } from '../../src/store/host-lock.js';
import { openStore } from '../../src/store/sqlite/open-store.js';
import { callClaim, recordedCall, rollout } from './samples.js';

const [task = '', folder = ''] = process.argv.slice(2);

/** Written before anything else happens: what the parent reads was true when the process was killed. */
function tell(line: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
}

const tasks: Record<string, () => Promise<void>> = {
  /** Writes rollouts until it is killed. */
  async write() {
    const store = await openStore({ folder });
    let next = 0;
    const lane = async () => {
      for (;;) {
        const number = next++;
        const key = sha256(`call ${number}`);
        await store.claimCall(callClaim({ key }));
        await tell(`claimed ${number}`);
        await store.recordCall(recordedCall({ key, body: `answer ${number}` }));
        await tell(`recorded ${number}`);
        await store.putRollout(rollout({ number }));
        await store.appendEvents('run-1', [{ path: 'p', number, body: { type: 'run-paused' } }]);
        await tell(`done ${number}`);
      }
    };
    await Promise.all(Array.from({ length: 32 }, lane));
  },

  /** Another person's command while a run executes. */
  async promote() {
    const store = await openStore({ folder, createIfMissing: false });
    for (let count = 0; count < 20; count += 1) {
      await store.promote({ project: 'ports', candidate: { hash: 'h', document: 'd', tokens: count }, by: 'person' });
      await store.updateRun('run-1', { control: count % 2 === 0 ? 'pause' : 'run' });
      await sleep(2);
    }
    await store.putUses([{ runId: 'run-1', path: 'from the child', callKey: 'k', role: 'merger', promptTokens: 5, completionTokens: 1 }]);
    await store.close();
    await tell('done');
  },

  /** Opens when the parent closes our input. */
  async open() {
    await tell('ready');
    for await (const _ of process.stdin);
    const store = await openStore({ folder });
    await tell(store.id);
    await store.close();
  },

  /** Keeps the writers' lock of SQLite until the parent closes our input. */
  async block() {
    const database = new Database(path.join(folder, 'store.db'));
    database.exec('begin immediate');
    await tell('blocking');
    for await (const _ of process.stdin);
    database.exec('rollback');
  },

  async lock() {
    const lock = await acquireHostLock(folder);
    await tell(lock === undefined ? 'refused' : 'held');
    // Until the parent closes our input or kills us.
    for await (const _ of process.stdin);
    if (process.argv[4] === 'release') lock?.release();
  },
};

const work = tasks[task];
if (work === undefined) throw new Error(`No task ${task}.`);
await work();
