// The thread of a function scorer: loads the configuration file, then scores what it is sent, one after another.

import { isMainThread, parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { createJiti } from 'jiti';
import { callScorer, describeError, type CheckedScore, type ScoreFunction } from './check-score.js';
import type { ScoreInput } from './scorer.js';
import { threadClock } from './thread-clock.js';

export interface ThreadData {
  readonly configFile: string;
  /** See ScorerThreadsOptions. */
  readonly aliases: Readonly<Record<string, string>>;
  /** [request that runs now, when it began]. */
  readonly now: Int32Array;
}

export interface ThreadRequest {
  /** From 1. */
  readonly number: number;
  readonly input: ScoreInput;
}

export type ThreadAnswer = CheckedScore & { readonly number: number };

export type ThreadMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'unusable'; readonly sentence: string }
  | { readonly type: 'answers'; readonly answers: readonly ThreadAnswer[] };

/** Answers are kept back for as long at most, to travel together. */
const FLUSH_MILLISECONDS = 5;

async function serve(port: MessagePort, data: ThreadData): Promise<void> {
  // What a scorer prints must not get between the lines of our own output.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const queue: ThreadRequest[] = [];
  let score: ScoreFunction | undefined;
  let working = false;

  const work = async (): Promise<void> => {
    if (working || score === undefined) return;
    working = true;
    let answers: ThreadAnswer[] = [];
    let flushed = performance.now();
    const flush = (): void => {
      if (answers.length > 0) port.postMessage({ type: 'answers', answers } satisfies ThreadMessage);
      answers = [];
      flushed = performance.now();
    };
    for (let request = queue.shift(); request !== undefined; request = queue.shift()) {
      Atomics.store(data.now, 1, threadClock());
      Atomics.store(data.now, 0, request.number);
      const result = await callScorer(score, request.input);
      Atomics.store(data.now, 0, 0);
      answers.push({ ...result, number: request.number });
      if (queue.length === 0 || performance.now() - flushed > FLUSH_MILLISECONDS) flush();
    }
    working = false;
  };

  port.on('message', (requests: readonly ThreadRequest[]) => {
    queue.push(...requests);
    void work();
  });
  try {
    score = await load(data);
    port.postMessage({ type: 'ready' } satisfies ThreadMessage);
    void work();
  } catch (error) {
    port.postMessage({
      type: 'unusable',
      sentence: `The scorer is broken: ${data.configFile} could not be loaded in its thread: ${describeError(error)}.`,
    } satisfies ThreadMessage);
  }
}

/** `scorer` is a function, or has one called `score`. */
async function load(data: ThreadData): Promise<ScoreFunction> {
  const jiti = createJiti(data.configFile, { alias: { ...data.aliases }, fsCache: false });
  const config: unknown = await jiti.import(data.configFile, { default: true });
  const scorer: unknown = typeof config === 'object' && config !== null && 'scorer' in config ? config.scorer : undefined;
  const score: unknown = typeof scorer === 'object' && scorer !== null && 'score' in scorer ? scorer.score : scorer;
  if (typeof score !== 'function') throw new TypeError('its default export has no function scorer.score');
  return score as ScoreFunction;
}

if (!isMainThread && parentPort !== null) void serve(parentPort, workerData as ThreadData);
