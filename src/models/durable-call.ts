// The life of one call: found in the record, joined in flight, or claimed, sent, sent again, and recorded.

import { failureTypeOf, WatersmeetError } from '../core/failures.js';
import type { JsonObject } from '../core/json.js';
import type { Role } from '../core/outcome.js';
import type { ModelSettings } from '../core/run-settings.js';
import type { RecordedCall, Store } from '../store/store.js';
import type { ModelRequest } from './call-key.js';
import { type Clock, sleep } from './clock.js';
import { classifyReply, type Verdict } from './errors.js';
import { ABANDONED, type Asker, concernsOneRun, Flight } from './flight.js';
import { createLimiters, type Limiter, type Permit } from './limiter.js';
import { createMoneyGuard, type Reservation } from './money-guard.js';
import { type CallEstimate, costOf } from './pricing.js';
import type { ReportedUsage } from './response-recording.js';
import { backoff } from './retry.js';
import { createStopWatch, type StopControl } from './stop-control.js';
import { ConnectionFailure, createTransport, type Reply } from './transport.js';

/** Where the calls of a model go, and the secret that opens it. */
export interface ResolvedEndpoint {
  readonly baseURL: string;
  /** Empty when the endpoint wants none. */
  readonly apiKey: string;
}

export interface DurableCallOptions {
  readonly store: Pick<Store, 'claimCall' | 'recordCall' | 'releaseCall' | 'getCall' | 'spent'>;
  /** Identifies this process in claims. One such object a process: it holds the calls in flight. */
  readonly bootId: string;
  readonly stopControl: StopControl;
  /** Asked before each send; starts the local model. What it throws counts as a connection error, unless it is a WatersmeetError. */
  readonly resolveEndpoint: (settings: ModelSettings) => Promise<ResolvedEndpoint>;
  readonly clock: Clock;
  /** In [0, 1): spreads repetitions in time, and nothing else. */
  readonly random: () => number;
  /** US dollars a run may spend; undefined for no limit. Asked before each send of a priced model. */
  readonly moneyLimit: (runId: string) => number | undefined;
  /** Seconds after its first failure in which a call is sent again; and in which a model may fail for everybody before all who wait for it give up. */
  readonly retryForSeconds: number;
}

export interface DurableCall {
  readonly key: string;
  readonly runId: string;
  readonly role: Role;
  readonly scope: JsonObject;
  readonly settings: ModelSettings;
  /** As in the key. */
  readonly endpoint: string;
  readonly request: ModelRequest;
  readonly estimate: CallEstimate;
}

export interface DurableCalls {
  /** A sentence while an endpoint answers nobody: which, since when, and why. */
  trouble(): string | undefined;
  /** Calls that are being answered now, and the seconds that the last of them may take. */
  inFlight(): { readonly calls: number; readonly seconds: number };
  /** Throws WatersmeetError, what the store throws, or the reason of the asker's signal. */
  answer(call: DurableCall, asker: Asker): Promise<RecordedCall>;
}

type Attempt =
  | { readonly kind: 'recorded'; readonly call: RecordedCall }
  /** Another living process has it (only with a store for several machines). */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'transient'; readonly reason: string; readonly retryAfter?: number };

/** Milliseconds an endpoint may fail before a person is told. */
const TOLD_AFTER = 5_000;

/** Milliseconds between two looks at a call that another process has. */
const FOREIGN_LOOK_EVERY = 500;

/** A shorter key could be part of an honest answer. */
const SHORTEST_SECRET = 8;

export function createDurableCalls(options: DurableCallOptions): DurableCalls {
  const { store, clock } = options;
  const flights = new Map<string, { readonly flight: Flight; readonly answer: Promise<RecordedCall> }>();
  /** What is with an endpoint, and how long it is waited for. */
  const sends = new Set<{ readonly until: number }>();
  /** Answers that could not be written. */
  const unrecorded = new Map<string, RecordedCall>();
  const limiters = createLimiters(clock);
  /** The last failure of each endpoint's model, and where one sees whether it still fails. */
  const failures = new Map<string, { readonly limiter: Limiter; readonly model: string; readonly endpoint: string; readonly reason: string }>();
  const money = createMoneyGuard(store, options.moneyLimit);
  const stopWatch = createStopWatch(options.stopControl, clock);
  const transport = createTransport(clock);

  async function answer(call: DurableCall, asker: Asker): Promise<RecordedCall> {
    for (;;) {
      asker.session.throwIfAborted();
      asker.caller?.throwIfAborted();
      const { flight, answer } = flights.get(call.key) ?? begin(call);
      try {
        return await flight.join(asker, answer);
      } catch (error) {
        // Whoever joined the call of another run does not share that run's end: it leads a call of its own.
        const notOurs = flight.call.runId !== call.runId && concernsOneRun(error);
        if (!notOurs && error !== ABANDONED) throw error;
      }
    }
  }

  function begin(call: DurableCall): { readonly flight: Flight; readonly answer: Promise<RecordedCall> } {
    const flight = new Flight(call, options.stopControl);
    const answer = fly(flight).finally(() => flights.delete(call.key));
    // It goes on, and is recorded, when everybody who waited has gone.
    answer.catch(() => undefined);
    const begun = { flight, answer };
    flights.set(call.key, begun);
    return begun;
  }

  async function fly(flight: Flight): Promise<RecordedCall> {
    const answered = unrecorded.get(flight.call.key);
    if (answered !== undefined) return keep(answered);
    const recorded = await store.getCall(flight.call.key);
    if (recorded !== undefined) return recorded;
    const endWatch = stopWatch.watch(flight.call.runId, (reason) => flight.stop(reason));
    try {
      return await sendUntilAnswered(flight);
    } finally {
      endWatch();
    }
  }

  /** Not handed on before it is recorded; what could not be (a full disk) is recorded when it is asked for again, and not sent again. */
  async function keep(call: RecordedCall): Promise<RecordedCall> {
    unrecorded.set(call.key, call);
    await store.recordCall(call);
    unrecorded.delete(call.key);
    return call;
  }

  async function sendUntilAnswered(flight: Flight): Promise<RecordedCall> {
    const { settings, estimate } = flight.call;
    const limiter = limiters.of(settings);
    let failed = 0;
    let firstFailure = 0;
    for (;;) {
      const permit = await flight.sleeping((signal) => limiter.acquire(estimate.tokens, signal));
      const attempt = await attemptOnce(flight, permit).finally(() => permit.released());
      if (attempt.kind === 'recorded') return attempt.call;
      if (attempt.kind === 'foreign') {
        await flight.sleeping((signal) => sleep(clock, FOREIGN_LOOK_EVERY, signal));
        continue;
      }
      flight.noteFailure();
      failures.set(`${flight.call.endpoint} ${settings.model}`, { limiter, model: settings.model, endpoint: flight.call.endpoint, reason: attempt.reason });
      const now = clock.now();
      if (failed++ === 0) firstFailure = now;
      const delay = attempt.retryAfter ?? backoff(failed, options.random);
      const patienceEnds = Math.min(firstFailure - delay, limiter.failingSince() ?? now) + options.retryForSeconds * 1_000;
      if (now > patienceEnds) throw giveUp(flight, limiter, firstFailure, failed, attempt);
      await flight.sleeping((signal) => sleep(clock, delay, signal));
    }
  }

  /** The endpoint is unavailable. If it answered nobody else meanwhile, those who wait for it need not find out one by one. */
  function giveUp(
    flight: Flight,
    limiter: Limiter,
    firstFailure: number,
    failures: number,
    last: { readonly reason: string; readonly retryAfter?: number },
  ): WatersmeetError {
    const { call } = flight;
    const asks = last.retryAfter === undefined ? '' : `, asking to wait ${Math.ceil(last.retryAfter / 1_000)} s`;
    const error = new WatersmeetError(
      'provider.unavailable',
      `${call.endpoint} did not answer for ${call.settings.model}: ${failures} failed ${failures === 1 ? 'try' : 'tries'}, the last one with ${last.reason}${asks}.`,
    );
    const failingSince = limiter.failingSince();
    if (failingSince !== undefined && failingSince <= firstFailure) limiter.rejectWaiting(error);
    return error;
  }

  async function attemptOnce(flight: Flight, permit: Permit): Promise<Attempt> {
    const { call } = flight;
    let endpoint: ResolvedEndpoint;
    try {
      endpoint = await options.resolveEndpoint(call.settings);
    } catch (error) {
      if (failureTypeOf(error) !== undefined) throw error;
      permit.failed();
      return { kind: 'transient', reason: error instanceof Error ? error.message : String(error) };
    }
    const reservation = await money.reserve(call.runId, call.estimate.cost);
    try {
      flight.checkMaySend();
      const claim = await claimCall(call);
      if (claim.state === 'recorded') return { kind: 'recorded', call: claim.call };
      if (claim.state === 'foreign') return { kind: 'foreign' };
      // `in-flight` without a flight here: a claim of ours that could not be given back. It is ours.
      if (claim.state === 'claimed' && claim.tookOver) reservation.tookOver();
      return await sendClaimed(flight, endpoint, permit, reservation);
    } finally {
      // Does nothing when the reservation was settled.
      reservation.cancel();
    }
  }

  function claimCall(call: DurableCall): ReturnType<Store['claimCall']> {
    return store.claimCall({
      key: call.key,
      bootId: options.bootId,
      runId: call.runId,
      role: call.role,
      model: call.settings.model,
      endpoint: call.endpoint,
      scope: call.scope,
      request: call.request.text,
      estimatedTokens: call.estimate.tokens,
      estimatedCost: call.estimate.cost,
    });
  }

  async function sendClaimed(flight: Flight, endpoint: ResolvedEndpoint, permit: Permit, reservation: Reservation): Promise<Attempt> {
    const { call } = flight;
    const begun = clock.now();
    let sent: { readonly reply: Reply; readonly verdict: Verdict };
    try {
      sent = await send(flight, endpoint);
    } catch (error) {
      if (error instanceof ConnectionFailure) permit.failed();
      await store.releaseCall(call.key);
      if (error instanceof ConnectionFailure) return { kind: 'transient', reason: error.message };
      throw error;
    }
    const { reply, verdict } = sent;
    if (verdict.kind === 'record') {
      const recorded = recordedCall(call, reply, verdict.usage, clock.now() - begun);
      permit.succeeded(recorded.promptTokens + recorded.completionTokens);
      reservation.settle(recorded.cost);
      return { kind: 'recorded', call: await keep(recorded) };
    }
    if (verdict.kind === 'transient' && verdict.overloaded) permit.overloaded(verdict.retryAfter);
    if (verdict.kind === 'transient' && !verdict.overloaded) permit.failed();
    await store.releaseCall(call.key);
    if (verdict.kind === 'fatal') throw verdict.error;
    return verdict;
  }

  async function send(flight: Flight, endpoint: ResolvedEndpoint): Promise<{ readonly reply: Reply; readonly verdict: Verdict }> {
    const { call } = flight;
    const { request, settings } = call;
    const sending = { until: clock.now() + settings.timeoutSeconds * 1_000 };
    sends.add(sending);
    const reply = await transport
      .post({
        url: `${endpoint.baseURL.replace(/\/+$/, '')}/${request.path}`,
        // The client's own headers stay here: they carry ambient variables, and the answer may depend on nothing outside the key.
        headers: {
          accept: request.stream ? 'text/event-stream' : 'application/json',
          'content-type': 'application/json',
          'user-agent': 'watersmeet',
          'x-watersmeet-call': call.key,
          ...(endpoint.apiKey === '' ? {} : { authorization: `Bearer ${endpoint.apiKey}` }),
        },
        body: request.text,
        timeoutMilliseconds: settings.timeoutSeconds * 1_000,
        signal: flight.sendSignal,
      })
      .finally(() => sends.delete(sending));
    const safe = withoutSecret(reply, endpoint.apiKey);
    return {
      reply: safe,
      verdict: classifyReply({ endpoint: call.endpoint, model: settings.model, api: request.api, stream: request.stream }, safe, clock.now()),
    };
  }

  function trouble(): string | undefined {
    for (const { limiter, model, endpoint, reason } of failures.values()) {
      const since = limiter.failingSince();
      if (since === undefined || clock.now() - since < TOLD_AFTER) continue;
      return `${endpoint} does not answer for ${model} (${reason}); it is tried again.`;
    }
    return undefined;
  }

  function inFlight(): { readonly calls: number; readonly seconds: number } {
    const left = [...sends].map(({ until }) => Math.ceil((until - clock.now()) / 1_000));
    return { calls: left.length, seconds: Math.max(0, ...left) };
  }

  return { answer, trouble, inFlight };
}

function recordedCall(call: DurableCall, reply: Reply, usage: ReportedUsage, latency: number): RecordedCall {
  const promptTokens = usage.promptTokens ?? call.estimate.promptTokens;
  const completionTokens = usage.completionTokens ?? Math.ceil(usage.completionCharacters / 4);
  const cachedTokens = usage.cachedTokens ?? 0;
  return {
    key: call.key,
    status: reply.status,
    contentType: reply.header('content-type') ?? 'application/octet-stream',
    body: reply.body,
    promptTokens,
    completionTokens,
    cachedTokens,
    cost: costOf(call.settings.price, { promptTokens, cachedTokens, completionTokens }),
    latency,
  };
}

/** Some endpoints repeat the key in what they answer; it is kept nowhere. */
function withoutSecret(reply: Reply, secret: string): Reply {
  if (secret.length < SHORTEST_SECRET || !reply.body.includes(secret)) return reply;
  return { ...reply, body: reply.body.replaceAll(secret, '***') };
}
