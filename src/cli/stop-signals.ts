// Ctrl-C and its kin: the first asks a command to stop, the second ends it at once.

import { EXIT_CODES } from '../core/failures.js';
import type { Watersmeet } from '../workers/watersmeet.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Returns what ends the listening. */
export function onStop(watersmeet: Watersmeet, stop: () => void): () => void {
  let asked = false;
  const act = () => {
    if (asked) {
      // Nothing is waited for: what is in flight may be lost.
      watersmeet.abandon();
      process.exit(EXIT_CODES.interrupted);
    }
    asked = true;
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, act);
  return () => {
    for (const signal of SIGNALS) process.off(signal, act);
  };
}
