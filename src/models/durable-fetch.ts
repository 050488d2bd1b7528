// The `fetch` of the `openai` client: what was answered once is answered from the record.

import { failureTypeOf } from '../core/failures.js';
import type { ModelSettings } from '../core/run-settings.js';
import { callKey, type CallIdentity, clientBaseURL, keyScope, type ModelRequest, normaliseEndpoint, readRequest } from './call-key.js';
import type { DurableCalls } from './durable-call.js';
import type { CallScope } from './gateway.js';
import { estimateCall } from './pricing.js';
import { replay } from './response-recording.js';
import type { SessionRecord } from './session-record.js';
import { type StopControl, stopError } from './stop-control.js';

export interface DurableFetchOptions {
  readonly runId: string;
  readonly scope: CallScope;
  readonly settings: ModelSettings;
  readonly signal: AbortSignal;
  readonly calls: DurableCalls;
  readonly record: SessionRecord;
  readonly stopControl: StopControl;
}

/** The part of `fetch` that the `openai` client uses. */
export type DurableFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * One for each session. Rejects with a WatersmeetError (or what the store threw) for whatever the infrastructure did,
 * and notes it in the record: from then on the session sends nothing more.
 */
export function createDurableFetch(options: DurableFetchOptions): DurableFetch {
  const { record, settings, signal } = options;
  const endpoint = normaliseEndpoint(settings.endpoint);
  const baseURL = clientBaseURL(endpoint);
  const scope = keyScope(options.scope);
  const number = createNumbering();

  async function ask(request: ModelRequest, caller: AbortSignal | undefined): Promise<Response> {
    const identity: CallIdentity = { endpoint, path: request.path, body: request.body, scope };
    const note = record.begin();
    return number(identity, async (key) => {
      throwIfFailed(record);
      const call = await options.calls.answer(
        {
          key,
          runId: options.runId,
          role: options.scope.role,
          scope,
          settings,
          endpoint,
          request,
          estimate: estimateCall(settings, request.api, request.body),
        },
        { runId: options.runId, session: signal, caller },
      );
      note({ callKey: key, promptTokens: call.promptTokens, completionTokens: call.completionTokens });
      return replay(call);
    });
  }

  return async (input, init = {}) => {
    const caller = init.signal ?? undefined;
    const endWaiting = record.startWaiting();
    try {
      throwIfFailed(record);
      return await ask(readRequest(baseURL, urlOf(input), { method: init.method, body: init.body }), caller);
    } catch (error) {
      if (signal.aborted) throw sessionEnded(options);
      // The agent gave up its own request: its affair.
      if (caller?.aborted !== true || failureTypeOf(error) !== undefined) record.fail(error);
      throw error;
    } finally {
      endWaiting();
    }
  };
}

function urlOf(input: string | URL | Request): string {
  if (typeof input === 'string') return input;
  return input instanceof URL ? input.href : input.url;
}

/** Why the session is over. The agent's own time limit is its own affair; all else is not. */
function sessionEnded({ runId, signal, record, stopControl }: DurableFetchOptions): unknown {
  const reason: unknown = signal.reason;
  if (typeof reason === 'object' && reason !== null && 'agentFailure' in reason) return reason;
  const stop = stopControl.stopping(runId);
  const error = failureTypeOf(reason) === undefined && stop !== undefined ? stopError(stop) : reason;
  record.fail(error);
  return error;
}

/** The task is `not-run` already: nothing more is sent, or paid, for it. */
function throwIfFailed(record: SessionRecord): void {
  const error = record.error();
  if (error !== undefined) throw error;
}

/** Numbers identical requests and lets them run one after another, in the order in which they were asked for. */
function createNumbering(): <T>(identity: CallIdentity, run: (key: string) => Promise<T>) => Promise<T> {
  const seen = new Map<string, { count: number; last: Promise<unknown> }>();
  return (identity, run) => {
    const firstKey = callKey(identity, 0);
    const before = seen.get(firstKey);
    const n = before?.count ?? 0;
    const key = n === 0 ? firstKey : callKey(identity, n);
    const result = before === undefined ? run(key) : before.last.then(() => run(key));
    seen.set(firstKey, { count: n + 1, last: result.catch(() => undefined) });
    return result;
  };
}
