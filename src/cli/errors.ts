// What a person sees of an error: their own mistake in one sentence, ours with the stack.

import pc from 'picocolors';
import { EXIT_CODES, FAILURES, failureTypeOf } from '../core/failures.js';

/** Prints the error and returns the exit code. */
export function reportError(error: unknown, json: boolean): number {
  const type = failureTypeOf(error);
  const known = type !== undefined && type !== 'internal.defect';
  const download = error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('download.');
  const exitCode = known ? FAILURES[type].exitCode : download ? EXIT_CODES.usage : EXIT_CODES.failure;
  const message = error instanceof Error ? error.message : String(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: { type: type ?? (download ? 'download' : 'internal.defect'), message, exitCode } })}\n`);
  else {
    process.stderr.write(`${pc.red('error')} ${message}\n`);
    if (!known && !download && error instanceof Error && error.stack !== undefined) process.stderr.write(`${pc.dim(error.stack.split('\n').slice(1).join('\n'))}\n`);
  }
  return exitCode;
}
