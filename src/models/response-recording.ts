// Whether a body is the whole answer of its endpoint, what it used, and how it is answered again from the record.

import type { RecordedCall } from '../store/store.js';
import type { ServedApi } from './call-key.js';
import { recordedResponse } from './recorded-response.js';

/** Tokens as far as the endpoint reports them. */
export interface ReportedUsage {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly cachedTokens?: number;
  /** Characters of the answer's text, for an estimate where no usage is reported. */
  readonly completionCharacters: number;
}

export type Reading =
  | { readonly whole: true; readonly usage: ReportedUsage }
  /** `error` is what the endpoint put into the body instead of an answer. */
  | { readonly whole: false; readonly reason: string; readonly error?: ProviderError };

export interface ProviderError {
  readonly message: string;
  /** The values of `code`, `type` and `status`. */
  readonly codes: readonly string[];
}

/** Reads the body of a 2xx reply. Pure. */
export function readAnswer(request: { readonly api: ServedApi; readonly stream: boolean }, contentType: string, body: string): Reading {
  const isStream = contentType.startsWith('text/event-stream');
  if (request.stream !== isStream)
    return notWhole(
      `the answer is ${contentType === '' ? 'of no type' : contentType}, not ${request.stream ? 'an event stream' : 'JSON'}`,
      errorOf(parse(body)),
    );
  return isStream ? readStream(request.api, body) : readJson(request.api, parse(body));
}

/** The error that a body carries, in any of the forms that are about. */
export function errorOf(json: unknown): ProviderError | undefined {
  const first = Array.isArray(json) ? json[0] : json;
  if (!isRecord(first)) return undefined;
  const error = first['error'] ?? (first['object'] === 'error' || first['type'] === 'error' ? first : undefined);
  if (typeof error === 'string' && error !== '') return { message: error, codes: textsOf([first['code'], first['type']]) };
  if (isRecord(error))
    return {
      message: typeof error['message'] === 'string' ? error['message'] : JSON.stringify(error),
      codes: textsOf([error['code'], error['type'], error['status']]),
    };
  return undefined;
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readJson(api: ServedApi, json: unknown): Reading {
  const error = errorOf(json);
  if (error !== undefined) return notWhole('the answer carries an error', error);
  if (!isRecord(json)) return notWhole('the answer is not a JSON object');
  if (api === 'responses') return readResponse(json);
  return api === 'chat/completions' ? readChat(json) : readEmbeddings(json);
}

function readChat(json: Readonly<Record<string, unknown>>): Reading {
  const choices = json['choices'];
  if (!Array.isArray(choices) || choices.length === 0) return notWhole('the answer has no choices');
  let completionCharacters = 0;
  for (const choice of choices) {
    const error = errorOf(choice);
    if (error !== undefined) return notWhole('a choice carries an error', error);
    const message = isRecord(choice) ? choice['message'] : undefined;
    if (!isRecord(message)) return notWhole('a choice has no message');
    completionCharacters += lengthOf(message['content']);
  }
  return { whole: true, usage: { ...usageOf(json['usage']), completionCharacters } };
}

/** `incomplete` (the token limit, a content filter) is an answer; `failed`, `cancelled`, `queued` are none. */
function readResponse(json: Readonly<Record<string, unknown>>): Reading {
  if (!Array.isArray(json['output'])) return notWhole('the answer has no output');
  const status = json['status'] ?? 'completed';
  if (status !== 'completed' && status !== 'incomplete') return notWhole(`the response is ${JSON.stringify(status)}`);
  return { whole: true, usage: { ...usageOf(json['usage']), completionCharacters: JSON.stringify(json['output']).length } };
}

function readEmbeddings(json: Readonly<Record<string, unknown>>): Reading {
  const data = json['data'];
  if (!Array.isArray(data) || data.length === 0 || !data.every((element) => isRecord(element) && element['embedding'] !== undefined))
    return notWhole('the answer has no embeddings');
  return { whole: true, usage: { ...usageOf(json['usage']), completionCharacters: 0 } };
}

function readStream(api: ServedApi, body: string): Reading {
  let usage = {};
  let completionCharacters = 0;
  let answered = false;
  for (const data of eventsOf(body)) {
    if (data === '[DONE]') return answered ? { whole: true, usage: { ...usage, completionCharacters } } : notWhole('the stream has no answer');
    const event = parse(data);
    if (!isRecord(event)) return notWhole('an event of the stream is not JSON');
    const error = errorOf(event) ?? errorOf(event['response']);
    if (error !== undefined) return notWhole('the stream carries an error', error);
    if (api === 'responses') {
      if (event['type'] === 'response.completed' || event['type'] === 'response.incomplete') return readJson(api, event['response']);
      continue;
    }
    usage = { ...usage, ...usageOf(event['usage']) };
    for (const choice of Array.isArray(event['choices']) ? event['choices'] : []) {
      answered = true;
      if (isRecord(choice) && isRecord(choice['delta'])) completionCharacters += lengthOf(choice['delta']['content']);
    }
  }
  return notWhole('the stream ends before its end marker');
}

/** The data of each event of a stream (WHATWG HTML, section 9.2.6), in order; a last event without a blank line counts. */
function* eventsOf(body: string): Generator<string> {
  for (const block of body.split(/\r?\n\r?\n/)) {
    const lines = block.split(/\r?\n/).filter((line) => line.startsWith('data:'));
    if (lines.length > 0)
      yield lines
        .map((line) => line.slice(line[5] === ' ' ? 6 : 5))
        .join('\n')
        .trim();
  }
}

/** Chat completions and embeddings say prompt / completion tokens, responses input / output tokens. */
function usageOf(usage: unknown): Omit<ReportedUsage, 'completionCharacters'> {
  if (!isRecord(usage)) return {};
  const promptTokens = countOf(usage['prompt_tokens'] ?? usage['input_tokens']);
  const completionTokens = countOf(usage['completion_tokens'] ?? usage['output_tokens']);
  const details = usage['prompt_tokens_details'] ?? usage['input_tokens_details'];
  const cachedTokens = isRecord(details) ? countOf(details['cached_tokens']) : undefined;
  return {
    ...(promptTokens === undefined ? {} : { promptTokens }),
    ...(completionTokens === undefined ? {} : { completionTokens }),
    ...(cachedTokens === undefined ? {} : { cachedTokens }),
  };
}

/** The recorded answer, as the endpoint gave it; a stream comes in one piece. */
export function replay(call: Pick<RecordedCall, 'status' | 'contentType' | 'body'>): Response {
  // Of a refusal the client keeps what stands under `error`, and nothing else: `{"detail": ...}` would be lost.
  const json = call.status < 400 ? undefined : parse(call.body);
  const body = isRecord(json) && !('error' in json) ? JSON.stringify({ error: { message: errorOf(json)?.message ?? call.body } }) : call.body;
  return recordedResponse(body, { status: call.status, headers: { 'content-type': call.contentType } });
}

function notWhole(reason: string, error?: ProviderError): Reading {
  return { whole: false, reason, ...(error === undefined ? {} : { error }) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

function textsOf(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}
