// Where a task belongs: train, validation (select or confirm) or test, by the hash of its id.

import { unitHash } from '../random.js';

export type Split = 'train' | 'validation' | 'test';
/** The halves of validation: `select` chooses the winner, `confirm` tests it once. */
export type ValidationHalf = 'select' | 'confirm';

/** How much of the tasks goes where: numbers of 0 or more, in any unit (0.6, 0.2, 0.2 or 60, 20, 20). */
export interface SplitShares {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/**
 * The split of a task by its own place in [0, 1): train first, then validation, then test. As it asks nothing of the
 * other tasks, a benchmark that grows never moves a task. The shares are met on average, not exactly: of n tasks, a
 * share p gets n p +- sqrt(n p (1 - p)).
 *
 * @throws RangeError if the hash is outside [0, 1), a share is negative or not finite, or all are 0.
 */
export function assignSplit(taskIdHash: number, shares: SplitShares): Split {
  requireUnit(taskIdHash);
  const { train, validation, test } = shares;
  const total = train + validation + test;
  if (![train, validation, test].every((share) => Number.isFinite(share) && share >= 0) || total === 0) {
    throw new RangeError(`The shares of train, validation and test are ${train}, ${validation} and ${test}: they must be 0 or more, and not all 0.`);
  }
  if (taskIdHash < train / total) return 'train';
  return taskIdHash < (train + validation) / total ? 'validation' : 'test';
}

/** The half of validation of a task by another place in [0, 1). @throws RangeError if the hash is outside [0, 1). */
export function assignValidationHalf(taskIdHash: number): ValidationHalf {
  requireUnit(taskIdHash);
  return taskIdHash < 0.5 ? 'select' : 'confirm';
}

/**
 * Where a task of a project belongs, by the project's name, the task's id and the shares alone.
 *
 * @example splitTask('support-bot', 'task-17', { train: 60, validation: 20, test: 20 }) // 'train' | 'select' | 'confirm' | 'test'
 */
export function splitTask(project: string, taskId: string, shares: SplitShares): 'train' | ValidationHalf | 'test' {
  const split = assignSplit(unitHash(taskId, `${project}/split`), shares);
  return split === 'validation' ? assignValidationHalf(unitHash(taskId, `${project}/validation-half`)) : split;
}

function requireUnit(hash: number): void {
  if (!(hash >= 0 && hash < 1)) throw new RangeError(`A task's hash is ${hash}: it must be in [0, 1).`);
}
