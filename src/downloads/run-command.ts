// One run of another program, with its output as text.

import { spawn } from 'node:child_process';
import type { Environment } from './cache-folder.js';

export interface CommandResult {
  /** Undefined when the program was not found or could not be started. */
  readonly exitCode: number | undefined;
  readonly output: string;
  /** The standard error stream, or why there was none. */
  readonly errors: string;
}

/** Never throws: what went wrong is in the result. A program that takes longer than the time limit is killed. */
export function runCommand(
  command: string,
  argv: readonly string[],
  options: { readonly environment: Environment; readonly folder?: string; readonly timeoutMilliseconds: number },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = '';
    let errors = '';
    const child = spawn(command, argv, {
      env: { ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMilliseconds,
      killSignal: 'SIGKILL',
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ exitCode: undefined, output, errors: error.code === 'ENOENT' ? `${command} was not found` : error.message }),
    );
    child.on('close', (code, signal) =>
      resolve({
        exitCode: code ?? -1,
        output,
        errors: signal === null ? errors : `${errors}\n${command} was ended by ${signal} (time limit ${options.timeoutMilliseconds / 1_000} s)`,
      }),
    );
  });
}

/** The last line that says something, at most 300 characters: what a person needs of a failed program's output. */
export function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return (lines.findLast((line) => line !== '') ?? 'no output').slice(0, 300);
}
