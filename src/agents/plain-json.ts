// What an agent leaves behind, as JSON that can be stored.

import type { Json } from '../core/json.js';

/**
 * A copy without what JSON does not have (undefined fields, methods) and without half characters, which a model's cut answer may hold.
 * Undefined if nothing is left. Throws for cycles and BigInt.
 */
export function plainJson(value: unknown): Json | undefined {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) return undefined;
  // JSON.stringify writes half characters as escapes.
  if (!/\\ud[89a-f]/i.test(text)) return JSON.parse(text) as Json;
  return mend(JSON.parse(text) as Json);
}

function mend(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(mend);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [mend(key) as string, mend(part as Json)]));
}
