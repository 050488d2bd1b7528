// What the tests of models share: clocks, a store in memory, sessions.

import type { CallScope, ModelSession } from '../../src/models/gateway.js';
import type { ModelSettings } from '../../src/core/run-settings.js';
import { type Clock, systemClock } from '../../src/models/clock.js';
import type { DurableCallOptions } from '../../src/models/durable-call.js';
import { createGateway } from '../../src/models/durable-gateway.js';
import type { StopReason } from '../../src/models/stop-control.js';
import type { CallClaim, ClaimResult, RecordedCall, Store } from '../../src/store/store.js';

/** Time that stands still until a test lets it pass. */
export class ManualClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass, timer by timer, with what follows from each. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settled();
      const next = this.#timers.filter((timer) => timer.at <= end).sort((left, right) => left.at - right.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
    await settled();
  }

  get timers(): number {
    return this.#timers.length;
  }
}

/** Real time, so many times as fast. */
export function fastClock(speed: number): Clock {
  const begun = Date.now();
  return { now: () => begun + (Date.now() - begun) * speed, after: (milliseconds, callback) => systemClock.after(milliseconds / speed, callback) };
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Ends when the condition holds; throws after 5 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let look = 0; look < 1_000; look++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('What the test waited for did not happen.');
}

/** The calls of a store, in memory. */
export class MemoryCalls implements Pick<Store, 'claimCall' | 'recordCall' | 'releaseCall' | 'getCall' | 'spent'> {
  readonly claims = new Map<string, CallClaim>();
  readonly records = new Map<string, RecordedCall>();
  readonly requests: CallClaim[] = [];
  readonly lost: string[] = [];
  spentAsked = 0;

  async claimCall(claim: CallClaim): Promise<ClaimResult> {
    const call = this.records.get(claim.key);
    if (call !== undefined) return { state: 'recorded', call };
    const other = this.claims.get(claim.key);
    if (other?.bootId === claim.bootId) return { state: 'in-flight' };
    if (other !== undefined) this.lost.push(claim.key);
    this.claims.set(claim.key, claim);
    this.requests.push(claim);
    return { state: 'claimed', tookOver: other !== undefined };
  }

  async recordCall(call: RecordedCall): Promise<void> {
    if (!this.claims.delete(call.key)) throw new Error('recorded without a claim');
    this.records.set(call.key, call);
  }

  async releaseCall(key: string): Promise<void> {
    this.claims.delete(key);
  }

  async getCall(key: string): Promise<RecordedCall | undefined> {
    return this.records.get(key);
  }

  async spent(): Promise<{ readonly recorded: number; readonly reserved: number }> {
    this.spentAsked++;
    let recorded = 0;
    let reserved = 0;
    for (const call of this.records.values()) recorded += call.cost;
    for (const claim of this.claims.values()) reserved += claim.estimatedCost;
    return { recorded, reserved };
  }
}

export const KEY = 'sk-a-secret-of-the-test';

export function settingsFor(endpoint: string, change: Partial<ModelSettings> = {}): ModelSettings {
  return { model: 'fake-model', endpoint, contextTokens: 8_000, maxTokens: 100, temperature: 0, concurrency: 8, timeoutSeconds: 1_000, ...change };
}

export class Harness {
  readonly store: MemoryCalls;
  readonly settings: ModelSettings;
  readonly stops = new Map<string, StopReason>();
  readonly #gateway: ReturnType<typeof createGateway>;

  constructor(
    baseURL: string,
    options: Partial<Omit<DurableCallOptions, 'store'>> & { readonly store?: MemoryCalls; readonly settings?: Partial<ModelSettings> } = {},
  ) {
    const { settings, ...rest } = options;
    this.store = options.store ?? new MemoryCalls();
    this.settings = settingsFor(baseURL, settings);
    this.#gateway = createGateway({
      bootId: 'this-boot',
      stopControl: { stopping: (runId) => this.stops.get(runId) },
      resolveEndpoint: async () => ({ baseURL, apiKey: KEY }),
      clock: fastClock(50),
      random: () => 0.5,
      moneyLimit: () => undefined,
      retryForSeconds: 20,
      ...rest,
      store: this.store,
    });
  }

  open(
    change: { readonly runId?: string; readonly scope?: CallScope; readonly signal?: AbortSignal; readonly settings?: Partial<ModelSettings> } = {},
  ): ModelSession {
    return this.#gateway.open({
      runId: change.runId ?? 'run-1',
      scope: change.scope ?? { role: 'agent', content: { candidate: 'c1', task: 't1', sample: 0 } },
      settings: { ...this.settings, ...change.settings },
      signal: change.signal ?? new AbortController().signal,
    });
  }
}

/** One chat completion; its text. */
export async function ask(session: ModelSession, question: string, options?: { readonly signal?: AbortSignal }): Promise<string> {
  const completion = await session.openai.chat.completions.create(
    { model: session.settings.model, messages: [{ role: 'user', content: question }], max_tokens: 100 },
    options,
  );
  return completion.choices[0]?.message.content ?? '';
}
