// The bodies of answers. Pure functions of the request and the completion: no clock, no counter, nothing of the cache.

import { createHash } from 'node:crypto';
import type { ChatRequest } from './chat-request.js';
import type { Completion } from './request-queue.js';

/** The same for all bodies of one request. */
export interface AnswerHead {
  readonly id: string;
  readonly created: 0;
  readonly model: string;
}

export function answerHead(request: ChatRequest, model: string): AnswerHead {
  const { messages, maxTokens = null, stop } = request;
  const hash = createHash('sha256').update(JSON.stringify([model, messages.map(({ role, content }) => [role, content]), maxTokens, stop]));
  return { id: `chatcmpl-${hash.digest('hex').slice(0, 24)}`, created: 0, model };
}

export function answerBody(head: AnswerHead, completion: Completion): object {
  const message = { role: 'assistant', content: completion.text, refusal: null };
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: completion.finishReason }],
    usage: usage(completion),
  };
}

export function streamChunk(
  head: AnswerHead,
  delta: { readonly role?: 'assistant'; readonly content?: string },
  finishReason: Completion['finishReason'] | null,
): object {
  return {
    id: head.id,
    object: 'chat.completion.chunk',
    created: head.created,
    model: head.model,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  };
}

export function usageChunk(head: AnswerHead, completion: Completion): object {
  return { id: head.id, object: 'chat.completion.chunk', created: head.created, model: head.model, choices: [], usage: usage(completion) };
}

function usage({ promptTokens, completionTokens }: Completion): object {
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens };
}
