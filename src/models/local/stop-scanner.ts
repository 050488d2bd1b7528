// Finds stop sequences in a text that grows, and says what of it can be shown already. Pure.

export interface Scan {
  /** What can be shown: nothing of it can become part of a stop sequence or of an unfinished character. */
  readonly text: string;
  readonly stopped: boolean;
}

/** What the decoder gives for a character whose bytes are not all there. */
const UNFINISHED = '\uFFFD';

/**
 * @param text all of the text so far.
 * @param ended whether nothing follows: nothing is held back then.
 * @example scanForStops('Answer: 42\nQ', ['\n'], false) // { text: 'Answer: 42', stopped: true }
 */
export function scanForStops(text: string, stops: readonly string[], ended: boolean): Scan {
  // The one that is complete first, as in a text that grows by a character; of several, the longest.
  const found = stops.map((stop) => ({ at: text.indexOf(stop), stop })).filter(({ at }) => at >= 0);
  const [first] = found.toSorted((left, right) => left.at + left.stop.length - right.at - right.stop.length || left.at - right.at);
  if (first !== undefined) return { text: text.slice(0, first.at), stopped: true };
  if (ended) return { text, stopped: false };
  const begun = Math.max(0, ...stops.map((stop) => longestOverlap(text, stop)));
  const shown = text.slice(0, text.length - begun);
  return { text: shown.endsWith(UNFINISHED) ? shown.replace(/\uFFFD+$/, '') : shown, stopped: false };
}

/** Characters at the end of the text that are the beginning of the stop sequence. */
function longestOverlap(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
