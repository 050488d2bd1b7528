// Starts child.ts as a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Child {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** Resolves with the first line, read already or yet to come, that fits. */
  line(fits: (line: string) => boolean): Promise<string>;
  /** Resolves when the process has ended and all it said was read. */
  readonly ended: Promise<void>;
}

export function startChild(...parameters: string[]): Child {
  const child = spawn(process.execPath, [new URL('./child.js', import.meta.url).pathname, ...parameters], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  const waiting = new Set<() => void>();
  reader.on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(() => undefined);
  return {
    process: child,
    lines,
    ended,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`The child ended; it said: ${lines.slice(-3).join(' | ')}`)));
      }),
  };
}
