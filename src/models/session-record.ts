// What one session used, how long it waited, and what went wrong outside of it.

import { NO_USAGE, type Usage } from '../core/outcome.js';
import type { Clock } from './clock.js';

export interface Use {
  readonly callKey: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export class SessionRecord {
  readonly #clock: Clock;
  /** In the order in which the calls were asked for; undefined until answered. */
  readonly #uses: (Use | undefined)[] = [];
  #error: Error | undefined;
  #waiting = 0;
  #waitingSince = 0;
  #waited = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A call is asked for; returns what notes its use once it is answered. */
  begin(): (use: Use) => void {
    const index = this.#uses.push(undefined) - 1;
    return (use) => {
      this.#uses[index] = use;
    };
  }

  /** The session waits; returns what ends it. Waits may overlap. */
  startWaiting(): () => void {
    if (this.#waiting++ === 0) this.#waitingSince = this.#clock.now();
    return () => {
      if (--this.#waiting === 0) this.#waited += this.#clock.now() - this.#waitingSince;
    };
  }

  /** The first one stays. */
  fail(error: unknown): void {
    this.#error ??= error instanceof Error ? error : new Error(String(error));
  }

  error(): Error | undefined {
    return this.#error;
  }

  /** Rollouts are counted by whoever makes them. */
  usage(): Usage {
    let usage = NO_USAGE;
    for (const use of this.uses())
      usage = {
        ...usage,
        calls: usage.calls + 1,
        promptTokens: usage.promptTokens + use.promptTokens,
        completionTokens: usage.completionTokens + use.completionTokens,
      };
    return usage;
  }

  uses(): readonly Use[] {
    return this.#uses.filter((use) => use !== undefined);
  }

  waited(): number {
    return this.#waited + (this.#waiting > 0 ? this.#clock.now() - this.#waitingSince : 0);
  }
}
