// The door every step goes through: pause, what a person must mend, what time mends, and what ends the run.

import { ActivityFailure, ApplicationFailure, condition, isCancellation, setHandler, sleep, TimeoutFailure, workflowInfo, type ChildWorkflowHandle, type SignalDefinition, type Workflow } from '@temporalio/workflow';
import type { Activities } from '../activities/contract.js';
import { FAILURES, isFailureType, type FailureKind, type FailureType } from '../core/failures.js';
import { mendedSignal, pauseSignal, unpauseSignal } from './messages.js';

/** Seconds between probes of a provider that does not answer: doubling from the first to the last. */
const PROBE_SECONDS = { first: 30, last: 600 };
/** Seconds before a step is tried again whose process died or is stopping. */
const AGAIN_SECONDS = 1;

export class RunGate {
  readonly #act: Activities;
  readonly #runId: string;
  readonly #children = new Set<ChildWorkflowHandle<Workflow>>();
  #paused = false;
  #waiting = false;
  #mended = 0;
  #notes = 0;

  constructor(act: Activities, runId: string) {
    this.#act = act;
    this.#runId = runId;
    setHandler(pauseSignal, async () => {
      this.#paused = true;
      await this.#forward(pauseSignal);
    });
    setHandler(unpauseSignal, async () => {
      this.#paused = false;
      await this.#forward(unpauseSignal);
    });
    setHandler(mendedSignal, async () => {
      this.#mended++;
      await this.#forward(mendedSignal);
    });
  }

  /** Waits for a child, to which signals are forwarded meanwhile. */
  async child<T extends Workflow>(start: () => Promise<ChildWorkflowHandle<T>>): Promise<Awaited<ReturnType<T>>> {
    await this.#open();
    const handle = await start();
    this.#children.add(handle);
    if (this.#paused) await handle.signal(pauseSignal);
    try {
      return (await handle.result()) as Awaited<ReturnType<T>>;
    } finally {
      this.#children.delete(handle);
    }
  }

  /** Does one step; does it again for as long as it fails by what can be mended. Throws what ends the run. */
  async step<T>(action: () => Promise<T>): Promise<T> {
    let probing = false;
    let probeSeconds = PROBE_SECONDS.first;
    for (;;) {
      // One step at a time probes; the others wait until it came through.
      await condition(() => !this.#paused && (probing || !this.#waiting));
      try {
        const result = await action();
        if (probing) {
          this.#waiting = false;
          await this.#note('run-continued');
        }
        return result;
      } catch (error) {
        if (isCancellation(error)) throw error;
        const failure = failureOf(error);
        if (failure === undefined || failure.kind.run === 'again') {
          if (failure === undefined && !isTimeout(error)) throw error;
          await sleep(AGAIN_SECONDS * 1_000);
          continue;
        }
        if (failure.kind.run === 'stop') throw error;
        if (!probing && this.#waiting) continue;
        this.#waiting = true;
        const seen = this.#mended;
        if (!probing || failure.type !== 'provider.unavailable') await this.#note('run-waiting', failure);
        probing = true;
        if (failure.type === 'provider.unavailable') {
          await condition(() => this.#mended > seen, probeSeconds * 1_000);
          probeSeconds = Math.min(PROBE_SECONDS.last, probeSeconds * 2);
        } else {
          await condition(() => this.#mended > seen);
        }
      }
    }
  }

  #open(): Promise<void> {
    return condition(() => !this.#paused && !this.#waiting);
  }

  async #forward(signal: SignalDefinition): Promise<void> {
    await Promise.all([...this.#children].map((child) => child.signal(signal).catch(() => undefined)));
  }

  /** Waiting is no part of the result: its events are keyed by the execution, not by the step alone. */
  async #note(type: 'run-waiting' | 'run-continued', failure?: Failure): Promise<void> {
    const { workflowId, runId } = workflowInfo();
    const body = type === 'run-continued' || failure?.kind.waiting === undefined ? ({ type: 'run-continued' } as const) : ({ type: 'run-waiting', reason: failure.kind.waiting, sentence: failure.message } as const);
    await this.#act.recordEvents({ runId: this.#runId, events: [{ path: `waiting/${workflowId}/${runId}`, number: this.#notes++, body }] });
  }
}

interface Failure {
  readonly type: FailureType;
  readonly kind: FailureKind;
  readonly message: string;
}

/** The row of the failure table an activity's failure belongs to. */
export function failureOf(error: unknown): Failure | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || !isFailureType(cause.type)) return undefined;
  return { type: cause.type, kind: FAILURES[cause.type], message: cause.message };
}

/** Five processes in a row died or went silent under the activity: not the step's fault. */
function isTimeout(error: unknown): boolean {
  return error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
}
