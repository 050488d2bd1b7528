// A completion as server-sent events, while it is generated.

import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { streamChunk, usageChunk, type AnswerHead } from './chat-answer.js';
import { CACHED_TOKENS_HEADER } from './chat-request.js';
import type { Completion, RequestQueue, Work } from './request-queue.js';

type Step =
  | { readonly kind: 'turn'; readonly cachedTokens: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'end'; readonly completion: Completion };

/**
 * The first line waits for the request's turn: only then the number of cached tokens is known, and a refusal still has its own status. Each piece of
 * text is one event: joining those that piled up would let the pace decide the bytes.
 */
export async function streamAnswer(
  context: Context,
  queue: RequestQueue,
  options: { readonly work: Work; readonly head: AnswerHead; readonly includeUsage: boolean },
): Promise<Response> {
  const { work, head, includeUsage } = options;
  const gone = new AbortController();
  const steps = stepsOf(queue, { ...work, signal: AbortSignal.any([work.signal, gone.signal]) }).values();
  const { value: turn } = await steps.next();
  if (turn?.kind === 'turn') context.header(CACHED_TOKENS_HEADER, String(turn.cachedTokens));
  return streamSSE(context, async (events) => {
    events.onAbort(() => gone.abort());
    const send = (data: object) => events.writeSSE({ data: JSON.stringify(data) });
    await send(streamChunk(head, { role: 'assistant', content: '' }, null));
    for await (const step of steps) {
      if (step.kind === 'text') await send(streamChunk(head, { content: step.text }, null));
      if (step.kind !== 'end') continue;
      await send(streamChunk(head, {}, step.completion.finishReason));
      if (includeUsage) await send(usageChunk(head, step.completion));
      await events.writeSSE({ data: '[DONE]' });
    }
  });
}

function stepsOf(queue: RequestQueue, work: Work): ReadableStream<Step> {
  return new ReadableStream<Step>({
    start(controller) {
      const onStart = (cachedTokens: number): void => controller.enqueue({ kind: 'turn', cachedTokens });
      const onText = (text: string): void => controller.enqueue({ kind: 'text', text });
      void queue.complete({ ...work, onStart, onText }).then(
        (completion) => {
          controller.enqueue({ kind: 'end', completion });
          controller.close();
        },
        (error: unknown) => controller.error(error),
      );
    },
  });
}
