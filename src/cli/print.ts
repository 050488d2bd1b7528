// The two ways a command answers: JSON for programs, lines for people.

import type { CommonOptions } from './main.js';
import { columnsOf, write } from './terminal.js';

/** `lines` is given the columns of the terminal; undefined in a pipe. */
export function print(options: Pick<CommonOptions, 'json'>, value: unknown, lines: (columns: number | undefined) => string): void {
  if (options.json === true) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  else write(process.stdout, lines(columnsOf(process.stdout)));
}

/** One of many lines of JSON: for commands that go on. */
export function printLine(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
