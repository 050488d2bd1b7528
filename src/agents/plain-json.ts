// What an agent leaves behind, as JSON that can be stored.

import type { Json } from '../core/json.js';

/** Characters of JSON at most: some million tokens, more than a model reads. Every rollout is kept in the store. */
export const LARGEST_JSON = 4_000_000;

/**
 * A copy without what JSON does not have (undefined fields, methods) and without half characters, which a model's cut answer may hold.
 * Undefined if nothing is left. Throws for cycles, BigInt, and more than LARGEST_JSON characters.
 */
export function plainJson(value: unknown): Json | undefined {
  // Told before it is copied: a text of 50 MB would hold everything up.
  if (typeof value === 'string' && value.length > LARGEST_JSON) throw tooLarge(value.length);
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) return undefined;
  if (text.length > LARGEST_JSON) throw tooLarge(text.length);
  // JSON.stringify writes half characters as escapes.
  if (!/\\ud[89a-f]/i.test(text)) return JSON.parse(text) as Json;
  return mend(JSON.parse(text) as Json);
}

function tooLarge(length: number): RangeError {
  return new RangeError(`${length.toLocaleString('en')} characters of output or trajectory, where ${LARGEST_JSON.toLocaleString('en')} are kept at most`);
}

function mend(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(mend);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [mend(key) as string, mend(part as Json)]));
}
