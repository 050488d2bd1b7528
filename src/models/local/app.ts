// The endpoint: the part of OpenAI's API that the local model serves.

import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { ApiProblem } from './api-problem.js';
import { answerBody, answerHead, streamChunk, usageChunk } from './chat-answer.js';
import { readChatRequest, type ChatRequest } from './chat-request.js';
import { renderChat, type Tokenizer } from './chat-template.js';
import { countTokens, planChunks } from './chunk-plan.js';
import type { QueueStatistics, RequestQueue, Work } from './request-queue.js';
import type { LocalModelSettings } from './settings.js';

const LARGEST_BODY_BYTES = 4_000_000;

/** Prompt tokens of this request that were in memory already. A header, since the body is a function of the request alone. */
export const CACHED_TOKENS_HEADER = 'x-watersmeet-cached-tokens';

/** The answer of GET /health. */
export interface Health {
  readonly status: 'ok';
  readonly settings: LocalModelSettings;
  readonly statistics: QueueStatistics;
}

export interface AppParts {
  readonly settings: LocalModelSettings;
  readonly tokenizer: Tokenizer;
  readonly queue: RequestQueue;
}

export function createApp(parts: AppParts): Hono {
  const { settings, queue } = parts;
  const app = new Hono();
  const tooLarge = bodyLimit({
    maxSize: LARGEST_BODY_BYTES,
    onError: () => {
      throw new ApiProblem(413, `The body has more than ${LARGEST_BODY_BYTES} bytes.`);
    },
  });

  app.get('/health', (context) => context.json({ status: 'ok', settings, statistics: queue.statistics() } satisfies Health));
  app.get('/v1/models', (context) => context.json({ object: 'list', data: [{ id: settings.model, object: 'model', created: 0, owned_by: 'local' }] }));
  app.post('/v1/chat/completions', tooLarge, async (context) => {
    const json: unknown = await context.req.json().catch(() => {
      throw new ApiProblem(400, 'The body is no JSON.');
    });
    const request = readChatRequest(json, settings.model);
    const abort = new AbortController();
    const work = planWork(request, parts, AbortSignal.any([context.req.raw.signal, abort.signal]));
    return request.stream ? stream(context, request, work, parts, abort) : answer(context, request, work, parts);
  });

  app.notFound((context) => problem(new ApiProblem(404, `There is no ${context.req.method} ${context.req.path} here.`)));
  app.onError((error) => {
    if (error instanceof ApiProblem) return problem(error);
    process.stderr.write(`${error.stack ?? error.message}\n`);
    return problem(new ApiProblem(500, `The local model failed: ${error.message}`));
  });
  return app;
}

function problem(error: ApiProblem): Response {
  return Response.json(error.body, { status: error.status, headers: error.status === 429 ? { 'retry-after': '2' } : {} });
}

/** @throws ApiProblem 400 'context_length_exceeded'. */
function planWork(request: ChatRequest, { settings, tokenizer }: AppParts, signal: AbortSignal): Work {
  const chunks = planChunks(renderChat(request.messages, tokenizer), settings.chunkTokens);
  const promptTokens = countTokens(chunks);
  const left = settings.contextTokens - promptTokens;
  if (left < (request.maxTokens ?? 1)) {
    const completion = request.maxTokens === undefined ? '' : ` and ${request.maxTokens} for the completion`;
    throw new ApiProblem(400, `This model's context has ${settings.contextTokens} tokens, but the request wants ${promptTokens} for its messages${completion}.`, 'context_length_exceeded');
  }
  return { chunks, maxTokens: request.maxTokens ?? Math.min(settings.defaultMaxTokens, left), stop: request.stop, signal };
}

async function answer(context: Context, request: ChatRequest, work: Work, { settings, queue }: AppParts): Promise<Response> {
  const completion = await queue.complete(work);
  return context.json(answerBody(answerHead(request, settings.model), completion), 200, { [CACHED_TOKENS_HEADER]: String(completion.cachedTokens) });
}

/** The first line waits for the request's turn: only then the number of cached tokens is known. */
async function stream(context: Context, request: ChatRequest, work: Work, { settings, queue }: AppParts, abort: AbortController): Promise<Response> {
  const head = answerHead(request, settings.model);
  const pieces: string[] = [];
  let wake = (): void => undefined;
  const { completion, started } = start(queue, { ...work, onText: (text) => (pieces.push(text), wake()) });
  context.header(CACHED_TOKENS_HEADER, String(await started));
  return streamSSE(context, async (sse) => {
    sse.onAbort(() => abort.abort());
    const send = (data: object | string) => sse.writeSSE({ data: typeof data === 'string' ? data : JSON.stringify(data) });
    let finished = false;
    const end = completion.finally(() => ((finished = true), wake()));
    end.catch(() => undefined);
    await send(streamChunk(head, { role: 'assistant', content: '' }, null));
    while (!finished || pieces.length > 0) {
      // One event for each piece: joining those that piled up would let the pace decide the bytes.
      const content = pieces.shift();
      if (content !== undefined) await send(streamChunk(head, { content }, null));
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    const result = await end;
    await send(streamChunk(head, {}, result.finishReason));
    if (request.includeUsage) await send(usageChunk(head, result));
    await send('[DONE]');
  });
}

/** `started` has the number of cached tokens; it fails with the completion when the turn never comes. */
function start(queue: RequestQueue, work: Work): { readonly completion: ReturnType<RequestQueue['complete']>; readonly started: Promise<number> } {
  let completion: ReturnType<RequestQueue['complete']> | undefined;
  const started = new Promise<number>((resolve, reject) => {
    completion = queue.complete({ ...work, onStart: resolve });
    completion.catch(reject);
  });
  return { completion: completion ?? Promise.reject(new Error('unreachable')), started };
}
