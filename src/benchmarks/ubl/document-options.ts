// How much of a document a benchmark of documents shows.

import { WatersmeetError } from '../../core/failures.js';
import type { JsonObject } from '../../core/json.js';

const DEFAULT_TOKENS = 6_000;
const LEAST_TOKENS = 100;

/** The options of these benchmarks, as `benchmark.options` has them. */
export const DOCUMENT_OPTIONS = {
  documentTokens: `tokens (characters / 4) of a document that are shown at most: a whole number from ${LEAST_TOKENS}, by default ${DEFAULT_TOKENS}`,
} as const;

/** @throws WatersmeetError 'input.invalid' for a bad number. */
export function documentTokens({ documentTokens: tokens = DEFAULT_TOKENS }: JsonObject): number {
  if (typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens >= LEAST_TOKENS) return tokens;
  throw new WatersmeetError('input.invalid', `benchmark.options.documentTokens must be a whole number from ${LEAST_TOKENS}, but is ${JSON.stringify(tokens)}.`);
}
