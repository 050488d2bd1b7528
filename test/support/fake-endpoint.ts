// A fake OpenAI-compatible endpoint in a process of its own: start it with startFakeEndpoint(). Answers are a function of
// (seed, body), faults and latency of (seed, arrival number); every arrival is written to a log before anything else happens.

import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { adder } from './brains/adder.js';
import type { Brain, BrainCall, BrainMessage } from './brains/brain.js';
import { classifier } from './brains/classifier.js';
import { echo } from './brains/echo.js';
import { rounder } from './brains/rounder.js';

const BRAINS = { adder, classifier, echo, rounder } as const satisfies Record<string, Brain>;

/** Which arrivals (from 1) a fault hits: these, a share drawn by seed, or all from one to another. */
export type Arrivals = { readonly arrivals: readonly number[] } | { readonly share: number } | { readonly from: number; readonly to?: number };

export type Fault = Arrivals &
  (
    | { readonly kind: 'rate-limit'; readonly retryAfter?: string }
    | { readonly kind: 'server-error' | 'quota' | 'unauthorized' }
    /** Never answers. */
    | { readonly kind: 'hang' }
    /** Ends the connection before the first line, or in the middle of the body. */
    | { readonly kind: 'refuse' | 'cut' }
    /** An answer cut at the token limit (`finish_reason: length`), or whose content is broken JSON. */
    | { readonly kind: 'truncated' | 'malformed' }
    /** A stream that ends, in order, without its end marker. */
    | { readonly kind: 'no-end-marker' }
    /** Any other answer, as it is. */
    | { readonly kind: 'reply'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  );

/** Something a test wants to happen at exactly this arrival. */
export interface Hook {
  readonly arrival: number;
  readonly when: 'before' | 'after';
  /** Makes this file. */
  readonly touch?: string;
  /** Sends this line to the parent as {line}. */
  readonly line?: string;
  /** Milliseconds to wait afterwards, `before` only. */
  readonly pause?: number;
}

export interface FakeEndpointOptions {
  readonly seed: number;
  readonly brain: keyof typeof BRAINS;
  /** File of arrivals, one JSON line each; a server that goes on with a log goes on counting. */
  readonly log: string;
  /** 0 or absent: any. */
  readonly port?: number;
  /**
   * Milliseconds; `shuffled` draws evenly by (seed, arrival); `long-tailed` mostly little and now and then much, so that batches
   * of calls, too, end in any order.
   */
  readonly latency?:
    | { readonly kind: 'fixed'; readonly milliseconds: number }
    | { readonly kind: 'shuffled'; readonly least: number; readonly most: number }
    | { readonly kind: 'long-tailed'; readonly most: number };
  /** The first that hits an arrival acts. */
  readonly faults?: readonly Fault[];
  readonly onRequest?: readonly Hook[];
  /** Shares of the structured answers (those with a JSON schema) that are cut at the token limit or broken, by (seed, body). */
  readonly sloppy?: { readonly truncated?: number; readonly malformed?: number };
  /** Requests that hold this text get this answer. */
  readonly refuses?: { readonly text: string; readonly status: number; readonly message: string };
  /** Whoever brings another key gets 401. */
  readonly apiKey?: string;
  /** What GET /v1/models lists; absent: 404, as endpoints do that do not serve it. Neither counts as an arrival. */
  readonly models?: readonly string[];
  /** Answers GET /__requests with all headers and bodies. */
  readonly keepRequests?: boolean;
}

export interface Counts {
  readonly arrivals: number;
  readonly answered: number;
  /** Requests in work at the same time, at most. */
  readonly maxInFlight: number;
  /** By x-watersmeet-call. */
  readonly byCall: Readonly<Record<string, number>>;
}

export interface KeptRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The mean of a long-tailed latency is the most / 17; the slowest of 24 takes half of it, more or less. */
const TAIL = 16;

const options = JSON.parse(process.argv[2] ?? '{}') as FakeEndpointOptions;
const brain = BRAINS[options.brain];
const byCall = new Map<string, number>();
const requests: KeptRequest[] = [];
let arrivals = 0;
let answered = 0;
let inFlight = 0;
let maxInFlight = 0;

if (existsSync(options.log)) {
  for (const line of readFileSync(options.log, 'utf8').split('\n')) {
    if (line !== '') arrived((JSON.parse(line) as { call: string }).call);
  }
}
const log = openSync(options.log, 'a');

const server = createServer((request, response) => {
  void handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
});
server.keepAliveTimeout = 60_000;
server.listen(options.port ?? 0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/__counts')
    return send(response, 200, JSON.stringify({ arrivals, answered, maxInFlight, byCall: Object.fromEntries(byCall) } satisfies Counts));
  if (request.url === '/__requests') return send(response, 200, JSON.stringify(requests));
  if (request.method === 'GET') return list(request, response);
  const call = String(request.headers['x-watersmeet-call'] ?? '');
  const arrival = arrived(call);
  writeSync(log, `${JSON.stringify({ arrival, call, url: request.url, at: Date.now() })}\n`);
  maxInFlight = Math.max(maxInFlight, ++inFlight);
  response.on('close', () => inFlight--);
  const body = await read(request);
  if (options.keepRequests === true) requests.push({ url: request.url ?? '', headers: request.headers, body });
  await runHooks(arrival, 'before');
  await sleep(latencyOf(arrival));
  response.on('finish', () => {
    answered++;
    void runHooks(arrival, 'after');
  });
  await answer(request, response, body, arrival);
}

function list(request: IncomingMessage, response: ServerResponse): void {
  if (request.url !== '/v1/models' || options.models === undefined) return sendError(response, 404, 'not_found', 'There is nothing here.');
  if (refusesKey(request)) return sendError(response, 401, 'invalid_api_key', 'Incorrect API key provided.');
  send(response, 200, JSON.stringify({ object: 'list', data: options.models.map((id) => ({ id, object: 'model', owned_by: 'fake' })) }));
}

function arrived(call: string): number {
  byCall.set(call, (byCall.get(call) ?? 0) + 1);
  return ++arrivals;
}

async function runHooks(arrival: number, when: Hook['when']): Promise<void> {
  for (const hook of options.onRequest ?? []) {
    if (hook.arrival !== arrival || hook.when !== when) continue;
    if (hook.touch !== undefined) appendFileSync(hook.touch, '');
    if (hook.line !== undefined) process.send?.({ line: hook.line });
    if (hook.pause !== undefined) await sleep(hook.pause);
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, text: string, arrival: number): Promise<void> {
  if (refusesKey(request)) return sendError(response, 401, 'invalid_api_key', 'Incorrect API key provided.');
  const fault = (options.faults ?? []).find((candidate) => hits(candidate, arrival));
  switch (fault?.kind) {
    case 'hang':
      return;
    case 'refuse':
      request.socket.destroy();
      return;
    case 'rate-limit':
      return sendError(response, 429, 'rate_limit_exceeded', 'Too many requests.', fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter });
    case 'server-error':
      return sendError(response, 500, 'server_error', 'The server had an error.');
    case 'quota':
      return sendError(response, 429, 'insufficient_quota', 'You exceeded your current quota.');
    case 'unauthorized':
      return sendError(response, 401, 'invalid_api_key', `Incorrect API key provided: ${String(request.headers.authorization).slice(7)}.`);
    case 'reply':
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body);
      return;
    default:
      if (options.refuses !== undefined && text.includes(options.refuses.text))
        return sendError(response, options.refuses.status, 'invalid_request_error', options.refuses.message);
      await complete(request.url ?? '', response, JSON.parse(text) as Record<string, unknown>, fault?.kind ?? sloppiness(text));
  }
}

function sloppiness(body: string): 'truncated' | 'malformed' | undefined {
  if (options.sloppy === undefined || !body.includes('"json_schema"')) return undefined;
  const { truncated = 0, malformed = 0 } = options.sloppy;
  const drawn = unit('sloppy', body);
  return drawn < truncated ? 'truncated' : drawn < truncated + malformed ? 'malformed' : undefined;
}

function refusesKey(request: IncomingMessage): boolean {
  return options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`;
}

async function complete(
  url: string,
  response: ServerResponse,
  body: Record<string, unknown>,
  fault: 'cut' | 'truncated' | 'malformed' | 'no-end-marker' | undefined,
): Promise<void> {
  const messages = messagesOf(body);
  const promptTokens = Math.ceil(messages.reduce((sum, message) => sum + message.content.length, 0) / 4);
  const answered = url.endsWith('/embeddings') ? '' : brain({ seed: options.seed, messages, body });
  const toolCalls = typeof answered === 'string' ? undefined : callsOf(answered, messages.length, fault === 'truncated');
  const whole = typeof answered === 'string' ? answered : '';
  const content = fault === 'truncated' ? whole.slice(0, whole.length / 2) : fault === 'malformed' ? '{"edits": [{"kind": "add", "modu' : whole;
  const answerOf = url.endsWith('/embeddings') ? embeddings : url.endsWith('/responses') ? responses : chat;
  const made = answerOf(body, {
    content,
    ...(toolCalls === undefined ? {} : { toolCalls }),
    finish: fault === 'truncated' ? 'length' : toolCalls === undefined ? 'stop' : 'tool_calls',
    promptTokens,
    completionTokens: Math.ceil((toolCalls === undefined ? content : JSON.stringify(toolCalls)).length / 4),
  });
  const text = typeof made === 'string' ? made : JSON.stringify(made);
  const type = typeof made === 'string' ? 'text/event-stream' : 'application/json';
  if (fault === 'cut') {
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
    response.write(text.slice(0, Math.floor(text.length / 2)));
    await sleep(5);
    response.destroy();
    return;
  }
  send(response, 200, fault === 'no-end-marker' ? text.slice(0, text.lastIndexOf('data: ')) : text, type);
}

/** With ids that are a function of the request, and the arguments of the last one cut off when the answer is. */
function callsOf(calls: readonly BrainCall[], place: number, cutOff: boolean): readonly object[] {
  return calls.map(({ name, arguments: given }, index) => {
    const text = JSON.stringify(given);
    const whole = !cutOff || index < calls.length - 1;
    return { id: `call-${place}-${index + 1}`, type: 'function', function: { name, arguments: whole ? text : text.slice(0, text.length / 2) } };
  });
}

interface Made {
  readonly content: string;
  /** Only of chat completions that are not streamed. */
  readonly toolCalls?: readonly object[];
  readonly finish: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

function chat(body: Record<string, unknown>, made: Made): object | string {
  const usage = { prompt_tokens: made.promptTokens, completion_tokens: made.completionTokens, total_tokens: made.promptTokens + made.completionTokens };
  const head = { id: 'chatcmpl-fake', created: 1, model: body['model'] };
  if (body['stream'] !== true)
    return {
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: made.finish, message: { role: 'assistant', ...messageOf(made) } }],
      usage,
    };
  const chunks: object[] = pieces(made.content).map((content) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  }));
  chunks.push({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: made.finish }], usage });
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
}

function messageOf({ content, toolCalls }: Made): object {
  return toolCalls === undefined ? { content } : { content: null, tool_calls: toolCalls };
}

function responses(body: Record<string, unknown>, made: Made): object | string {
  const usage = { input_tokens: made.promptTokens, output_tokens: made.completionTokens, total_tokens: made.promptTokens + made.completionTokens };
  const output = [
    { id: 'msg-fake', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: made.content, annotations: [] }] },
  ];
  const response = {
    id: 'resp-fake',
    object: 'response',
    created_at: 1,
    model: body['model'],
    status: made.finish === 'length' ? 'incomplete' : 'completed',
    error: null,
    output,
    usage,
  };
  if (body['stream'] !== true) return response;
  const events = [
    ...pieces(made.content).map((delta) => ({ type: 'response.output_text.delta', item_id: 'msg-fake', output_index: 0, content_index: 0, delta })),
    { type: `response.${response.status}`, response },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

function embeddings(body: Record<string, unknown>, made: Made): object {
  const texts = Array.isArray(body['input']) ? body['input'] : [body['input']];
  const data = texts.map((text, index) => {
    const numbers = new Float32Array(
      [
        ...createHash('sha256')
          .update(`${options.seed} ${String(text)}`)
          .digest(),
      ]
        .slice(0, 8)
        .map((byte) => byte / 256),
    );
    return { object: 'embedding', index, embedding: body['encoding_format'] === 'base64' ? Buffer.from(numbers.buffer).toString('base64') : [...numbers] };
  });
  return { object: 'list', model: body['model'], data, usage: { prompt_tokens: made.promptTokens, total_tokens: made.promptTokens } };
}

/** Messages of a chat completion, or the input of a response or an embedding as messages. */
function messagesOf(body: Record<string, unknown>): readonly BrainMessage[] {
  const messages = body['messages'] ?? body['input'];
  if (!Array.isArray(messages)) return [{ role: 'user', content: String(messages) }];
  return messages.map((message: unknown) => {
    if (typeof message !== 'object' || message === null || !('content' in message)) return { role: 'user', content: String(message) };
    return {
      role: 'role' in message ? String(message.role) : 'user',
      content: typeof message.content === 'string' ? message.content : JSON.stringify(message.content),
    };
  });
}

function pieces(text: string): readonly string[] {
  return text.match(/[\s\S]{1,16}/g) ?? [''];
}

function hits(fault: Arrivals, arrival: number): boolean {
  if ('arrivals' in fault) return fault.arrivals.includes(arrival);
  if ('share' in fault) return unit(`fault ${(fault as Fault).kind}`, arrival) < fault.share;
  return arrival >= fault.from && arrival <= (fault.to ?? Number.POSITIVE_INFINITY);
}

function latencyOf(arrival: number): number {
  const { latency } = options;
  if (latency === undefined) return 0;
  if (latency.kind === 'fixed') return latency.milliseconds;
  const drawn = unit('latency', arrival);
  return latency.kind === 'shuffled' ? latency.least + drawn * (latency.most - latency.least) : latency.most * drawn ** TAIL;
}

/** In [0, 1), by (seed, purpose, arrival or body). */
function unit(purpose: string, of: number | string): number {
  return createHash('sha256').update(`${options.seed} ${purpose} ${of}`).digest().readUInt32BE(0) / 2 ** 32;
}

function read(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });
}

function send(response: ServerResponse, status: number, body: string, type = 'application/json', headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers }).end(body);
}

function sendError(response: ServerResponse, status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): void {
  send(response, status, JSON.stringify({ error: { message, type: code, code } }), 'application/json', headers);
}
