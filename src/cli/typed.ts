// What a person has to type for a command, from where they are.

import path from 'node:path';
import type { CommonOptions } from './main.js';

/** `resume 2026...` as it has to be typed: with the configuration that was named, and how this program was called. */
export function typed(command: string, options: Pick<CommonOptions, 'config'>): string {
  const config = options.config === '.' ? '' : ` -c ${path.relative(process.cwd(), options.config) || '.'}`;
  return `${programName()} ${command}${config}`;
}

/** Sentences name commands as `watersmeet resume`: here as they have to be typed. */
export function asTyped(text: string): string {
  return text.replaceAll('`watersmeet ', `\`${programName()} `);
}

/** `npm run quickstart`, `npm run watersmeet` (in a clone) and `npx` have no `watersmeet` on the path. */
export function programName(): string {
  const { WATERSMEET_COMMAND, npm_command, npm_lifecycle_event } = process.env;
  if (WATERSMEET_COMMAND !== undefined) return WATERSMEET_COMMAND;
  if (npm_lifecycle_event === 'watersmeet') return 'npm run -s watersmeet --';
  return npm_command === 'exec' ? 'npx watersmeet' : 'watersmeet';
}
