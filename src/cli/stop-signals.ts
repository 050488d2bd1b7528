// Ctrl-C and its kin: the first asks a command to stop, the second ends it at once.

import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT_CODES } from '../core/failures.js';
import type { Watersmeet } from '../workers/watersmeet.js';
import { counted } from './views/numbers.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds that a server which died has to be there again, and between two looks. */
const SERVER_AWAY = 2_000;
const LOOK_EVERY = 100;

/** Milliseconds between two words on how many calls are still waited for. */
const TOLD_EVERY = 10_000;

/** Returns what ends the listening. `last`: what is said before all ends at once. */
export function onStop(watersmeet: Watersmeet, stop: () => void, last: () => void = () => {}): () => void {
  let asked = false;
  const act = () => {
    if (asked) {
      // What is in flight may be lost.
      last();
      leaveAtOnce(watersmeet, EXIT_CODES.interrupted);
    }
    asked = true;
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, act);
  return () => {
    for (const signal of SIGNALS) process.off(signal, act);
  };
}

/** Nothing is waited for. */
export function leaveAtOnce(watersmeet: Watersmeet, exitCode: number): never {
  watersmeet.abandon();
  process.exit(exitCode);
}

/** Closes, and tells what is waited for. False if it could not be closed in time. */
export async function closeTelling(watersmeet: Watersmeet, say: (text: string) => void): Promise<boolean> {
  const waitedFor = () => {
    const { calls, seconds } = watersmeet.inFlight();
    say(
      calls === 0
        ? 'Stopping.'
        : `Stopping: ${counted(calls, 'call')} in flight ${calls === 1 ? 'is' : 'are'} recorded, for ${seconds} s at most (Ctrl-C again ends at once).`,
    );
  };
  waitedFor();
  const timer = setInterval(waitedFor, TOLD_EVERY);
  return closeInTime(watersmeet).finally(() => clearInterval(timer));
}

/**
 * False if it could not be closed in time: no call is in flight, so that nothing is left to record, but the Temporal server is
 * away, and the worker would go on asking for it.
 */
async function closeInTime(watersmeet: Watersmeet): Promise<boolean> {
  let closed = false;
  const closing = watersmeet.close().finally(() => (closed = true));
  const away = async () => {
    for (let looks = 0; looks < SERVER_AWAY / LOOK_EVERY && !closed; looks++) {
      await sleep(LOOK_EVERY);
      if (!watersmeet.isServerDown || watersmeet.inFlight().calls > 0) looks = 0;
    }
  };
  await Promise.race([closing, away()]);
  return closed;
}
