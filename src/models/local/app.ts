// The endpoint: the part of OpenAI's API that the local model serves.

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ApiProblem } from './api-problem.js';
import { answerBody, answerHead } from './chat-answer.js';
import { CACHED_TOKENS_HEADER, readChatRequest, type ChatRequest } from './chat-request.js';
import { renderChat, type Tokenizer } from './chat-template.js';
import { countTokens, planChunks } from './chunk-plan.js';
import type { QueueStatistics, RequestQueue, Work } from './request-queue.js';
import type { LocalModelSettings } from './settings.js';
import { streamAnswer } from './stream-answer.js';

const LARGEST_BODY_BYTES = 4_000_000;

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
    const work = planWork(request, parts, context.req.raw.signal);
    const head = answerHead(request, settings.model);
    if (request.stream) return streamAnswer(context, queue, { work, head, includeUsage: request.includeUsage });
    const completion = await queue.complete(work);
    return context.json(answerBody(head, completion), 200, { [CACHED_TOKENS_HEADER]: String(completion.cachedTokens) });
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
    throw new ApiProblem(
      400,
      `This model's context has ${settings.contextTokens} tokens, but the request wants ${promptTokens} for its messages${completion}.`,
      'context_length_exceeded',
    );
  }
  return { chunks, maxTokens: request.maxTokens ?? Math.min(settings.defaultMaxTokens, left), stop: request.stop, signal };
}
