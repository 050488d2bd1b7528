// A file of a known benchmark, plain or gzipped.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../core/failures.js';
import type { KnownBenchmark } from './known-benchmark.js';

/** Its absolute path. @throws WatersmeetError 'input.invalid' if it is not there. */
export async function findBenchmarkFile(benchmark: Pick<KnownBenchmark, 'name' | 'files'>, folder: string, name: string): Promise<string> {
  for (const file of [path.join(folder, name), path.join(folder, `${name}.gz`)]) {
    if ((await stat(file).catch(() => undefined))?.isFile() === true) return file;
  }
  throw new WatersmeetError('input.invalid', `${path.join(folder, name)} is missing, also with the ending .gz. ${benchmark.files}`);
}
