// Benchmark data that is not part of the project: tests that need it are skipped where it is absent.

import path from 'node:path';

/** `../shared/data/<name>` beside the project. */
export function sharedData(name: string): string {
  return path.resolve(import.meta.dirname, '../../../../shared/data', name);
}
