// The race on select: finalists drop out block by block, and one wins.

import { compareIds, sameScore } from '../numbers.js';
import { mean } from '../statistics/mean.js';
import { adjustedPairedInterval } from '../statistics/paired.js';

/** A candidate that may become the winner. */
export interface Finalist {
  readonly id: string;
  /** In [0, 1], one per task, in the seeded order of tasks that all finalists share. */
  readonly scores: readonly number[];
  /** Agent prompt tokens per task: of equal scores the cheaper wins. */
  readonly tokens: number;
}

export interface RaceState {
  /** Those still in the race, in any order, all run on the same tasks. */
  readonly finalists: readonly Finalist[];
  /** Tasks in a block, 1 or more: a decision is made on whole blocks only. */
  readonly blockSize: number;
  /** No finalist drops out before this many tasks. */
  readonly minTasks: number;
  /** One-sided, of a block's decisions together, in [0.5, 1), as in 0.95. */
  readonly confidence: number;
}

export interface RaceStep {
  /** The tasks that were looked at: the whole blocks. */
  readonly tasks: number;
  /** The finalist with the highest mean on them. */
  readonly leader: string;
  readonly dropped: readonly DroppedFinalist[];
  /** The ids that go on to the next block, sorted. Always holds the leader. */
  readonly remaining: readonly string[];
}

export interface DroppedFinalist {
  readonly id: string;
  /** Mean of (finalist - leader), per task. */
  readonly meanDifference: number;
  /** What that difference is at most, with the confidence asked for: below 0. */
  readonly upperBound: number;
}

/**
 * After a block: who drops out. A finalist does when the upper confidence bound of its mean paired difference to the
 * leader is below 0. The bound is careful: it counts two made-up tasks, one won and one lost by 1
 * (`adjustedPairedInterval`), and shares the error of the confidence among the leader's rivals (Bonferroni). It is not
 * shared among the blocks, see the simulation in the test. Racing: Maron and Moore (1994), Hoeffding races,
 * NIPS 6, 59-66; paired in blocks as in Birattari and others (2002), A racing algorithm for configuring metaheuristics.
 *
 * @throws RangeError if there is no finalist, two share an id, one has been run on other tasks than the rest, or an option is out of range.
 */
export function raceStep({ finalists, blockSize, minTasks, confidence }: RaceState): RaceStep {
  if (!Number.isSafeInteger(blockSize) || blockSize < 1) throw new RangeError(`The block size is ${blockSize}: it must be a whole number of 1 or more.`);
  if (!(confidence >= 0.5 && confidence < 1)) throw new RangeError(`The confidence of a race is ${confidence}: it must be in [0.5, 1).`);
  const ran = finalists[0]?.scores.length ?? 0;
  const uneven = finalists.find(({ scores }) => scores.length !== ran);
  if (uneven !== undefined)
    throw new RangeError(`Finalist ${uneven.id} was run on ${uneven.scores.length} tasks, another on ${ran}: a race compares on the same tasks only.`);

  const tasks = ran - (ran % blockSize);
  const [leader, ...rivals] = rankFinalists(finalists.map((finalist) => ({ ...finalist, scores: finalist.scores.slice(0, tasks) })));
  if (leader === undefined) throw new RangeError('A race without finalists was asked for.');
  const dropped = tasks === 0 || tasks < minTasks ? [] : rivals.flatMap((rival) => compare(leader, rival, 1 - (1 - confidence) / rivals.length));
  const remaining = [leader, ...rivals].map(({ id }) => id).filter((id) => !dropped.some((finalist) => finalist.id === id));
  return { tasks, leader: leader.id, dropped: dropped.sort((a, b) => compareIds(a.id, b.id)), remaining: remaining.sort() };
}

/** The rival as one that drops out, or nothing. */
function compare(leader: Finalist, rival: Finalist, oneSidedConfidence: number): DroppedFinalist[] {
  const upperBound = adjustedPairedInterval(leader.scores, rival.scores, 2 * oneSidedConfidence - 1).high;
  return upperBound < 0 ? [{ id: rival.id, meanDifference: mean(rival.scores) - mean(leader.scores), upperBound }] : [];
}

/**
 * The final order, best first: by mean score; within 1e-9 of the best of those not yet placed, by fewer tokens, then by
 * id. It does not depend on the order of the list. Without any scores, by tokens and id.
 *
 * @throws RangeError if two share an id, or the finalists were run on different numbers of tasks.
 */
export function rankFinalists(finalists: readonly Finalist[]): readonly Finalist[] {
  const twice = finalists.find(({ id }, index) => finalists.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) throw new RangeError(`Two finalists have the id ${twice.id}: ids must differ.`);
  if (new Set(finalists.map(({ scores }) => scores.length)).size > 1)
    throw new RangeError('Finalists that were run on different numbers of tasks cannot be ranked: scores of different tasks are never compared.');
  const byMean = finalists
    .map((finalist) => ({ finalist, score: finalist.scores.length === 0 ? 0 : mean(finalist.scores) }))
    .sort((a, b) => b.score - a.score || compareIds(a.finalist.id, b.finalist.id));
  const ranked: Finalist[] = [];
  while (ranked.length < byMean.length) {
    const best = byMean[ranked.length]?.score ?? 0;
    const tied = byMean.slice(ranked.length).filter(({ score }) => sameScore(score, best));
    ranked.push(...tied.map(({ finalist }) => finalist).sort((a, b) => a.tokens - b.tokens || compareIds(a.id, b.id)));
  }
  return ranked;
}
