// A chat completion request from model settings, and what the endpoint's refusals mean.

import type OpenAI from 'openai';
import { WatersmeetError } from '../core/failures.js';
import type { JsonObject } from '../core/json.js';
import type { ModelSettings } from '../core/run-settings.js';
import { AgentFailure, type AgentContext } from './agent.js';
import { plainJson } from './plain-json.js';

export interface CompletionMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

const REFUSED = 'the endpoint refused the request: ';

/** The endpoint's words if an attempt failed because the endpoint takes no such request; all of them: then it is the model's settings. */
export function refusalIn(failure: string | undefined): string | undefined {
  return failure?.startsWith(REFUSED) === true ? failure.slice(REFUSED.length) : undefined;
}

/** The message and why it ended: `stop`, `length` (cut off at the token limit), `tool_calls`, or what else the endpoint says. */
export interface Completed {
  readonly message: OpenAI.ChatCompletionMessage;
  readonly finishReason: string | null;
}

/**
 * One call of the agent's model. A refusal, a content filter, a prompt that does not fit and any other request the endpoint will
 * not take are the agent's failures; whatever else goes wrong is thrown as it is.
 *
 * @param soFar the trajectory until now: what a failure leaves behind.
 * @throws AgentFailure.
 */
export async function complete(context: AgentContext, body: OpenAI.ChatCompletionCreateParamsNonStreaming, soFar: () => JsonObject): Promise<Completed> {
  let completion: OpenAI.ChatCompletion;
  try {
    completion = await context.openai.chat.completions.create(body, { signal: context.signal });
  } catch (error) {
    const refusal = providerRefusal(error);
    if (refusal === undefined) throw error;
    throw new AgentFailure(`${refusal.overflow ? 'context overflow: ' : REFUSED}${refusal.sentence}`, soFar());
  }
  const choice = completion.choices[0];
  if (choice === undefined) throw new AgentFailure('the endpoint answered without a choice', soFar());
  const finishReason: string | null = choice.finish_reason ?? null;
  const message = { ...choice.message, content: contentText(choice.message.content) };
  const output = plainJson(message.content ?? '') ?? '';
  const { refusal } = message;
  if (typeof refusal === 'string' && refusal !== '')
    throw new AgentFailure(`the model refused: ${refusal}`, { ...soFar(), output, refusal: plainJson(refusal) ?? '', finishReason });
  if (finishReason === 'content_filter') throw new AgentFailure("the endpoint's content filter withheld the answer", { ...soFar(), output, finishReason });
  return { message, finishReason };
}

/** How endpoints name what they do not serve. */
const FORM_REFUSED = /response.?format|json.?schema|structured.?output|guided/i;

/**
 * A completion whose answer is to fit a JSON schema. An endpoint that says that it takes none is asked again without one: that refusal is
 * recorded, so every attempt goes the same way. A `response_format` in the body (from the settings' `extra`) is left as it is.
 */
export async function completeInForm(
  openai: OpenAI,
  body: OpenAI.ChatCompletionCreateParamsNonStreaming,
  form: OpenAI.ResponseFormatJSONSchema,
): Promise<OpenAI.ChatCompletion> {
  try {
    return await openai.chat.completions.create({ response_format: form, ...body });
  } catch (error) {
    if (!FORM_REFUSED.test(providerRefusal(error)?.sentence ?? '')) throw error;
    return openai.chat.completions.create(body);
  }
}

/** A message's text; some endpoints answer with a list of parts, of which those of text count. */
export function contentText(content: unknown): string | null {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : null;
  return content
    .map((part: unknown) => (typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string' ? part.text : ''))
    .join('');
}

/** The agent's model. @throws WatersmeetError 'input.invalid' if there is none. */
export function modelOf(context: Pick<AgentContext, 'model'>, kind: string): ModelSettings {
  if (context.model !== undefined) return context.model;
  throw new WatersmeetError('input.invalid', `A ${kind} agent needs a model, and the configuration names none. Set \`model\` in the configuration.`);
}

/** The body; `extra` goes last. Models that want `max_completion_tokens` get it from there, and then no `max_tokens`. */
export function completionRequest(settings: ModelSettings, messages: readonly CompletionMessage[]): OpenAI.ChatCompletionCreateParamsNonStreaming {
  const extra = settings.extra ?? {};
  return {
    model: settings.model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    temperature: settings.temperature,
    ...(Object.hasOwn(extra, 'max_completion_tokens') ? {} : { max_tokens: settings.maxTokens }),
    ...extra,
  };
}

export interface ProviderRefusal {
  /** The prompt was longer than the context. */
  readonly overflow: boolean;
  /** The endpoint's own words. */
  readonly sentence: string;
}

const OVERFLOW_CODES: readonly unknown[] = ['context_length_exceeded', 'exceed_context_size_error', 'string_above_max_length'];
// OpenAI, vLLM, llama.cpp, Anthropic, Gemini, TGI.
const OVERFLOW_WORDS =
  /context (?:length|size|window)|maximum context|prompt is too long|too many (?:input )?tokens|input token count|exceeds? the (?:maximum|available) (?:number of )?(?:tokens|context)|inputs? tokens? .{0,40}must (?:be|have) (?:less|at most|<=?)/i;

/** What an endpoint answered to a request it will never take (400, 413, 422), or undefined: then the error is the infrastructure's. */
export function providerRefusal(error: unknown): ProviderRefusal | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { status } = error;
  if (status !== 400 && status !== 413 && status !== 422) return undefined;
  const body: unknown = 'error' in error ? error.error : undefined;
  const sentence = messageOf(body) ?? (error instanceof Error ? error.message : `status ${status}`);
  const codes = [error, body].flatMap((part) =>
    typeof part === 'object' && part !== null ? [(part as { code?: unknown }).code, (part as { type?: unknown }).type] : [],
  );
  return { overflow: codes.some((code) => OVERFLOW_CODES.includes(code)) || OVERFLOW_WORDS.test(sentence), sentence };
}

function messageOf(body: unknown): string | undefined {
  if (typeof body === 'string' && body !== '') return body;
  if (typeof body !== 'object' || body === null) return undefined;
  if ('message' in body && typeof body.message === 'string' && body.message !== '') return body.message;
  return 'error' in body ? messageOf(body.error) : undefined;
}
