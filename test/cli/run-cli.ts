// Runs the command line as a user does: a process of its own, in a pipe.

import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

export const MAIN = path.join(import.meta.dirname, '../../src/cli/main.js');
/** A command that takes longer hangs. */
const LIMIT_MILLISECONDS = 110_000;

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly process: ChildProcess;
  readonly exit: Promise<CliResult>;
  /** Ends when the text (stdout and stderr together) has it; rejects when the process ends without. */
  until(pattern: RegExp): Promise<void>;
  /** Waits for what happens elsewhere while it runs; rejects when it ends before. */
  meanwhile(happens: Promise<unknown>): Promise<void>;
}

/** What a developer's or CI's own environment says must not decide. */
export function cleanEnvironment(more: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
  const { TEMPORAL_ADDRESS: _, TEMPORAL_PROFILE: _p, OPENAI_API_KEY: _k, FORCE_COLOR: _f, npm_command: _c, ...rest } = process.env;
  return { ...rest, ...more };
}

export function startCli(
  folder: string,
  argv: readonly string[],
  options: { readonly environment?: Readonly<Record<string, string | undefined>> } = {},
): RunningCli {
  const child = spawn(process.execPath, [MAIN, ...argv], { cwd: folder, env: cleanEnvironment(options.environment), stdio: ['ignore', 'pipe', 'pipe'] });
  return running(child);
}

/** Also for other programs. */
export function running(child: ChildProcess): RunningCli {
  let [stdout, stderr] = ['', ''];
  let ended = false;
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    changed();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    changed();
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MILLISECONDS);
  const exit = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      clearTimeout(limit);
      ended = true;
      changed();
      resolve({ exitCode, stdout, stderr });
    });
  });
  return {
    process: child,
    exit,
    async meanwhile(happens) {
      await Promise.race([
        happens,
        exit.then(() => {
          throw new Error(`The command ended too early:\n${stdout}\n${stderr}`);
        }),
      ]);
    },
    until(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          if (pattern.test(stdout) || pattern.test(stderr)) {
            watchers.delete(look);
            resolve();
          } else if (ended) {
            watchers.delete(look);
            reject(new Error(`The command ended without ${String(pattern)}:\n${stdout}\n${stderr}`));
          }
        };
        watchers.add(look);
        look();
      });
    },
  };
}

export function cli(folder: string, argv: readonly string[], options: Parameters<typeof startCli>[2] = {}): Promise<CliResult> {
  return startCli(folder, argv, options).exit;
}

/** The one JSON value a command printed. */
export function jsonOf(result: CliResult): Record<string, unknown> {
  return JSON.parse(result.stdout) as Record<string, unknown>;
}

/** The lines of JSON a command printed. */
export function jsonLines(result: CliResult): readonly Record<string, unknown>[] {
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
