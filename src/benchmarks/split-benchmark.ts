// Which task belongs to which part of a run: given splits are respected, else the hash of the id decides.

import { splitTask, type SplitShares } from '../core/divide/split.js';
import { WatersmeetError } from '../core/failures.js';
import { unitHash } from '../core/random.js';
import type { Part, Split, Task } from '../core/task.js';

export interface AssignedPart {
  readonly split: Split;
  /** Of validation only. */
  readonly half?: 'select' | 'confirm';
}

export interface SplitOptions {
  /** Splits belong to (project, task id). */
  readonly project: string;
  /** Of tasks without a split. */
  readonly shares: SplitShares;
}

/** Each part needs as many: less is no sample. */
export const MINIMUM_PART_SIZE = 2;

const ONLY_VALIDATION: SplitShares = { train: 0, validation: 1, test: 0 };

/**
 * The part of every task, by id: as `splitRule` has it.
 *
 * @throws WatersmeetError 'input.invalid' as that, or if a part gets fewer tasks than it needs.
 */
export function assignSplits(tasks: readonly Pick<Task, 'id' | 'split'>[], options: SplitOptions): ReadonlyMap<string, AssignedPart> {
  const rule = splitRule(tasks, options);
  const parts = new Map(tasks.map((task) => [task.id, rule.partFor(task)]));
  checkPartSizes(sizesOf(parts.values()), rule.given);
  return parts;
}

export interface SplitRule {
  /** Whether the tasks have splits of their own. */
  readonly given: boolean;
  readonly partFor: (task: Pick<Task, 'id' | 'split'>) => AssignedPart;
}

/**
 * Which part a task belongs to. Validation is halved by hash of the id, whether it was given or not, so that a benchmark that grows never
 * moves a task; shares and halves are therefore met on average, not exactly. Where train and test are given but no validation, as many
 * benchmarks have it, validation is taken from train in the proportion of the shares; test stays as it is.
 *
 * @param tasks all of them: gone through once, none is held.
 * @throws WatersmeetError 'input.invalid' if only some of the tasks have a split.
 */
export function splitRule(tasks: Iterable<Pick<Task, 'id' | 'split'>>, options: SplitOptions): SplitRule {
  const { project, shares } = options;
  const kinds = new Set<Split>();
  let given: { readonly id: string } | undefined;
  let without: { readonly id: string } | undefined;
  for (const task of tasks) {
    if (task.split === undefined) without ??= task;
    else given ??= task;
    if (given !== undefined && without !== undefined) {
      throw new WatersmeetError(
        'input.invalid',
        `Task "${given.id}" has a split, task "${without.id}" has none. Give every task a split, or none: then they are assigned by the hash of the id.`,
      );
    }
    if (task.split !== undefined) kinds.add(task.split);
  }
  const fromTrain = kinds.has('train') && kinds.has('test') && !kinds.has('validation');
  const partFor = ({ id, split }: Pick<Task, 'id' | 'split'>): AssignedPart => {
    if (split === undefined) return assignedPart(splitTask(project, id, shares));
    if (split === 'validation') return assignedPart(splitTask(project, id, ONLY_VALIDATION));
    return assignedPart(split === 'train' && fromTrain ? splitTask(project, id, { ...shares, test: 0 }) : split);
  };
  return { given: given !== undefined, partFor };
}

/** Tasks of each split at most. */
export interface TakenTasks {
  readonly train?: number;
  readonly validation?: number;
  readonly test?: number;
}

/**
 * At most so many tasks of each split, drawn by seed: those with the smallest hashes of their ids, so that the order of the
 * benchmark does not matter, and a larger sample holds the smaller one.
 *
 * @throws WatersmeetError 'input.invalid' if a part then has fewer tasks than it needs.
 */
export function takeTasks(parts: ReadonlyMap<string, AssignedPart>, take: TakenTasks, seed: number): ReadonlyMap<string, AssignedPart> {
  const limited = (['train', 'validation', 'test'] as const).filter((split) => take[split] !== undefined);
  if (limited.length === 0) return parts;
  const taken = new Map([...parts].filter(([, { split }]) => take[split] === undefined));
  for (const split of limited) {
    const drawn = [...parts]
      .filter(([, part]) => part.split === split)
      .map(([id, part]) => ({ id, part, place: unitHash(id, `take/${seed}`) }))
      .toSorted((left, right) => left.place - right.place || (left.id < right.id ? -1 : 1));
    for (const { id, part } of drawn.slice(0, take[split])) taken.set(id, part);
  }
  checkPartSizes(sizesOf(taken.values()), false);
  return taken;
}

/** @throws WatersmeetError 'input.invalid' if a part has fewer tasks than it needs. */
export function checkPartSizes(sizes: Readonly<Record<Part, number>>, given: boolean): void {
  const small = (Object.keys(sizes) as Part[]).filter((part) => sizes[part] < MINIMUM_PART_SIZE);
  if (small.length === 0) return;
  const counts = `train ${sizes.train}, validation ${sizes.select + sizes.confirm} (select ${sizes.select}, confirm ${sizes.confirm}), test ${sizes.test}`;
  const advice = given
    ? 'Mark more tasks as train, validation or test (validation is halved by the hash of the id), or leave out all splits: then they are assigned.'
    : 'Add tasks, change benchmark.splits, or give every task a split (train, validation or test).';
  throw new WatersmeetError(
    'input.invalid',
    `Fewer tasks than a split needs: ${counts}; ${small.join(', ')} ${small.length === 1 ? 'needs' : 'need'} at least ${MINIMUM_PART_SIZE}. ${advice}`,
  );
}

function sizesOf(parts: Iterable<AssignedPart>): Readonly<Record<Part, number>> {
  const sizes: Record<Part, number> = { train: 0, select: 0, confirm: 0, test: 0 };
  for (const part of parts) sizes[partOf(part)]++;
  return sizes;
}

/** One object for each part: there may be millions of tasks. */
const ASSIGNED: Readonly<Record<Part, AssignedPart>> = {
  train: { split: 'train' },
  select: { split: 'validation', half: 'select' },
  confirm: { split: 'validation', half: 'confirm' },
  test: { split: 'test' },
};

export function assignedPart(part: Part): AssignedPart {
  return ASSIGNED[part];
}

/** The part that an assignment names. */
export function partOf({ split, half = 'select' }: AssignedPart): Part {
  return split === 'validation' ? half : split;
}
