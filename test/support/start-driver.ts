// Starts drive.ts in a process of its own, reads what it prints, kills it.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import type { RunResult } from '../../src/client/run-handle.js';
import type { RoleTotals } from '../../src/store/store.js';
import type { OpenOptions } from '../../src/workers/watersmeet.js';
import type { DriveCommand, DriveOrder } from './drive.js';

export interface DriverLine {
  readonly opened?: number;
  readonly host?: boolean;
  readonly run?: string;
  readonly result?: RunResult;
  readonly totals?: readonly RoleTotals[];
  readonly error?: string;
}

export interface Driver {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The first line that has the key; rejects when the process ends without one. */
  line<Key extends keyof DriverLine>(key: Key): Promise<DriverLine & { readonly [key in Key]-?: NonNullable<DriverLine[key]> }>;
  tell(order: DriveOrder): void;
  /** Ends with all its lines, however the process ends. */
  readonly ended: Promise<readonly DriverLine[]>;
  /** SIGKILL; ends when it is gone. */
  kill(): Promise<void>;
}

export function startDriver(command: DriveCommand, folder: string, options: Partial<OpenOptions> = {}): Driver {
  const startedAt = Date.now();
  const child = spawn(process.execPath, ['--enable-source-maps', path.join(import.meta.dirname, 'drive.js'), command, folder, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // It may be dead when it is told something.
  child.stdin.on('error', () => undefined);
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + String(chunk)).slice(-4_000);
  });
  const lines: DriverLine[] = [];
  let over: string | undefined;
  const silent = (key: keyof DriverLine) => new Error(`The driver ended (${over}) without saying "${key}": ${JSON.stringify(lines)}. ${complaints}`);
  const waiting: { readonly key: keyof DriverLine; readonly resolve: (line: never) => void; readonly reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as DriverLine;
    lines.push(line);
    for (const one of waiting) if (one.key in line) one.resolve(line as never);
  });
  const ended = new Promise<readonly DriverLine[]>((resolve) => {
    child.once('close', (code, signal) => {
      over = signal ?? String(code);
      for (const one of waiting) one.reject(silent(one.key));
      resolve(lines);
    });
  });
  return {
    pid: child.pid!,
    startedAt,
    line: (key) =>
      new Promise((resolve, reject) => {
        const said = lines.find((line) => key in line);
        if (said !== undefined) resolve(said as never);
        else if (over !== undefined) reject(silent(key));
        else waiting.push({ key, resolve: resolve as (line: never) => void, reject });
      }),
    tell: (order) => child.stdin.write(`${JSON.stringify(order)}\n`),
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
