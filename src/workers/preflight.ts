// What can be known to be wrong before a run is recorded: disk, keys, endpoints, model names, the scorer. Nothing is written.

import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { chatMessages } from '../agents/chat.js';
import { functionAgent } from '../agents/function-agent.js';
import { createScorer } from '../benchmarks/scorers/create-scorer.js';
import { CONFIG_ALIASES } from '../config/load-config.js';
import { nearest } from '../config/problems.js';
import type { LoadedConfig } from '../config/resolve-config.js';
import { WatersmeetError } from '../core/failures.js';
import type { Json } from '../core/json.js';
import { modulesAsText } from '../core/modules-as-text.js';
import { randomStream } from '../core/random.js';
import type { ModelSettings } from '../core/run-settings.js';
import type { Task } from '../core/task.js';
import { ensureLocalModel } from '../downloads/local-model.js';
import { readAgain, readTasks, type ReadTasks } from './read-tasks.js';

export interface PreflightOptions {
  /** Told what is fetched. */
  readonly onProgress?: (sentence: string) => void;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Bytes free for the user on the disk of a folder. Default: what the system says. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Below this nothing is started: a run's store and Temporal's file grow by some ten megabytes. */
export const LEAST_FREE_BYTES = 200_000_000;
const ENDPOINT_SECONDS = 10;
const TRIED_TASKS = 3;
const NAMES_SHOWN = 3;

/**
 * Reads the benchmark and looks at everything a run needs, before an engine is started or a run is recorded.
 *
 * @throws WatersmeetError 'input.invalid': what, where and what to do. DownloadError when the local model cannot be had.
 */
export async function checkInput(loaded: LoadedConfig, options: PreflightOptions = {}): Promise<ReadTasks> {
  const read = await readTasks(loaded);
  const { environment = process.env, freeBytes = freeBytesOf } = options;
  await checkDisk(loaded.projectFolder, freeBytes);
  const doubts = await tryScorer(loaded, read);
  for (const model of distinctModels(loaded)) {
    if (model.endpoint === 'local') await ensureLocalModel(options.onProgress === undefined ? {} : { onProgress: options.onProgress });
    else await checkEndpoint(model, environment);
  }
  return { ...read, warnings: [...read.warnings, ...doubts] };
}

/** One of each endpoint, name and key that the roles use. */
export function distinctModels(loaded: LoadedConfig): readonly ModelSettings[] {
  return [
    ...new Map(Object.values(loaded.settings.models).map((model) => [JSON.stringify([model.endpoint, model.model, model.apiKeyVariable]), model])).values(),
  ];
}

/** Bytes that the user may still write on the disk that holds the folder, or will hold it. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(await existing(folder));
  return bavail * bsize;
}

/** The folder, or the nearest above it that is there. */
async function existing(folder: string): Promise<string> {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    if (place === path.dirname(place) || (await stat(place).catch(() => undefined)) !== undefined) return place;
  }
}

async function checkDisk(folder: string, freeBytes: (folder: string) => Promise<number>): Promise<void> {
  const place = await existing(folder);
  await access(place, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw invalid(
      `${place} cannot be written (${error.code ?? error.message}), and the run's state belongs in ${folder}. Check its permissions, or set \`folder\` in the configuration to another place.`,
      error,
    );
  });
  const free = await freeBytes(folder);
  if (free >= LEAST_FREE_BYTES) return;
  throw invalid(
    `The disk that holds ${folder} has ${megabytes(free)} MB free; a run needs at least ${megabytes(LEAST_FREE_BYTES)} MB. Free some space there, or set \`folder\` in the configuration to another disk.`,
  );
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1_000_000);
}

// --- endpoint --------------------------------------------------------------------------------------------------------

/**
 * Asks the endpoint for its models, which costs nothing. Only what is certain is an error: the rest shows when the run calls it.
 *
 * @returns what was found, as the end of a sentence.
 */
export async function checkEndpoint(
  model: ModelSettings,
  environment: Readonly<Record<string, string | undefined>>,
  seconds = ENDPOINT_SECONDS,
): Promise<string> {
  const { endpoint, apiKeyVariable } = model;
  const key = apiKeyVariable === undefined ? undefined : environment[apiKeyVariable];
  if (apiKeyVariable !== undefined && (key === undefined || key === '')) {
    throw invalid(
      `The environment variable ${apiKeyVariable} is not set: it should hold the key for ${endpoint}. Set it (export ${apiKeyVariable}=...), then start again.`,
    );
  }
  const answer = await ask(`${endpoint}/models`, { headers: headersOf(key) }, seconds);
  if (answer.kind === 'unreachable') {
    throw invalid(`${endpoint} does not answer (${answer.why}). Check the model's address in the configuration, and that its server runs; then start again.`);
  }
  if (answer.kind === 'silent') return `did not answer within ${seconds} s`;
  // Some do so for all that they do not serve.
  if (answer.kind === 'closed') return 'closes the connection when it is asked for its models';
  // A key may be good for completions and not for this list: an empty request, refused before it costs anything, tells.
  if (answer.status === 401 && (await refusesKey(endpoint, key, seconds))) {
    throw invalid(
      apiKeyVariable === undefined
        ? `${endpoint} wants a key (401), and the configuration names none. Name the environment variable that holds it in apiKeyVariable of the model (--set model.apiKeyVariable=NAME), then start again.`
        : `${endpoint} refuses the key in the environment variable ${apiKeyVariable} (401). Correct it, then start again.`,
    );
  }
  const names = answer.status === 200 ? modelNames(answer.body) : undefined;
  if (names === undefined) return answer.status === 200 ? 'answers' : `answers, but does not list its models (${answer.status})`;
  if (names.some((name) => isName(name, model.model))) return `answers, and has ${model.model}`;
  throw invalid(`${endpoint} has no model "${model.model}". ${otherNames(model.model, names)} Correct the model in the configuration, then start again.`);
}

type EndpointAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'unreachable'; readonly why: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'closed' };

async function ask(url: string, init: RequestInit, seconds: number): Promise<EndpointAnswer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(seconds * 1_000) });
    const text = await response.text();
    return { kind: 'answer', status: response.status, body: asJson(text) };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return { kind: 'silent' };
    if (CLOSED.includes(codeOf(error))) return { kind: 'closed' };
    return { kind: 'unreachable', why: reasonOf(error) };
  }
}

async function refusesKey(endpoint: string, key: string | undefined, seconds: number): Promise<boolean> {
  const answer = await ask(
    `${endpoint}/chat/completions`,
    { method: 'POST', headers: { ...headersOf(key), 'content-type': 'application/json' }, body: '{}' },
    seconds,
  );
  return answer.kind === 'answer' && answer.status === 401;
}

function headersOf(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Codes of a connection that was made, and then closed by the other side. */
const CLOSED: readonly string[] = ['ECONNRESET', 'UND_ERR_SOCKET'];

/** `fetch failed` says nothing; its cause does. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

function codeOf(error: unknown): string {
  const cause = causeOf(error);
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function reasonOf(error: unknown): string {
  const cause = causeOf(error);
  const code = codeOf(error);
  const known = { ECONNREFUSED: 'connection refused', ENOTFOUND: 'no such host', EAI_AGAIN: 'its name cannot be looked up' }[code];
  return known ?? (cause instanceof Error ? cause.message || code : String(cause));
}

/** The names that an OpenAI-compatible list holds; undefined when it cannot tell: empty, of another shape, or of a server that takes any name. */
function modelNames(body: unknown): readonly string[] | undefined {
  const data = typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data) ? (body.data as readonly unknown[]) : [];
  const entries = data.filter(
    (entry): entry is { readonly id: string; readonly owned_by?: unknown } =>
      typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string',
  );
  // llama.cpp's server answers for the one model it has loaded, however it is called; proxies list patterns.
  if (entries.length === 0 || entries.some((entry) => entry.owned_by === 'llamacpp' || entry.id.includes('*'))) return undefined;
  return entries.map((entry) => entry.id);
}

/** Ollama lists `qwen3:latest` for `qwen3`, Gemini `models/gemini-2.5-flash` for `gemini-2.5-flash`. */
function isName(listed: string, name: string): boolean {
  return listed === name || listed === `${name}:latest` || listed === `models/${name}`;
}

function otherNames(name: string, names: readonly string[]): string {
  const close: string[] = [];
  for (let left = names; close.length < NAMES_SHOWN; left = left.filter((other) => !close.includes(other))) {
    const next = nearest(name, left);
    if (next === undefined) break;
    close.push(next);
  }
  if (close.length > 0) return `Did you mean ${close.map((other) => `"${other}"`).join(', ')}?`;
  const shown = names.slice(0, NAMES_SHOWN).map((other) => `"${other}"`);
  return `It has ${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}.`;
}

// --- scorer ----------------------------------------------------------------------------------------------------------

/**
 * Tries a scorer of the user's own on a few tasks. What a chat agent puts out is known (text): the expected answer is taken for it.
 * A function agent without a model is run, which costs nothing. What one with a model puts out is not known: it is tried with the
 * expected answer as well, but then a problem is only told, for the output may have another shape.
 *
 * @returns sentences to warn with.
 */
async function tryScorer(loaded: LoadedConfig, read: ReadTasks): Promise<readonly string[]> {
  const { settings, definitions, file } = loaded;
  if (settings.scorer.kind !== 'function') return [];
  const scorer = createScorer(settings.scorer, {
    ...(definitions.score === undefined ? {} : { score: definitions.score }),
    ...(file === undefined ? {} : { configFile: file, aliases: CONFIG_ALIASES }),
  });
  const warnings: string[] = [];
  try {
    for (const task of await sample(loaded, read)) {
      const tried = await outputFor(loaded, task);
      if ('failure' in tried) {
        warnings.push(`The agent failed on task "${task.id}": ${tried.failure}.`);
        continue;
      }
      try {
        await scorer.score({ task, output: tried.output, trajectory: trajectoryOf(loaded, task, tried.output) }, undefined);
      } catch (error) {
        const sentence = error instanceof Error ? error.message : String(error);
        if (tried.certain || sentence.includes(LATE)) throw invalid(`${sentence} It was tried with ${tried.from} as the output.`, error);
        return [`${sentence} It was tried with ${tried.from} as the output; if your agent's output has another shape, that may be why.`];
      }
    }
    return warnings;
  } finally {
    await scorer.close();
  }
}

/** As function-scorer.ts says it: no shape of an output makes a loop right. */
const LATE = ' it did not answer within ';
const EXPECTED = "the task's expected answer";

type TriedOutput = { readonly output: Json; readonly certain: boolean; readonly from: string } | { readonly failure: string };

async function outputFor({ settings, definitions }: LoadedConfig, task: Task): Promise<TriedOutput> {
  const { agent, models, modules } = settings;
  if (agent.kind !== 'function' || agent.environment !== undefined || models.agent !== undefined || definitions.run === undefined) {
    // What a model writes is text.
    const writes = agent.kind === 'chat' || (agent.kind === 'react' && !('environment' in agent));
    const output = writes && typeof task.expected !== 'string' ? JSON.stringify(task.expected) : task.expected!;
    return { output, certain: writes, from: EXPECTED };
  }
  const { expected: _, ...visible } = task;
  const random = randomStream(settings.seed, task.id, 'preflight');
  try {
    const { output } = await functionAgent(definitions.run, { version: agent.version }).run({
      task: visible,
      modules: Object.fromEntries(modules.map((module) => [module.name, module])),
      texts: modulesAsText(modules),
      get openai(): never {
        throw new Error('the agent asked for a model, but the configuration names none');
      },
      model: undefined,
      get environment(): never {
        throw new Error('the agent asked for an environment, but the configuration names none');
      },
      waited: () => 0,
      signal: AbortSignal.timeout(settings.rollout.timeoutSeconds * 1_000),
      now: () => 0,
      random: () => random.next(),
    });
    return { output, certain: true, from: "the agent's own answer" };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Of the tasks with an expected answer the first, the last and the one between. */
async function sample(loaded: LoadedConfig, { index, parts }: ReadTasks): Promise<readonly Task[]> {
  const able: number[] = [];
  for (let number = 0; number < index.size; number++) if (index.hasExpected(number) && parts.get(number) !== undefined) able.push(number);
  if (able.length === 0) return [];
  const wanted = new Set(Array.from({ length: TRIED_TASKS }, (_, place) => able[Math.round(((able.length - 1) * place) / (TRIED_TASKS - 1))]));
  const tasks: Task[] = [];
  for await (const { task } of readAgain(loaded, index, (number) => wanted.has(number))) tasks.push(task);
  return tasks;
}

/** As the agent would leave it. */
function trajectoryOf({ settings: { agent, modules } }: LoadedConfig, task: Task, output: Json): Json {
  if (agent.kind !== 'chat') return null;
  try {
    const messages = chatMessages(agent, { task, modules: Object.fromEntries(modules.map((module) => [module.name, module])), texts: modulesAsText(modules) });
    return { messages: messages.map(({ role, content }) => ({ role, content: content as Json })), output, finishReason: 'stop' };
  } catch {
    return { messages: [], output, finishReason: 'stop' };
  }
}

function invalid(message: string, cause?: unknown): WatersmeetError {
  return new WatersmeetError('input.invalid', message, cause === undefined ? {} : { cause });
}
