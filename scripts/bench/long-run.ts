// Whether a step costs more at the end of a long run than at its beginning: the same step again and again in one run, each
// with another candidate on the same tasks.

import { openBench } from './evaluations.js';

const STEPS = 60;
const TASKS = 400;
/** Steps at either end that are compared; the first of the run warm the engine up. */
const COMPARED = 10;
const WARM_UP = 5;

export interface LongRun {
  readonly steps: number;
  readonly rollouts: number;
  /** Milliseconds of CPU (worker and server) a rollout, in the first and in the last steps. */
  readonly early: number;
  readonly late: number;
  readonly ratio: number;
}

export async function measureLongRun(): Promise<LongRun> {
  const bench = await openBench({ latency: 0, tasks: 2 * TASKS + 100 });
  try {
    await bench.begin('long');
    const costs: number[] = [];
    for (let step = 1; step <= STEPS; step++) {
      const before = bench.cpu();
      await bench.evaluate(`step-${String(step).padStart(3, '0')}`, [`step${step}`], TASKS);
      const after = bench.cpu();
      costs.push((after.worker + after.server - before.worker - before.server) / TASKS);
    }
    const early = median(costs.slice(WARM_UP, WARM_UP + COMPARED));
    const late = median(costs.slice(-COMPARED));
    return { steps: STEPS, rollouts: STEPS * TASKS, early, late, ratio: late / early };
  } finally {
    await bench.close();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
}
