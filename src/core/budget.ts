/** Plan limits: who may use how many rollouts and tokens. Whole numbers, decided before the work, never by what finished first. */
import { treeLevels } from './merge/tree.js';
import type { Usage } from './outcome.js';
import type { BudgetSettings, RunSettings } from './run-settings.js';

/** An amount of what is limited. */
export interface Amount {
  readonly rollouts: number;
  /** Prompt and completion tokens of all roles. */
  readonly tokens: number;
}

/** What a part of the run may use; null is without a limit. JSON. */
export interface Share {
  readonly rollouts: number | null;
  readonly tokens: number | null;
}

/** What a run is going to need, part by part: forecasts, in whole numbers. */
export interface BudgetPlan {
  /** The seed on select. */
  readonly baseline: Amount;
  /** All finalists on select, none dropping out. */
  readonly select: Amount;
  readonly confirm: Amount;
  readonly prove: Amount;
  /** All levels; see {@link forecastMergeRollouts}. */
  readonly merge: Amount;
  readonly repair: Amount;
  readonly subsets: number;
  /** One epoch of a subset: exploring, proposing, the gate. */
  readonly epoch: Amount;
}

export interface PlanShares {
  readonly baseline: Share;
  readonly select: Share;
  readonly confirm: Share;
  readonly prove: Share;
  readonly merge: Share;
  readonly repair: Share;
  /** Of each subset. */
  readonly subset: Share;
  /** What the budget lacks for everything after the merge and one epoch of every subset; zeros if it is enough to begin. */
  readonly missing: Amount;
}

/** Training tasks a round of repair looks through, and blocks of a race, at most: long lists are sampled, not walked. */
export const REPAIR_SCAN = 240;
export const RACE_BLOCKS = 20;

/**
 * What a run is expected to need.
 *
 * @param sizes tasks of each part.  @param division of train.  @param tokensPerRollout measured by the baseline.
 */
export function budgetPlan(
  settings: Pick<RunSettings, 'optimize' | 'merge' | 'repair' | 'select' | 'prove'>,
  sizes: { readonly train: number; readonly select: number; readonly confirm: number; readonly test: number },
  division: { readonly subsets: number; readonly size: number },
  tokensPerRollout: number,
): BudgetPlan {
  const { optimize, merge, repair, select, prove } = settings;
  const amount = (rollouts: number) => ({ rollouts, tokens: rollouts * tokensPerRollout });
  const scanned = Math.min(sizes.train, REPAIR_SCAN) + 2 * (merge.pool + repair.tasks);
  const givenAnswers = optimize.inner === 'bootstrap' && optimize.demosFrom === 'answers';
  const trials = merge.combine === 'greedy' ? greedyTrialsForecast : 1;
  return {
    baseline: amount(sizes.select),
    select: amount(select.finalists * sizes.select),
    confirm: amount(2 * sizes.confirm),
    prove: amount((2 + select.baselines.length) * Math.min(sizes.test, prove.maxTasks ?? sizes.test)),
    merge: amount(forecastMergeRollouts(treeLevels(division.subsets, merge.fanIn), merge.pool, trials)),
    repair: amount(optimize.inner === 'bootstrap' ? 0 : repair.rounds * scanned),
    subsets: division.subsets,
    // Explore and gate; the optimizer reads about what the agent wrote and read. Given answers need neither.
    epoch: givenAnswers ? amount(0) : { rollouts: 2 * division.size, tokens: 3 * division.size * tokensPerRollout },
  };
}

type Part = 'prove' | 'confirm' | 'select' | 'baseline' | 'merge' | 'repair' | 'subset';

/**
 * Divides the plan limits. Set aside first, in full: prove, confirm, select and the baseline. Then merge with repair, as
 * forecast but at most half of what is left: what no subset found, no merge can join. The rest goes to the subsets in
 * equal whole parts; what is left of the division goes to the merge. A limit that is absent gives shares without one.
 * If the budget is too small for what comes first, that gets what there is, and `missing` says what to add.
 *
 * @example planShares({ rollouts: 10_000 }, plan).subset.rollouts
 */
export function planShares(budget: Pick<BudgetSettings, 'rollouts' | 'tokens'>, plan: BudgetPlan): PlanShares {
  const rollouts = divide(budget.rollouts, plan, 'rollouts');
  const tokens = divide(budget.tokens, plan, 'tokens');
  const share = (part: Part): Share => ({ rollouts: rollouts?.parts[part] ?? null, tokens: tokens?.parts[part] ?? null });
  return {
    baseline: share('baseline'),
    select: share('select'),
    confirm: share('confirm'),
    prove: share('prove'),
    merge: share('merge'),
    repair: share('repair'),
    subset: share('subset'),
    missing: { rollouts: rollouts?.missing ?? 0, tokens: tokens?.missing ?? 0 },
  };
}

function divide(
  limit: number | undefined,
  plan: BudgetPlan,
  unit: keyof Amount,
): { readonly parts: Readonly<Record<Part, number>>; readonly missing: number } | undefined {
  if (limit === undefined) return undefined;
  const parts: Record<Part, number> = { prove: 0, confirm: 0, select: 0, baseline: 0, merge: 0, repair: 0, subset: 0 };
  let left = Math.max(0, Math.floor(limit));
  for (const part of ['prove', 'confirm', 'select', 'baseline'] as const) {
    parts[part] = Math.min(left, plan[part][unit]);
    left -= parts[part];
  }
  const half = Math.floor(left / 2);
  parts.merge = Math.min(half, plan.merge[unit]);
  parts.repair = Math.min(half - parts.merge, plan.repair[unit]);
  left -= parts.merge + parts.repair;
  parts.subset = plan.subsets === 0 ? 0 : Math.floor(left / plan.subsets);
  parts.merge += left - parts.subset * plan.subsets;
  const least = plan.prove[unit] + plan.confirm[unit] + plan.select[unit] + plan.baseline[unit] + plan.subsets * plan.epoch[unit];
  return { parts, missing: Math.max(0, least - Math.max(0, Math.floor(limit))) };
}

/** Whether a step may start: what is used already and what it is expected to use fit into the share. */
export function covers(share: Share, used: Amount, forecast: Amount): boolean {
  return (
    (share.rollouts === null || used.rollouts + forecast.rollouts <= share.rollouts) && (share.tokens === null || used.tokens + forecast.tokens <= share.tokens)
  );
}

/** A usage as an amount: tokens of prompts and completions together. */
export function amountOf({ rollouts, promptTokens, completionTokens }: Usage): Amount {
  return { rollouts, tokens: promptTokens + completionTokens };
}

/**
 * Rollouts of a merge tree: on every level each input runs on the pool once, and each node tries so many combinations.
 *
 * @param levels of `treeLevels`.  @param trials of one node: 1 for a union; for greedy see {@link greedyTrialsForecast}.
 */
export function forecastMergeRollouts(levels: readonly { readonly inputs: number; readonly nodes: number }[], pool: number, trials: number): number {
  return levels.reduce((sum, { inputs, nodes }) => sum + pool * (inputs + nodes * trials), 0);
}

/** Trials of a greedy search that are planned for: about three of sixteen offers hurt (1 + 2 * 3 * log2 16, less what halves share). */
export const greedyTrialsForecast = 20;
