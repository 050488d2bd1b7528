// What a call is: where it goes, and the key under which its answer is found again.

import { WatersmeetError } from '../core/failures.js';
import type { Json, JsonObject } from '../core/json.js';
import { contentAddress } from '../store/content-address.js';
import type { CallScope } from './gateway.js';

export type ServedApi = 'chat/completions' | 'responses' | 'embeddings';

const SERVED: readonly string[] = ['chat/completions', 'responses', 'embeddings'] satisfies ServedApi[];

/** Everything the answer may depend on. Never a run id, an index, an attempt or a time. */
export interface CallIdentity {
  /** As `normaliseEndpoint` gives it. */
  readonly endpoint: string;
  /** Below the endpoint, with its query if it has one. */
  readonly path: string;
  readonly body: JsonObject;
  readonly scope: JsonObject;
}

/** `n` counts identical requests within one session, from 0. */
export function callKey(identity: CallIdentity, n: number): string {
  const { endpoint, path, body, scope } = identity;
  return contentAddress({ endpoint, method: 'POST', path, body, scope, n });
}

export function keyScope(scope: CallScope): JsonObject {
  return { role: scope.role, ...scope.content };
}

/** 'local', or the base URL without a slash at its end. Throws WatersmeetError 'input.invalid' for anything else. */
export function normaliseEndpoint(endpoint: string): string {
  if (endpoint === 'local') return endpoint;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new WatersmeetError(
      'input.invalid',
      `The model's endpoint ${JSON.stringify(endpoint)} is not a base URL such as https://api.openai.com/v1. Correct it in the configuration.`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** The base URL that the `openai` client is given; the real one of 'local' is known only when its server runs. */
export function clientBaseURL(endpoint: string): string {
  return endpoint === 'local' ? 'http://local.invalid/v1' : endpoint;
}

/** What the `openai` client asked for. */
export interface ModelRequest {
  readonly api: ServedApi;
  readonly path: string;
  readonly body: JsonObject;
  readonly text: string;
  readonly stream: boolean;
}

/** Throws WatersmeetError 'agent.broken' for what is not served. */
export function readRequest(baseURL: string, url: string, init: { readonly method?: string | undefined; readonly body?: unknown }): ModelRequest {
  const path = url.startsWith(`${baseURL}/`) ? url.slice(baseURL.length + 1) : url;
  const api = path.split('?', 1)[0] as ServedApi;
  if (init.method !== 'POST' || !SERVED.includes(api)) {
    throw new WatersmeetError(
      'agent.broken',
      `The agent asked for ${init.method ?? 'GET'} ${path}, but the durable client serves only POST ${SERVED.join(', ')}. Use one of these, or a client of your own.`,
    );
  }
  const body = typeof init.body === 'string' ? parse(init.body) : undefined;
  if (typeof init.body !== 'string' || !isObject(body))
    throw new WatersmeetError('agent.broken', `The agent's request to ${path} has no JSON object as its body.`);
  if (body['background'] === true)
    throw new WatersmeetError(
      'agent.broken',
      'The agent asked for a response in the background, which the durable client cannot wait for. Leave `background` out.',
    );
  return { api, path, body, text: init.body, stream: body['stream'] === true };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
