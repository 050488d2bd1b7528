// How fast one model of one endpoint is asked: calls in flight, requests and tokens a minute, and what the endpoint itself
// says with 429 and 503 (additive increase, multiplicative decrease; Chiu and Jain 1989).

import type { Clock } from './clock.js';

export interface LimiterSettings {
  /** Calls in flight at most; 1 or more. */
  readonly concurrency: number;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
}

/** The right to send one request. Exactly the first of its ends counts. */
export interface Permit {
  /** The endpoint answered, using so many tokens. */
  succeeded(tokens: number): void;
  /** The endpoint said 429 or 503, and perhaps for how many milliseconds it wants to be left alone. */
  overloaded(retryAfter?: number): void;
  /** The endpoint failed in a way that says nothing about its capacity. */
  failed(): void;
  /** Nothing was sent, or nothing can be said. */
  released(): void;
}

export interface Limiter {
  /** New limits hold from the next permit on. */
  configure(settings: LimiterSettings): void;
  /** First come, first served. Rejects with the signal's reason when it is aborted. */
  acquire(tokens: number, signal?: AbortSignal): Promise<Permit>;
  /** Since when the endpoint has only failed, milliseconds since 1970; undefined while it answers, and after a rest. */
  failingSince(): number | undefined;
  /** Sends everyone who waits away: the endpoint is down. What comes next begins anew. */
  rejectWaiting(error: Error): void;
  state(): { readonly inFlight: number; readonly allowed: number; readonly waiting: number };
}

interface Waiter {
  readonly tokens: number;
  readonly admit: (permit: Permit) => void;
  readonly reject: (error: unknown) => void;
}

/** A share of a minute's quota that may be used at once. Providers check windows shorter than a minute. */
const BURST = 1 / 6;

/** Most milliseconds one Retry-After holds the whole model back: whoever waits learns of an outage in time. */
export const LONGEST_HOLD = 120_000;

export function createLimiter(settings: LimiterSettings, clock: Clock): Limiter {
  const waiting = new Set<Waiter>();
  let cap = Math.max(1, settings.concurrency);
  /** Calls the endpoint bears, as far as we know; fractional while it grows. */
  let bearable = cap;
  let inFlight = 0;
  /** Halvings so far. A send that began before the last one tells nothing new. */
  let halvings = 0;
  let heldUntil = 0;
  let failingSince: number | undefined;
  let requests = createBucket(settings.requestsPerMinute, 1, clock);
  let tokens = createBucket(settings.tokensPerMinute, 0, clock);
  let configured = settings;
  let cancelTimer: (() => void) | undefined;

  const allowed = () => Math.max(1, Math.floor(bearable));

  function pump(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    for (const waiter of waiting) {
      if (inFlight >= allowed()) return;
      const wait = Math.max(heldUntil - clock.now(), requests.timeUntil(1), tokens.timeUntil(waiter.tokens));
      if (wait > 0) {
        cancelTimer = clock.after(wait, pump);
        return;
      }
      waiting.delete(waiter);
      waiter.admit(permit(waiter.tokens));
    }
  }

  function permit(estimate: number): Permit {
    requests.take(1);
    tokens.take(estimate);
    // What happened before everything came to rest says nothing about now.
    if (inFlight === 0 && waiting.size === 0) failingSince = undefined;
    inFlight++;
    const round = halvings;
    let ended = false;
    const end = (change?: () => void) => {
      if (ended) return;
      ended = true;
      inFlight--;
      change?.();
      pump();
    };
    return {
      succeeded: (used) =>
        end(() => {
          tokens.take(used - estimate);
          failingSince = undefined;
          bearable = Math.min(cap, bearable + 1 / allowed());
        }),
      overloaded: (retryAfter) =>
        end(() => {
          failingSince ??= clock.now();
          if (retryAfter !== undefined) heldUntil = Math.max(heldUntil, clock.now() + Math.min(retryAfter, LONGEST_HOLD));
          if (round !== halvings) return;
          halvings++;
          bearable = Math.max(1, Math.floor(bearable / 2));
        }),
      failed: () =>
        end(() => {
          failingSince ??= clock.now();
        }),
      released: () => end(),
    };
  }

  return {
    configure(next) {
      if (next === configured) return;
      const grown = Math.max(1, next.concurrency);
      bearable = bearable >= cap ? grown : Math.min(bearable, grown);
      cap = grown;
      if (next.requestsPerMinute !== configured.requestsPerMinute) requests = createBucket(next.requestsPerMinute, 1, clock);
      if (next.tokensPerMinute !== configured.tokensPerMinute) tokens = createBucket(next.tokensPerMinute, 0, clock);
      configured = next;
      pump();
    },
    acquire(estimate, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const leave = () => {
          waiting.delete(waiter);
          reject(signal?.reason);
          pump();
        };
        const waiter: Waiter = {
          tokens: estimate,
          admit(granted) {
            signal?.removeEventListener('abort', leave);
            resolve(granted);
          },
          reject(error) {
            signal?.removeEventListener('abort', leave);
            reject(error);
          },
        };
        signal?.addEventListener('abort', leave, { once: true });
        waiting.add(waiter);
        if (waiting.size === 1) pump();
      });
    },
    rejectWaiting(error) {
      const all = [...waiting];
      waiting.clear();
      failingSince = undefined;
      cancelTimer?.();
      cancelTimer = undefined;
      for (const waiter of all) waiter.reject(error);
    },
    failingSince: () => failingSince,
    state: () => ({ inFlight, allowed: allowed(), waiting: waiting.size }),
  };
}

interface Bucket {
  /** Milliseconds until so much may be taken. */
  timeUntil(amount: number): number;
  /** Takes (or, if negative, gives back). May go below zero: what follows then waits longer. */
  take(amount: number): void;
}

const UNLIMITED: Bucket = { timeUntil: () => 0, take: () => undefined };

/** A token bucket: full at first, refilled evenly. An amount beyond its size waits until it is full, then goes into debt. */
function createBucket(perMinute: number | undefined, smallest: number, clock: Clock): Bucket {
  if (perMinute === undefined) return UNLIMITED;
  const size = Math.max(smallest, perMinute * BURST);
  const perMillisecond = perMinute / 60_000;
  let level = size;
  let at = clock.now();

  function refill(): void {
    const now = clock.now();
    level = Math.min(size, level + Math.max(0, now - at) * perMillisecond);
    at = now;
  }

  return {
    timeUntil(amount) {
      refill();
      const missing = Math.min(amount, size) - level;
      // A rounding error of the refill must not cost a whole wait.
      return missing <= size * 1e-9 ? 0 : Math.ceil(missing / perMillisecond);
    },
    take(amount) {
      refill();
      level = Math.min(size, level - amount);
    },
  };
}

/** One limiter for each (endpoint, model) of a process. The settings that were seen last hold. */
export function createLimiters(clock: Clock): { of(settings: LimiterSettings & { readonly endpoint: string; readonly model: string }): Limiter } {
  const limiters = new Map<string, Limiter>();
  return {
    of(settings) {
      const name = JSON.stringify([settings.endpoint, settings.model]);
      let limiter = limiters.get(name);
      if (limiter === undefined) {
        limiter = createLimiter(settings, clock);
        limiters.set(name, limiter);
      } else {
        limiter.configure(settings);
      }
      return limiter;
    },
  };
}
