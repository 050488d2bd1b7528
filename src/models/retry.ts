// When a failed call is sent again.

/** Milliseconds before the first repetition; doubles with each, up to the longest. As the `openai` client does it. */
const FIRST_DELAY = 500;
const LONGEST_DELAY = 8_000;
/** The part of a delay that is random, so that calls which failed together do not come back together. */
const JITTER = 0.25;

/** Milliseconds to wait after so many failures in a row (1 or more). `random` is in [0, 1). */
export function backoff(failures: number, random: () => number): number {
  return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (failures - 1)) * (1 - JITTER * random());
}

/**
 * Milliseconds the endpoint asks to be left alone: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date
 * (RFC 9110, section 10.2.3). Undefined when it does not say, or nothing that can be read.
 */
export function retryAfter(header: (name: string) => string | undefined, now: number): number | undefined {
  const milliseconds = number(header('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const value = header('retry-after');
  const seconds = number(value);
  if (seconds !== undefined) return seconds * 1_000;
  const date = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}
