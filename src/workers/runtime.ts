// Temporal's native runtime in this process.

import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

let installed = false;

/**
 * Once a process: its logs go to a file, never to the terminal; signals are ours. Call it right before a connection is made: a
 * runtime that never had one keeps the process from ending.
 */
export function installRuntime(folder: string): void {
  if (installed) return;
  installed = true;
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
