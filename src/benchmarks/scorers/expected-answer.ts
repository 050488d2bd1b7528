// The expected answer of a task, for scorers that cannot do without.

import { WatersmeetError } from '../../core/failures.js';
import type { Json } from '../../core/json.js';
import type { Task } from '../../core/task.js';

/** @throws WatersmeetError 'scorer.broken' if the task has no expected answer: there is nothing to score against. */
export function expectedAnswer(task: Task, kind: string): Json {
  if (task.expected === undefined)
    throw new WatersmeetError(
      'scorer.broken',
      `Task "${task.id}" has no expected answer, and the scorer "${kind}" needs one. Add it to the benchmark, or choose another scorer.`,
    );
  return task.expected;
}
