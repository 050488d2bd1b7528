// Some tasks of a benchmark, drawn evenly in one pass.

import type { Task } from '../core/task.js';
import { randomStream } from '../core/random.js';
import type { KnownBenchmarkSource } from './known-benchmark.js';
import { streamBenchmark, type BenchmarkSource, type FieldMapping } from './read-benchmark.js';

export interface SampleOptions {
  readonly fields?: FieldMapping;
  /** Tasks at most, 1 or more. */
  readonly count: number;
  readonly seed: number;
}

/**
 * Every task has the same chance (reservoir sampling, algorithm R of Vitter (1985), Random sampling with a reservoir); in the order of the
 * benchmark. Holds no more than the sample.
 *
 * @throws WatersmeetError 'input.invalid' as `readBenchmark`.
 */
export async function sampleTasks(source: BenchmarkSource | KnownBenchmarkSource, { fields, count, seed }: SampleOptions): Promise<readonly Task[]> {
  const random = randomStream(seed, 'benchmark/sample', 'tasks');
  const drawn: { readonly number: number; readonly task: Task }[] = [];
  let number = 0;
  for await (const task of streamBenchmark(source, fields === undefined ? {} : { fields })) {
    number++;
    if (drawn.length < count) {
      drawn.push({ number, task });
      continue;
    }
    const place = random.integer(number);
    if (place < count) drawn[place] = { number, task };
  }
  return drawn.toSorted((left, right) => left.number - right.number).map(({ task }) => task);
}
