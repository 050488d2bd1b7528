// What a person sees of an error: their own mistake in one sentence, ours with the stack.

import pc from 'picocolors';
import { EXIT_CODES, FAILURES, failureTypeOf } from '../core/failures.js';
import { printLine } from './print.js';
import { tell } from './terminal.js';

/** Prints the error and returns the exit code. */
export function reportError(error: unknown, json: boolean): number {
  const type = failureTypeOf(error);
  const known = type !== undefined && type !== 'internal.defect';
  const download = error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('download.');
  // What would park a run stops a command: nothing waits.
  const exitCode = known
    ? FAILURES[type].exitCode === EXIT_CODES.waiting
      ? EXIT_CODES.usage
      : FAILURES[type].exitCode
    : download
      ? EXIT_CODES.usage
      : EXIT_CODES.failure;
  const message = error instanceof Error ? error.message : String(error);
  if (json) printLine({ error: { type: type ?? (download ? 'download' : 'internal.defect'), message, exitCode } });
  else {
    tell(`${pc.red('error')} ${message}`);
    if (!known && !download && error instanceof Error && error.stack !== undefined) tell(pc.dim(error.stack.split('\n').slice(1).join('\n')));
  }
  return exitCode;
}
