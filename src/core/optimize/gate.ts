/** The tests that an edited or merged candidate must pass. */
import { scoreTolerance } from '../numbers.js';
import type { RunSettings } from '../run-settings.js';
import { mean } from '../statistics/mean.js';
import { standardErrorOfDifference } from '../statistics/paired.js';

export interface GateInput {
  /** Scores in [0, 1] of the present candidate, sorted by task id by the caller: sums then do not depend on what finished first. */
  readonly before: readonly number[];
  /** Scores of the changed candidate on the same tasks in the same order. */
  readonly after: readonly number[];
  /** Estimated tokens of the candidates' modules. */
  readonly tokensBefore: number;
  readonly tokensAfter: number;
  /** 'one-standard-error' for agents that answer the same request differently. */
  readonly tolerance: RunSettings['gate']['tolerance'];
}

export interface GateResult {
  readonly accepted: boolean;
  /** For a person: "0.50 -> 0.75 on 16 tasks: better". */
  readonly why: string;
  readonly meanBefore: number;
  readonly meanAfter: number;
}

/**
 * The gate of an epoch or a repair: is the edited candidate better? Accepted if the mean rises by more than 1e-9. A tie
 * is accepted only if the modules became shorter, and with the tolerance 'one-standard-error' not at all: there a tie
 * is within the noise, and only what measured better is let in.
 *
 * @throws RangeError if the lists differ in length, are empty, or hold something not finite.
 * @example gate({ before: [0, 1], after: [1, 1], tokensBefore: 90, tokensAfter: 120, tolerance: 'none' }).accepted // true
 */
export function gate(input: GateInput): GateResult {
  const { difference, ...means } = compare(input);
  const scores = describe(input, means);
  if (difference > scoreTolerance) return { accepted: true, why: `${scores}: better`, ...means };
  if (difference < -scoreTolerance) return { accepted: false, why: `${scores}: worse`, ...means };
  if (input.tolerance === 'one-standard-error') return { accepted: false, why: `${scores}: a tie, and the agent answers at random`, ...means };
  const saved = input.tokensBefore - input.tokensAfter;
  return { accepted: saved > 0, why: saved > 0 ? `${scores}: a tie, and ${saved} tokens shorter` : `${scores}: a tie, and not shorter`, ...means };
}

/**
 * The gate of a merge (`before` is the best parent), and what "does not hurt" means in a greedy search (`before` is what is
 * kept so far): is the combined candidate at least as good? Accepted if the mean does not fall by more than 1e-9, or with
 * the tolerance 'one-standard-error' by more than one standard error of the paired difference. Length plays no part.
 *
 * @throws RangeError as {@link gate} does.
 */
export function mergeGate(input: GateInput): GateResult {
  const { difference, ...means } = compare(input);
  const scores = describe(input, means);
  if (difference >= -scoreTolerance) return { accepted: true, why: `${scores}: ${difference > scoreTolerance ? 'better' : 'as good'}`, ...means };
  if (input.tolerance === 'none') return { accepted: false, why: `${scores}: worse`, ...means };
  const allowed = standardErrorOfDifference(input.before, input.after);
  const within = -difference <= allowed + scoreTolerance;
  return { accepted: within, why: `${scores}: ${within ? 'within' : 'worse by more than'} one standard error (${allowed.toFixed(3)})`, ...means };
}

function compare({ before, after }: GateInput): { readonly meanBefore: number; readonly meanAfter: number; readonly difference: number } {
  if (before.length !== after.length)
    throw new RangeError(`A gate got scores on ${before.length} and on ${after.length} tasks: both must be of the same tasks, in the same order.`);
  const [meanBefore, meanAfter] = [mean(before), mean(after)];
  return { meanBefore, meanAfter, difference: meanAfter - meanBefore };
}

function describe({ before }: GateInput, { meanBefore, meanAfter }: { readonly meanBefore: number; readonly meanAfter: number }): string {
  return `${meanBefore.toFixed(3)} -> ${meanAfter.toFixed(3)} on ${before.length} ${before.length === 1 ? 'task' : 'tasks'}`;
}
