// The body of POST /v1/chat/completions.

import { z } from 'zod';
import { ApiProblem } from './api-problem.js';
import type { ChatMessage } from './chat-template.js';

/** Of an answer: prompt tokens that were in memory already. A header, since the body is a function of the request alone. */
export const CACHED_TOKENS_HEADER = 'x-watersmeet-cached-tokens';

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Undefined when the request leaves it to the server. */
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
  readonly stream: boolean;
  /** Whether a stream ends with a chunk that has the usage. */
  readonly includeUsage: boolean;
}

const text = z.union([
  z.string(),
  z.array(z.object({ type: z.literal('text'), text: z.string() })).transform((parts) => parts.map((part) => part.text).join('')),
]);

const message = z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content: text });

/** What is not named is ignored, such as temperature, top_p and seed: decoding is greedy. What would change the answer's shape is refused. */
const body = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  stop: z
    .union([
      z
        .string()
        .min(1)
        .transform((stop) => [stop]),
      z.array(z.string().min(1)).max(4),
    ])
    .nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1, 'only 1 is served').nullish(),
  tools: z.array(z.unknown()).max(0, 'tools are not served').nullish(),
  logprobs: z.literal(false, 'logprobs are not served').nullish(),
  response_format: z.object({ type: z.literal('text', 'only text is served') }).nullish(),
});

/** @throws ApiProblem 400 that names the field, or 404 for another model. */
export function readChatRequest(json: unknown, model: string): ChatRequest {
  const parsed = body.safeParse(json);
  if (!parsed.success) {
    const problem = parsed.error.issues[0];
    const field = problem === undefined || problem.path.length === 0 ? 'the body' : problem.path.join('.');
    throw new ApiProblem(400, `Bad request: ${field}: ${problem?.message ?? 'not as expected'}.`);
  }
  const { data } = parsed;
  if (data.model !== model) throw new ApiProblem(404, `The model "${data.model}" is not here. This server has "${model}".`, 'model_not_found');
  return {
    messages: data.messages.map(({ role, content }) => ({ role: role === 'developer' ? 'system' : role, content })),
    maxTokens: data.max_completion_tokens ?? data.max_tokens ?? undefined,
    stop: data.stop ?? [],
    stream: data.stream ?? false,
    includeUsage: data.stream_options?.include_usage ?? false,
  };
}
