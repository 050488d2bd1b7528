// A time limit for code that may wait for models in between.

/**
 * Calls `expired` once, when that many milliseconds have passed in which nobody waited for a model.
 *
 * @param waited milliseconds waited so far.
 * @returns what stops the clock.
 */
export function startOwnClock(milliseconds: number, waited: () => number, expired: () => void): () => void {
  const begun = performance.now() - waited();
  let timer: NodeJS.Timeout;
  const look = () => {
    const left = milliseconds - (performance.now() - begun - waited());
    if (left > 0) timer = setTimeout(look, left);
    else expired();
  };
  timer = setTimeout(look, milliseconds);
  return () => clearTimeout(timer);
}
