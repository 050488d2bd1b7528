// The two ways a command answers: JSON for programs, lines for people.

import type { CommonOptions } from './main.js';

export function print(options: Pick<CommonOptions, 'json'>, value: unknown, lines: () => string): void {
  process.stdout.write(options.json === true ? `${JSON.stringify(value, null, 2)}\n` : `${lines()}\n`);
}
