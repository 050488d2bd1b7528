// Published sets that lie beside the project, read whole.

import { existsSync } from 'node:fs';
import { knownBenchmark } from '../../../src/benchmarks/known-benchmarks.js';
import type { Task } from '../../../src/core/task.js';
import { sharedData } from '../../support/shared-data.js';

/** Every task that the reader of a known benchmark gives, twins too; skips the test where the data is absent. */
export async function publishedTasks(context: Mocha.Context, name: string, folder: string): Promise<readonly Task[]> {
  const data = sharedData(folder);
  if (!existsSync(data)) context.skip();
  const tasks: Task[] = [];
  for await (const task of knownBenchmark(name).tasks(data)) tasks.push(task);
  return tasks;
}

export function countBy(values: Iterable<string | undefined>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value ?? 'none'] = (counts[value ?? 'none'] ?? 0) + 1;
  return counts;
}
