// One call on its way, and those who wait for it.

import { failureTypeOf, WatersmeetError } from '../core/failures.js';
import type { RecordedCall } from '../store/store.js';
import type { DurableCall } from './durable-call.js';
import { type StopControl, stopError, type StopReason } from './stop-control.js';

/** Everybody who had asked has gone: nothing is sent for nobody. Whoever comes in that very moment begins anew. */
export const ABANDONED = new WatersmeetError('run.stopping', 'Nobody waits for this model call any more: it is not sent.');

/** Who asks. */
export interface Asker {
  readonly runId: string;
  /** The session is over: cancelled, or of no interest any more. */
  readonly session: AbortSignal;
  /** The agent gave up this request. */
  readonly caller?: AbortSignal | undefined;
}

/**
 * State: those who wait, and whether the call itself is sleeping (in the limiter's queue, between two sends) or being
 * sent. A sleep ends when the run stops; a send only when the run of everybody who asked is cancelled.
 */
export class Flight {
  readonly call: DurableCall;
  readonly #stopControl: StopControl;
  readonly #send = new AbortController();
  #sleep: AbortController | undefined;
  #waiting = 0;
  #interested = 0;
  /** Another run waits for it as well. */
  #shared = false;
  #failed = false;

  constructor(call: DurableCall, stopControl: StopControl) {
    this.call = call;
    this.#stopControl = stopControl;
  }

  /** Aborts the send. */
  get sendSignal(): AbortSignal {
    return this.#send.signal;
  }

  /** Throws when nothing new may be sent. */
  checkMaySend(): void {
    this.#send.signal.throwIfAborted();
    const reason = this.#stopControl.stopping(this.call.runId);
    if (reason !== undefined) throw stopError(reason);
    if (this.#waiting === 0) throw ABANDONED;
  }

  /** Runs something that only passes time; it is given a signal that ends it early. */
  async sleeping<T>(wait: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.checkMaySend();
    const sleep = new AbortController();
    this.#sleep = sleep;
    try {
      return await wait(sleep.signal);
    } finally {
      this.#sleep = undefined;
    }
  }

  /** A send failed: from now on whoever waits, waits for the endpoint to recover. */
  noteFailure(): void {
    this.#failed = true;
  }

  stop(reason: StopReason): void {
    this.#sleep?.abort(stopError(reason));
    if (reason === 'run.cancelled' && !this.#shared) this.#send.abort(stopError(reason));
  }

  /** The answer, for one who asks; ends early, with the signal's reason, when the asker goes. */
  join(asker: Asker, answer: Promise<RecordedCall>): Promise<RecordedCall> {
    this.#waiting++;
    this.#interested++;
    if (asker.runId !== this.call.runId) this.#shared = true;
    return new Promise((resolve, reject) => {
      let left = false;
      const leave = (reason: unknown) => {
        if (left) return;
        left = true;
        this.#waiting--;
        reject(reason);
      };
      // An agent's impatience during an outage is still the outage's fault.
      const giveUp = () => leave(this.#failed ? gaveUp(this.call) : asker.caller?.reason);
      const end = () => {
        if (isCancelled(this.#stopControl, asker) && --this.#interested === 0) this.#send.abort(stopError('run.cancelled'));
        leave(asker.session.reason);
      };
      asker.caller?.addEventListener('abort', giveUp, { once: true });
      asker.session.addEventListener('abort', end, { once: true });
      const forget = () => {
        asker.caller?.removeEventListener('abort', giveUp);
        asker.session.removeEventListener('abort', end);
      };
      answer.then(
        (call) => {
          forget();
          resolve(call);
        },
        (error: unknown) => {
          forget();
          reject(error);
        },
      );
    });
  }
}

function gaveUp(call: DurableCall): WatersmeetError {
  return new WatersmeetError(
    'provider.unavailable',
    `The agent gave up a request to ${call.endpoint} for ${call.settings.model} that had failed and was waiting to be sent again.`,
  );
}

/** A failure that concerns the run which led the call, not the others that joined it. */
export function concernsOneRun(error: unknown): boolean {
  const type = failureTypeOf(error);
  return type === 'run.stopping' || type === 'run.paused' || type === 'run.cancelled' || type === 'limit.money';
}

function isCancelled(stopControl: StopControl, asker: Asker): boolean {
  return stopControl.stopping(asker.runId) === 'run.cancelled' || failureTypeOf(asker.session.reason) === 'run.cancelled';
}
