// A model session whose endpoint is a function: requests are kept, answers are scripted.

import OpenAI from 'openai';
import type { ModelSettings } from '../../src/core/run-settings.js';
import type { ModelSession } from '../../src/models/gateway.js';

export interface FakeRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly [key: string]: unknown;
}

/** A text to answer with, or a whole response. */
export type FakeAnswer = string | { readonly status?: number; readonly body: unknown };

export interface FakeSession extends ModelSession {
  readonly requests: readonly FakeRequest[];
}

export const FAKE_MODEL: ModelSettings = {
  model: 'fake',
  endpoint: 'http://fake.invalid/v1',
  contextTokens: 8_192,
  maxTokens: 256,
  temperature: 0,
  concurrency: 4,
  timeoutSeconds: 60,
};

export function fakeSession(answer: (request: FakeRequest, number: number) => FakeAnswer, settings: Partial<ModelSettings> = {}): FakeSession {
  const requests: FakeRequest[] = [];
  const openai = new OpenAI({
    apiKey: 'none',
    baseURL: FAKE_MODEL.endpoint,
    maxRetries: 0,
    fetch: async (_url, init) => {
      if (init?.signal?.aborted === true) throw init.signal.reason;
      const request = JSON.parse(init?.body as string) as FakeRequest;
      requests.push(request);
      const scripted = answer(request, requests.length);
      const { status = 200, body } = typeof scripted === 'string' ? { body: completion(scripted) } : scripted;
      return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
    },
  });
  return {
    openai,
    settings: { ...FAKE_MODEL, ...settings },
    requests,
    usage: () => ({ rollouts: 0, calls: requests.length, promptTokens: 10 * requests.length, completionTokens: requests.length }),
    uses: () => requests.map((_, index) => ({ callKey: `call-${index + 1}`, promptTokens: 10, completionTokens: 1 })),
    infrastructureError: () => undefined,
    waited: () => 0,
  };
}

/** A response of the endpoint's shape. */
export function completion(content: string | null, more: { readonly finish_reason?: string; readonly refusal?: string } = {}): unknown {
  return {
    id: 'completion-1',
    object: 'chat.completion',
    created: 0,
    model: 'fake',
    choices: [
      { index: 0, finish_reason: more.finish_reason ?? 'stop', logprobs: null, message: { role: 'assistant', content, refusal: more.refusal ?? null } },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
  };
}

/** An answer that calls tools. */
export function callingTools(
  calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[],
  content: string | null = null,
  finishReason = 'tool_calls',
): FakeAnswer {
  const toolCalls = calls.map(({ id, ...called }) => ({ id, type: 'function', function: called }));
  return {
    body: {
      id: 'completion-1',
      object: 'chat.completion',
      created: 0,
      model: 'fake',
      choices: [{ index: 0, finish_reason: finishReason, logprobs: null, message: { role: 'assistant', content, refusal: null, tool_calls: toolCalls } }],
      usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
    },
  };
}
