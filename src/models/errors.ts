// The one place that says what a reply of a provider means: an answer to record, a failure that passes, or one that stops.

import { WatersmeetError, type FailureType } from '../core/failures.js';
import type { ServedApi } from './call-key.js';
import { errorOf, parse, readAnswer, type ProviderError, type ReportedUsage } from './response-recording.js';
import { retryAfter } from './retry.js';
import type { Reply } from './transport.js';

export type Verdict =
  /** The answer is complete: a 2xx body of the endpoint's shape, or a refusal that is a function of the request. */
  | { readonly kind: 'record'; readonly usage: ReportedUsage }
  /** May be sent again. `overloaded`: the whole model should be asked less. */
  | { readonly kind: 'transient'; readonly reason: string; readonly overloaded: boolean; readonly retryAfter?: number }
  /** A person has to mend it. */
  | { readonly kind: 'fatal'; readonly error: WatersmeetError };

export interface Asked {
  readonly endpoint: string;
  readonly model: string;
  readonly api: ServedApi;
  readonly stream: boolean;
}

/** Codes with which providers say the same under different statuses. */
const FATAL_CODES: { readonly [code: string]: FailureType } = {
  insufficient_quota: 'provider.quota',
  billing_hard_limit_reached: 'provider.quota',
  billing_not_active: 'provider.quota',
  insufficient_balance: 'provider.quota',
  invalid_api_key: 'provider.key',
  authentication_error: 'provider.key',
  model_not_found: 'provider.model',
};

/** 405 and 410: the base URL is wrong, or the model was withdrawn. */
const FATAL_STATUSES: { readonly [status: number]: FailureType } = {
  401: 'provider.key',
  402: 'provider.quota',
  403: 'provider.key',
  404: 'provider.model',
  405: 'provider.model',
  410: 'provider.model',
};

/** Too many requests, service unavailable, and Anthropic's "overloaded". */
const OVERLOADED: readonly number[] = [429, 503, 529];

/** Pure, but for the time that a Retry-After date is counted from. */
export function classifyReply(asked: Asked, reply: Reply, now: number): Verdict {
  const { status } = reply;
  if (status >= 200 && status < 300) return classifyAnswer(asked, reply);
  const json = parse(reply.body);
  const error = errorOf(json);
  const type = fatalType(error) ?? FATAL_STATUSES[status] ?? (status >= 300 && status < 400 ? 'provider.model' : undefined);
  if (type !== undefined) return { kind: 'fatal', error: new WatersmeetError(type, sentence(asked, type, status, error?.message ?? reply.body)) };
  // Refusals of this very request come from the API and are JSON; the same status in HTML is some proxy's. Only 413 is either's.
  const refused = status === 413 || ((status === 400 || status === 422) && typeof json === 'object' && json !== null);
  if (refused && reply.cut === undefined) return { kind: 'record', usage: { promptTokens: 0, completionTokens: 0, cachedTokens: 0, completionCharacters: 0 } };
  const wait = retryAfter(reply.header, now);
  return {
    kind: 'transient',
    reason: describe(status, error?.message ?? reply.cut ?? reply.body),
    overloaded: OVERLOADED.includes(status),
    ...(wait === undefined ? {} : { retryAfter: wait }),
  };
}

function classifyAnswer(asked: Asked, reply: Reply): Verdict {
  const reading = readAnswer(asked, reply.header('content-type') ?? '', reply.body);
  // A stream may be whole although its connection was cut: its end marker says so.
  if (reading.whole && (reply.cut === undefined || asked.stream)) return { kind: 'record', usage: withCachedHeader(reading.usage, reply) };
  if (reading.whole) return { kind: 'transient', reason: describe(reply.status, reply.cut ?? ''), overloaded: false };
  const type = fatalType(reading.error);
  if (type !== undefined) return { kind: 'fatal', error: new WatersmeetError(type, sentence(asked, type, reply.status, reading.error?.message ?? '')) };
  return { kind: 'transient', reason: describe(reply.status, reading.error?.message ?? reply.cut ?? reading.reason), overloaded: false };
}

/** Our local model reports its cached tokens in a header. */
function withCachedHeader(usage: ReportedUsage, reply: Reply): ReportedUsage {
  const cached = Number(reply.header('x-watersmeet-cached-tokens') ?? Number.NaN);
  return Number.isFinite(cached) ? { ...usage, cachedTokens: cached } : usage;
}

function fatalType(error: ProviderError | undefined): FailureType | undefined {
  if (error === undefined) return undefined;
  for (const code of error.codes) {
    const type = FATAL_CODES[code.toLowerCase()];
    if (type !== undefined) return type;
  }
  // Two that say it only in words: Gemini and DeepSeek, both with status 400.
  if (/^API key not valid/i.test(error.message)) return 'provider.key';
  return /^model not exist$/i.test(error.message) ? 'provider.model' : undefined;
}

function sentence(asked: Asked, type: FailureType, status: number, message: string): string {
  const said = describe(status, message);
  if (type === 'provider.key') return `${asked.endpoint} refused the key (${said}).`;
  if (type === 'provider.quota') return `The quota of the account at ${asked.endpoint} is used up (${said}).`;
  return `${asked.endpoint} does not serve the model ${JSON.stringify(asked.model)} at ${asked.api} (${said}).`;
}

/** One line, short enough for a sentence. */
function describe(status: number, message: string): string {
  const line = message.replace(/\s+/g, ' ').trim().slice(0, 300).replace(/\.$/, '');
  return line === '' ? `status ${status}` : `${status}: ${line}`;
}
