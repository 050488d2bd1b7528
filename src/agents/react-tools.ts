// An agent that calls tools until it answers, through the endpoint's own tool calling.

import type OpenAI from 'openai';
import { z } from 'zod';
import { failureTypeOf } from '../core/failures.js';
import type { Json, JsonObject } from '../core/json.js';
import { randomStream } from '../core/random.js';
import type { ModelSettings, ReactToolsSettings } from '../core/run-settings.js';
import { contentAddress } from '../store/content-address.js';
import { AgentFailure, type Agent, type AgentContext, type AgentResult } from './agent.js';
import { chatMessages } from './chat.js';
import { complete, completionRequest, modelOf } from './completion.js';
import { startOwnClock } from './own-clock.js';
import { plainJson } from './plain-json.js';
import { parametersSchema, type Tool } from './tool.js';
import { counted } from '../core/sentences.js';

export interface ToolAgentOptions {
  /** As `settings.tools` names them. */
  readonly tools: readonly Tool[];
  /** Absolute: the folder tools are given. */
  readonly folder: string;
  /** Whether the model may answer the same request differently. */
  readonly stochastic?: boolean;
}

type Message = OpenAI.ChatCompletionMessageParam;
type ToolCall = OpenAI.ChatCompletionMessageToolCall;

/** One call of a tool, as the trajectory has it: its result is what the model was shown. */
interface CallRecord {
  readonly tool: string;
  readonly arguments: Json;
  readonly result: string;
  /** It had no useful end: unknown, wrong arguments, an error, too late. */
  readonly failed?: true;
}

/** One answer of the model: text, calls, or both. */
interface Step {
  readonly text?: string;
  readonly calls: readonly CallRecord[];
}

/** Characters of broken arguments that are told back, and of an error. */
const TOLD_CHARACTERS = 500;
const LAST_STEP = 'This is your last step: no tool can be called any more. Give your final answer now.';

/**
 * The output is the text of the first answer without tool calls (after `answerAfter`, when that is given and found). In the last of
 * `maxSteps` calls tools are switched off and the model is told so; no answer then is the agent's failure. Whatever is wrong with
 * a call (its tool, its arguments, an error, too much time) is told to the model as its result. Calls of one answer run at the same time.
 */
export function toolAgent(settings: ReactToolsSettings, options: ToolAgentOptions): Agent {
  const told = options.tools.map((tool) => ({ name: tool.name, description: tool.description, parameters: parametersSchema(tool) }));
  return {
    kind: 'react',
    // What the settings and the user's code do not say: this file's own version, and what a benchmark's tools are.
    version: contentAddress({ react: 1, tools: plainJson(told) ?? [], versions: options.tools.map(({ version }) => version ?? '1') }),
    stochastic: options.stochastic ?? false,
    run: (context) => answer(context, settings, options, told),
  };
}

async function answer(
  context: AgentContext,
  settings: ReactToolsSettings,
  options: ToolAgentOptions,
  told: readonly OpenAI.FunctionDefinition[],
): Promise<AgentResult> {
  const model = modelOf(context, 'react');
  const messages: Message[] = [...chatMessages(settings, context)];
  const asked = plainJson(messages) ?? [];
  const steps: Step[] = [];
  const soFar = (): JsonObject => ({ messages: asked, steps: plainJson(steps) ?? [] });
  const body = {
    ...completionRequest(model, []),
    ...(told.length === 0 ? {} : { tools: told.map((definition) => ({ type: 'function' as const, function: definition })) }),
  };
  for (let number = 1; ; number++) {
    const last = number >= settings.maxSteps;
    if (last && number > 1) messages.push({ role: 'user', content: LAST_STEP });
    const { message, finishReason } = await complete(
      context,
      { ...body, messages, ...(last && told.length > 0 ? { tool_choice: 'none' as const } : {}) },
      soFar,
    );
    const text = plainText(message.content ?? '');
    const calls = message.tool_calls ?? [];
    if (calls.length === 0 && !(last && text.trim() === '')) {
      const output = finalAnswer(text, settings.answerAfter);
      if (output !== text) steps.push({ text, calls: [] });
      return { output, trajectory: { ...soFar(), output, finishReason } };
    }
    if (last) throw new AgentFailure(`no answer within ${counted(settings.maxSteps, 'step')}`, soFar());
    const requests = calls.map((call, index) => readCall(call, `call_${number}_${index + 1}`, finishReason === 'length'));
    const records = await callAll(context, model, settings, options, requests, soFar);
    steps.push({ ...(text === '' ? {} : { text }), calls: records });
    messages.push(
      { role: 'assistant', content: message.content ?? null, tool_calls: requests.map(({ echo }) => echo) },
      ...requests.map(({ echo }, index) => ({ role: 'tool' as const, tool_call_id: echo.id, content: records[index]!.result })),
    );
  }
}

/** After the last of the words, whatever their case; the whole text where they are missing. */
function finalAnswer(text: string, after: string | undefined): string {
  if (after === undefined) return text;
  const at = text.toLowerCase().lastIndexOf(after.toLowerCase());
  return at === -1 ? text : text.slice(at + after.length).trim();
}

interface CallRequest {
  /** What the model is shown again. */
  readonly echo: ToolCall;
  readonly name: string;
  /** The text where it is no JSON object. */
  readonly arguments: JsonObject | string;
  /** What is wrong with them. */
  readonly problem?: string;
}

function readCall(call: ToolCall, id: string, cutOff: boolean): CallRequest {
  const given = call.type === 'custom' ? { name: call.custom.name, text: call.custom.input } : { name: call.function.name, text: call.function.arguments };
  const name = plainText(given.name);
  // Some models send nothing when there is nothing to say.
  const text = (given.text ?? '').trim() === '' ? '{}' : given.text;
  const value = parseObject(text);
  // Other fields stay: some endpoints want back what they sent. Arguments that are no JSON would be refused by some.
  const echo = {
    ...call,
    id: call.id || id,
    ...(call.type === 'custom' ? {} : { function: { ...call.function, arguments: value === undefined ? '{}' : text } }),
  } as ToolCall;
  if (value !== undefined) return { echo, name, arguments: value };
  const why = cutOff ? 'cut off at the token limit' : 'no JSON object';
  return { echo, name, arguments: clip(text), problem: `The arguments were ${why}: ${clip(text)}\nCall the tool again with a complete JSON object.` };
}

/** At the same time, in the order of the answer. */
async function callAll(
  context: AgentContext,
  model: ModelSettings,
  settings: ReactToolsSettings,
  options: ToolAgentOptions,
  requests: readonly CallRequest[],
  soFar: () => JsonObject,
): Promise<readonly CallRecord[]> {
  // Drawn in order, before anything runs: what one call draws does not depend on the others.
  const seeds = requests.map(() => context.random());
  const settled = await Promise.allSettled(requests.map((request, index) => callTool(context, model, settings, options, request, seeds[index]!)));
  const thrown = settled.find((result) => result.status === 'rejected');
  if (thrown !== undefined) throw endOfAttempt(thrown.reason, soFar);
  return settled.map((result) => (result as PromiseFulfilledResult<CallRecord>).value);
}

/** A tool that ends the attempt as failed leaves the steps so far behind. */
function endOfAttempt(error: unknown, soFar: () => JsonObject): unknown {
  return isAgentFailure(error) ? new AgentFailure(error.message, error.trajectory ?? soFar()) : error;
}

async function callTool(
  context: AgentContext,
  model: ModelSettings,
  settings: ReactToolsSettings,
  options: ToolAgentOptions,
  request: CallRequest,
  seed: number,
): Promise<CallRecord> {
  const { name } = request;
  const failed = (problem: string): CallRecord => ({ tool: name, arguments: request.arguments, result: plainText(problem), failed: true });
  const tool = options.tools.find((candidate) => candidate.name === name);
  if (tool === undefined) return failed(`There is no tool "${clip(name)}". There are: ${options.tools.map((candidate) => candidate.name).join(', ')}.`);
  if (request.problem !== undefined) return failed(request.problem);
  const random = randomStream(seed, name, 'tool');
  try {
    const parsed = await z.safeParseAsync(tool.parameters, request.arguments);
    if (!parsed.success) return failed(`The arguments do not fit: ${parsed.error.issues.map(issueText).join('; ')}. Correct them and call the tool again.`);
    const value = await withinTime(context, settings.toolTimeoutSeconds, (signal) =>
      tool.run(parsed.data, {
        task: context.task,
        folder: options.folder,
        signal,
        openai: context.openai,
        model,
        now: () => context.now(),
        random: () => random.next(),
      }),
    );
    return { tool: name, arguments: request.arguments, result: shown(value, settings.toolResultCharacters) };
  } catch (error) {
    context.signal.throwIfAborted();
    // An outage of what the tool needs, or the tool's own word that the attempt is over.
    if (failureTypeOf(error) !== undefined || isAgentFailure(error)) throw error;
    return failed(`The tool failed: ${clip(error instanceof Error ? error.message : String(error))}`);
  }
}

async function withinTime<T>(context: AgentContext, seconds: number, run: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
  context.signal.throwIfAborted();
  const limit = new AbortController();
  let stop = () => {};
  const ended = new Promise<never>((_, reject) => {
    const end = (reason: unknown) => {
      reject(reason);
      limit.abort(reason);
    };
    const abort = () => end(context.signal.reason);
    context.signal.addEventListener('abort', abort, { once: true });
    const stopClock = startOwnClock(
      seconds * 1_000,
      () => context.waited(),
      () => end(new Error(`it did not answer within ${seconds} s`)),
    );
    stop = () => {
      stopClock();
      context.signal.removeEventListener('abort', abort);
    };
  });
  try {
    return await Promise.race([Promise.resolve(limit.signal).then(run), ended]);
  } finally {
    stop();
  }
}

/** A result as the model is shown it. */
function shown(value: Json | undefined, most: number): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  if (text === '') return '(no result)';
  if (text.length <= most) return plainText(text);
  return `${plainText(text.slice(0, most))}\n[cut: the first ${most} of ${text.length} characters]`;
}

function issueText({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

function isAgentFailure(error: unknown): error is AgentFailure {
  return error instanceof Error && 'agentFailure' in error;
}

function clip(text: string): string {
  return text.length > TOLD_CHARACTERS ? `${text.slice(0, TOLD_CHARACTERS)}...` : text;
}

/** Without half characters, which cannot be stored. */
function plainText(text: string): string {
  return plainJson(text) as string;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (plainJson(value) as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
