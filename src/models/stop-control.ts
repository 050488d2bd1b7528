// Stopping: no new call is sent, calls in flight are recorded; only cancel aborts them.

import { WatersmeetError } from '../core/failures.js';
import type { Clock } from './clock.js';

export type StopReason = 'run.stopping' | 'run.paused' | 'run.cancelled';

/** One for the whole process; the worker sets it, the durable fetch asks it before each send. */
export interface StopControl {
  /** Why this run may send nothing new, if so. Cheap: it is asked often. */
  stopping(runId: string): StopReason | undefined;
}

const SENTENCES: { readonly [reason in StopReason]: string } = {
  'run.stopping': 'The worker is stopping: no new model call is sent.',
  'run.paused': 'The run is paused: no new model call is sent.',
  'run.cancelled': 'The run was cancelled: no new model call is sent, those in flight were aborted.',
};

export function stopError(reason: StopReason): WatersmeetError {
  return new WatersmeetError(reason, SENTENCES[reason]);
}

/** Milliseconds between two looks at the stop control while calls are under way. */
const LOOK_EVERY = 100;

export interface StopWatch {
  /** Tells of a stop, at every look while it lasts. Returns what ends the watch. */
  watch(runId: string, onStop: (reason: StopReason) => void): () => void;
}

/** Looks at the stop control for all calls under way, run by run, with one timer. */
export function createStopWatch(stopControl: StopControl, clock: Clock): StopWatch {
  const watchers = new Map<string, Set<(reason: StopReason) => void>>();
  let cancelTimer: (() => void) | undefined;

  function look(): void {
    cancelTimer = clock.after(LOOK_EVERY, look);
    for (const [runId, callbacks] of watchers) {
      const reason = stopControl.stopping(runId);
      if (reason !== undefined) for (const callback of callbacks) callback(reason);
    }
  }

  return {
    watch(runId, onStop) {
      const callbacks = watchers.get(runId) ?? new Set();
      watchers.set(runId, callbacks);
      callbacks.add(onStop);
      cancelTimer ??= clock.after(LOOK_EVERY, look);
      return () => {
        callbacks.delete(onStop);
        if (callbacks.size === 0 && watchers.get(runId) === callbacks) watchers.delete(runId);
        if (watchers.size > 0) return;
        cancelTimer?.();
        cancelTimer = undefined;
      };
    },
  };
}
