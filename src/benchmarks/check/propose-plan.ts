// How a benchmark of a size should be split, and how large its subsets should be.

import type { SplitShares } from '../../core/divide/split.js';
import { subsetSize } from '../../core/divide/subset-size.js';

/** What decides is measured on so many tasks at most: the 95 % interval of a mean is then about 3 points wide to each side. */
const ENOUGH = 1_000;
/** Below so many tasks in select and in confirm each, half of the tasks for training would leave too few to show a gain. */
const FEW = 25;
/** What an answer and its feedback take in an optimizer's prompt beside the task, tokens. */
const ANSWER_AND_FEEDBACK = 150;

/** Shares in percent. */
export function proposeSplits(tasks: number): { readonly splits: SplitShares; readonly why: string } {
  if (tasks >= 8 * ENOUGH) {
    const share = Math.max(1, Math.round((200 * ENOUGH) / tasks));
    return {
      splits: { train: 100 - 2 * share, validation: share, test: share },
      why: `about ${ENOUGH} tasks each for select and confirm show a gain of 4 points; the rest is for training`,
    };
  }
  if (tasks < 8 * FEW) {
    return {
      splits: { train: 40, validation: 40, test: 20 },
      why: `with ${tasks} task${tasks === 1 ? '' : 's'}, a smaller validation could hardly show that anything is better`,
    };
  }
  return { splits: { train: 50, validation: 25, test: 25 }, why: 'the default' };
}

export interface TaskTokens {
  /** The 95th percentile of the input and of the expected answer, tokens. */
  readonly input: number;
  readonly expected: number;
}

/** The size of subsets whose trajectories fill at most a quarter of the optimizer's context; the default is 16. */
export function proposeSubsetSize(tokens: TaskTokens, contextTokens: number): { readonly size: number; readonly tokensPerTrajectory: number } {
  const tokensPerTrajectory = tokens.input + 2 * tokens.expected + ANSWER_AND_FEEDBACK;
  return { size: subsetSize({ contextTokens, tokensPerTrajectory }), tokensPerTrajectory };
}
