// What a call costs, and what it is expected to cost at most before it is sent.

import type { Json, JsonObject } from '../core/json.js';
import type { ModelSettings } from '../core/run-settings.js';
import type { ServedApi } from './call-key.js';

export interface TokenCounts {
  /** All tokens of the prompt, the cached ones among them. */
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

export interface CallEstimate {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Prompt and completion. */
  readonly tokens: number;
  /** US dollars; 0 for an unpriced model. */
  readonly cost: number;
}

/** US dollars. Cached input costs `cachedInput`, or as much as other input where no such price is given. */
export function costOf(price: ModelSettings['price'], counts: TokenCounts): number {
  if (price === undefined) return 0;
  const cached = Math.min(counts.cachedTokens, counts.promptTokens);
  return ((counts.promptTokens - cached) * price.input + cached * (price.cachedInput ?? price.input) + counts.completionTokens * price.output) / 1e6;
}

/** An upper estimate: characters of the prompt / 4, and as many tokens as the answers may have. */
export function estimateCall(settings: Pick<ModelSettings, 'price' | 'maxTokens'>, api: ServedApi, body: JsonObject): CallEstimate {
  const promptTokens = estimatePromptTokens(body);
  const completionTokens = api === 'embeddings' ? 0 : completionLimit(settings.maxTokens, body);
  return {
    promptTokens,
    completionTokens,
    tokens: promptTokens + completionTokens,
    cost: costOf(settings.price, { promptTokens, cachedTokens: 0, completionTokens }),
  };
}

function completionLimit(maxTokens: number, body: JsonObject): number {
  const limit = body['max_completion_tokens'] ?? body['max_tokens'] ?? body['max_output_tokens'];
  const answers = body['n'];
  return (typeof limit === 'number' ? limit : maxTokens) * (typeof answers === 'number' ? answers : 1);
}

/** Characters / 4 of every text of the prompt. An estimate, also used where an endpoint reports no usage. */
export function estimatePromptTokens(body: JsonObject): number {
  let characters = 0;
  for (const field of PROMPT_FIELDS) {
    const value = body[field];
    if (value !== undefined) characters += charactersOf(value);
  }
  return Math.ceil(characters / 4);
}

const PROMPT_FIELDS = ['messages', 'input', 'instructions', 'tools', 'response_format', 'text'] as const;

/** An image or a sound within the prompt counts as this many characters, whatever the length of its encoding. */
const ATTACHMENT_CHARACTERS = 4_000;

function charactersOf(value: Json): number {
  if (typeof value === 'string') return value.startsWith('data:') ? ATTACHMENT_CHARACTERS : value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + charactersOf(element as Json), 0);
  if (typeof value !== 'object' || value === null) return 4;
  let sum = 0;
  for (const [name, content] of Object.entries(value)) sum += name.length + charactersOf(content as Json);
  return sum;
}
