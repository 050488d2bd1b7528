// Temporal's native runtime in this process.

import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/**
 * Per cent by which the heap may outgrow what lives in it before it is collected; V8 allows some 300 % where memory is
 * plenty. Answers live short: with 10,000 tasks a process stays 70 MB smaller than with 100, and no CPU that could be measured is lost.
 */
const HEAP_GROWTH = 50;
/** Those of Node 20 to 24, which know the flag: an unknown one would be complained of on the terminal. */
const V8_MAJORS = { first: 11, last: 13 };

let installed = false;

/**
 * Once a process: its logs go to a file, never to the terminal; signals are ours. Call it right before a connection is made: a
 * runtime that never had one keeps the process from ending.
 */
export function installRuntime(folder: string): void {
  if (installed) return;
  installed = true;
  const v8 = Number.parseInt(process.versions.v8, 10);
  if (v8 >= V8_MAJORS.first && v8 <= V8_MAJORS.last) setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  const file = path.join(folder, 'worker.log');
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, timestampNanos, meta }) => {
      try {
        appendFileSync(
          file,
          `${new Date(Number(timestampNanos / 1_000_000n)).toISOString()} ${level} ${message} ${JSON.stringify(meta ?? {}, (_, value: unknown) => (value instanceof Error ? value.stack : typeof value === 'bigint' ? String(value) : value))}\n`,
        );
      } catch {
        // A full disk must not end the process that reports it.
      }
    }),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
    shutdownSignals: [],
  });
}
