// The door every step goes through: pause, what a person must mend, what time mends, and what ends the run.

import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  isCancellation,
  setHandler,
  sleep,
  TemporalFailure,
  TimeoutFailure,
  workflowInfo,
  type ChildWorkflowHandle,
  type SignalDefinition,
  type Workflow,
} from '@temporalio/workflow';
import type { Activities } from '../activities/contract.js';
import type { RunEventBody } from '../core/events.js';
import { FAILURES, isFailureType, type FailureKind, type FailureType, type WaitingReason } from '../core/failures.js';
import type { EnginePace } from '../core/messages.js';
import { mendedSignal, pauseSignal, unpauseSignal } from './messages.js';

/** What passes without a person; the rest is tried again when one says that it is mended. */
const MENDED_BY_TIME: readonly WaitingReason[] = ['provider', 'disk'];
/**
 * Seconds before a step is tried again whose process died or is stopping, doubling from the first to the last: nobody has to
 * be spared. That of a paused run goes on doubling: it is woken when the pause ends.
 */
const AGAIN_SECONDS = { first: 1, last: 10 };
/** Starts of a child whose id is still taken. */
const CHILD_ATTEMPTS = 60;

export class RunGate {
  readonly #act: Activities;
  readonly #runId: string;
  readonly #pace: EnginePace;
  readonly #children = new Set<ChildWorkflowHandle<Workflow>>();
  #paused = false;
  /** A step failed by what can be mended, and tries again; the others wait until it comes through. */
  #waiting = false;
  /** Signals after which what failed is worth trying again. */
  #encouragements = 0;
  #notes = 0;

  constructor(act: Activities, runId: string, pace: EnginePace) {
    this.#act = act;
    this.#runId = runId;
    this.#pace = pace;
    setHandler(pauseSignal, async () => {
      this.#paused = true;
      await this.#forward(pauseSignal);
    });
    setHandler(unpauseSignal, async () => {
      this.#paused = false;
      this.#encouragements++;
      await this.#forward(unpauseSignal);
    });
    setHandler(mendedSignal, async () => {
      this.#encouragements++;
      await this.#forward(mendedSignal);
    });
  }

  /** Waits for a child, to which signals are forwarded meanwhile. */
  async child<T extends Workflow>(start: () => Promise<ChildWorkflowHandle<T>>): Promise<Awaited<ReturnType<T>>> {
    await this.#open();
    const handle = await this.#started(start);
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
    /** What was last noted: the reason, and how often somebody had said by then that it is mended. */
    let noted: { readonly waiting: WaitingReason; readonly seen: number } | undefined;
    let seconds = 0;
    try {
      for (;;) {
        await condition(() => !this.#paused && (probing || !this.#waiting));
        const seen = this.#encouragements;
        try {
          const result = await action();
          if (noted !== undefined) await this.#note({ type: 'run-continued' });
          return result;
        } catch (error) {
          const failure = failureOf(error);
          if (isCancellation(error) || failure?.kind.run === 'stop' || (failure === undefined && !isTimeout(error))) throw error;
          if (this.#waiting && !probing) continue;
          this.#waiting = true;
          probing = true;
          const waiting = failure?.kind.waiting;
          if (failure !== undefined && waiting !== undefined && (noted?.waiting !== waiting || noted.seen !== seen)) {
            noted = (await this.#note({ type: 'run-waiting', reason: waiting, sentence: failure.message })) ? { waiting, seen } : undefined;
          }
          const encouraged = () => this.#encouragements > seen;
          if (noted !== undefined && noted.waiting === waiting && !MENDED_BY_TIME.includes(noted.waiting)) {
            await condition(encouraged);
          } else {
            const first = waiting === undefined ? AGAIN_SECONDS.first : this.#pace.probeSeconds.first;
            const last = waiting === undefined && failure?.type !== 'run.paused' ? AGAIN_SECONDS.last : this.#pace.probeSeconds.last;
            seconds = Math.max(first, Math.min(2 * seconds, last));
            await condition(encouraged, seconds * 1_000);
          }
        }
      }
    } finally {
      if (probing) this.#waiting = false;
    }
  }

  /** The children of an execution that was ended a moment ago end after it: their ids are taken until then. */
  async #started<T extends Workflow>(start: () => Promise<ChildWorkflowHandle<T>>): Promise<ChildWorkflowHandle<T>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await start();
      } catch (error) {
        // Its class is not among the exports for workflows.
        const taken = error instanceof TemporalFailure && error.name === 'WorkflowExecutionAlreadyStartedError';
        if (!taken || attempt === CHILD_ATTEMPTS) throw error;
        await sleep(AGAIN_SECONDS.first * 1_000);
      }
    }
  }

  #open(): Promise<void> {
    return condition(() => !this.#paused && !this.#waiting);
  }

  async #forward(signal: SignalDefinition): Promise<void> {
    await Promise.all([...this.#children].map((child) => child.signal(signal).catch(() => undefined)));
  }

  /**
   * Waiting is no part of the result: its events are keyed by the execution, not by the step alone. Returns whether it was
   * written; a disk that is full takes no note of it.
   */
  async #note(body: RunEventBody): Promise<boolean> {
    const { workflowId, runId } = workflowInfo();
    try {
      await this.#act.recordEvents({ runId: this.#runId, events: [{ path: `waiting/${workflowId}/${runId}`, number: this.#notes++, body }] });
      return true;
    } catch (error) {
      if (isCancellation(error)) throw error;
      return false;
    }
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

/** Whether a failure of this type is at the bottom of an error, below child workflows and activities. */
export function hasFailed(error: unknown, type: FailureType): boolean {
  if (error instanceof ApplicationFailure && error.type === type) return true;
  return error instanceof TemporalFailure && error.cause !== undefined && hasFailed(error.cause, type);
}
