// The thread that ends the process of a statement which nobody stops any more: whoever asked for it may have been killed.

import { workerData } from 'node:worker_threads';

/** [when the statement that runs now has to be over, 0 for none]: milliseconds of {@link watchdogClock}. */
export type WatchdogData = Int32Array;

const PERIOD = 250;

/** Wraps around after 24 days, so only differences mean something. */
export function watchdogClock(): number {
  return Date.now() | 0;
}

const deadline = workerData as WatchdogData | null;
if (deadline !== null) {
  setInterval(() => {
    const end = Atomics.load(deadline, 0);
    // SQLite does not return to the event loop of its thread: only a signal ends it.
    if (end !== 0 && ((watchdogClock() - end) | 0) > 0) process.kill(process.pid, 'SIGKILL');
  }, PERIOD);
}
