/** Milliseconds that main thread and workers agree on; wraps around after 24 days, so only differences mean something. */
export function threadClock(): number {
  return Math.trunc(performance.timeOrigin + performance.now()) | 0;
}
