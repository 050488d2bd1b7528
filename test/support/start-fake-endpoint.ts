// Starts the fake endpoint in its own process, and counts what reached it.

import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Counts, FakeEndpointOptions, KeptRequest } from './fake-endpoint.js';

export interface FakeEndpoint {
  readonly baseURL: string;
  readonly port: number;
  readonly log: string;
  readonly process: ChildProcess;
  counts(): Promise<Counts>;
  /** With `keepRequests`. */
  requests(): Promise<readonly KeptRequest[]>;
  /** Ends with the first {line} of a hook that says so. */
  line(text: string): Promise<void>;
  /** Kills it (SIGKILL); ends when it is gone. */
  stop(): Promise<void>;
}

export async function startFakeEndpoint(options: Partial<FakeEndpointOptions> = {}): Promise<FakeEndpoint> {
  const log = options.log ?? path.join(mkdtempSync(path.join(tmpdir(), 'watersmeet-endpoint-')), 'arrivals.jsonl');
  const child = fork(
    path.join(import.meta.dirname, 'fake-endpoint.js'),
    [JSON.stringify({ seed: 1, brain: 'echo', ...options, log } satisfies FakeEndpointOptions)],
    { execArgv: [] },
  );
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message: { port: number }) => resolve(message.port));
    child.once('exit', (code) => reject(new Error(`The fake endpoint ended with ${code}.`)));
  });
  const lines: string[] = [];
  child.on('message', (message: { line?: string }) => {
    if (message.line !== undefined) lines.push(message.line);
  });
  const origin = `http://127.0.0.1:${port}`;
  return {
    baseURL: `${origin}/v1`,
    port,
    log,
    process: child,
    counts: async () => (await (await fetch(`${origin}/__counts`)).json()) as Counts,
    requests: async () => (await (await fetch(`${origin}/__requests`)).json()) as readonly KeptRequest[],
    line(text) {
      return new Promise((resolve) => {
        const look = () => {
          if (!lines.includes(text)) return;
          child.off('message', look);
          resolve();
        };
        child.on('message', look);
        look();
      });
    },
    stop() {
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
      return new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      });
    },
  };
}

/** One arrival at the endpoint. */
export interface Send {
  /** From 1. */
  readonly arrival: number;
  /** x-watersmeet-call. */
  readonly call: string;
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** All arrivals, from the log: also when the endpoint is gone. */
export function readSends(log: string): readonly Send[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Send);
}

/** Arrivals by x-watersmeet-call, from the log. */
export function readArrivals(log: string): ReadonlyMap<string, number> {
  const byCall = new Map<string, number>();
  for (const { call } of readSends(log)) byCall.set(call, (byCall.get(call) ?? 0) + 1);
  return byCall;
}
