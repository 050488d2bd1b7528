// What the local model's server runs with.

import os from 'node:os';
import { z } from 'zod';

export const LOCAL_MODEL_NAME = 'SmolLM2-135M-Instruct';

/** Keys and values of one token: 30 layers x 2 x 192 numbers of 2 bytes. */
const BYTES_PER_TOKEN = 23_040;
const CONTEXT_TOKENS = 8_192;

/** `chunkTokens` and the weights decide the answers, down to the last bit on a given kind of processor; the rest decides only speed and memory. */
export const localModelSettings = z.strictObject({
  weightsPath: z.string(),
  runtimeFolder: z.string(),
  model: z.string().default(LOCAL_MODEL_NAME),
  /** 0 takes a free one. */
  port: z.int().min(0).max(65_535).default(0),
  /** Requests evaluated at the same time, each by `threads` threads. */
  lanes: z.int().min(1).max(64).default(defaultLanes),
  /**
   * Threads for one evaluation. They wait for each other in busy loops a thousand times per token: when other programs want the cores, two threads on
   * two cores were 10 times slower than one (measured: 15 prompt tokens/s against 100), and generation is no faster with two even on an idle machine
   * (55 tokens/s against 53). So one thread each, and several lanes: lanes never wait for each other.
   */
  threads: z.int().min(1).max(64).default(1),
  /** Prompts kept in memory, over all lanes; 190 MB each. At least one per lane. */
  prefixes: z.int().min(1).max(64).default(defaultPrefixes),
  /** Prompt and completion of one request at most, tokens: what the model was trained for. */
  contextTokens: z.int().min(256).max(CONTEXT_TOKENS).default(CONTEXT_TOKENS),
  /**
   * Tokens evaluated in one batch. 16 costs 7.1 ms of CPU a token, 32 costs 6.7, 8 costs 7.7 (measured); a prompt that differs inside a chunk evaluates
   * all of it again.
   */
  chunkTokens: z.int().min(1).max(512).default(16),
  /** Completion when the request names no limit, tokens. */
  defaultMaxTokens: z.int().min(1).default(512),
  /** Later requests that may be chosen before one that waits. */
  maxPasses: z.int().min(0).default(200),
  /** Requests that may wait; one more is answered with status 429. */
  maxWaiting: z.int().min(1).default(4_096),
});

export type LocalModelSettings = z.output<typeof localModelSettings>;
export type LocalModelOptions = z.input<typeof localModelSettings>;

/** Lanes run at the pace of one core each; the worker and the engine need little, and the system shares cores between threads fairly. */
function defaultLanes(): number {
  return Math.min(os.availableParallelism(), 8);
}

/** At most 8 % of the machine's memory. */
function defaultPrefixes(): number {
  return Math.max(2, Math.min(8, Math.floor((os.totalmem() * 0.08) / (CONTEXT_TOKENS * BYTES_PER_TOKEN))));
}
