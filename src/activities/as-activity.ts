// The edge of every activity: heartbeat from the first line, one classification of errors.

import { setMaxListeners } from 'node:events';
import { Context, ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { FAILURES, failureTypeOf, type FailureType } from '../core/failures.js';

/** Milliseconds between heartbeats: a fifth of the shortest heartbeat time-out. A heartbeat is liveness, never state. */
const HEARTBEAT_EVERY = 1_000;

/** Wraps an implementation: heartbeats while it runs, turns its errors into the failure types of core/failures. */
export function asActivity<Input, Result>(implementation: (input: Input, signal: AbortSignal) => Promise<Result>): (input: Input) => Promise<Result> {
  return async (input) => {
    const context = Context.current();
    context.heartbeat();
    // Every rollout of a batch listens.
    setMaxListeners(0, context.cancellationSignal);
    const timer = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY);
    try {
      return await implementation(input, context.cancellationSignal);
    } catch (error) {
      throw asFailure(error);
    } finally {
      clearInterval(timer);
    }
  };
}

/** The failure Temporal sees: its type is a row of the table, its message one sentence without secrets. */
export function asFailure(error: unknown): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  const type: FailureType = failureTypeOf(error) ?? 'internal.defect';
  const message = error instanceof Error ? error.message : String(error);
  const failure = ApplicationFailure.create({
    type,
    message,
    nonRetryable: !FAILURES[type].retryable,
    ...(type === 'internal.defect' ? {} : { category: 'BENIGN' as const }),
  });
  if (type === 'internal.defect' && error instanceof Error && error.stack !== undefined) failure.stack = error.stack;
  return failure;
}
