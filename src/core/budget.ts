/** Plan limits: who may use how many rollouts and tokens. Whole numbers, decided before the work, never by what finished first. */
import { treeLevels } from './merge/tree.js';
import { takesGivenAnswers } from './optimize/bootstrap.js';
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

/** What a rollout takes: measured by the baseline, with the seed's modules. */
export interface RolloutTokens {
  /** Prompt and completion. */
  readonly rollout: number;
  /** Calls, each of which reads the modules. */
  readonly calls: number;
}

export interface PlanShares {
  readonly baseline: Share;
  readonly select: Share;
  readonly confirm: Share;
  readonly prove: Share;
  readonly merge: Share;
  readonly repair: Share;
  /** Of each subset that learns. */
  readonly subset: Share;
  /** How many subsets learn: the first ones, if there is not enough for an epoch of each. */
  readonly learners: number;
  /** What the budget lacks for everything after the merge and one epoch of every subset; zeros if it is enough to begin. */
  readonly missing: Amount;
}

/** Training tasks a round of repair looks through, and blocks of a race, at most: long lists are sampled, not walked. */
export const REPAIR_SCAN = 240;
export const RACE_BLOCKS = 20;

/** How a run goes that learns something. */
export const EXPECTED = {
  /** Of a subset, before all of its tasks are solved or nothing better is found. */
  epochs: 4,
  /** Of an item of a playbook, tokens. */
  item: 20,
  /** Of tasks: worked examples are drawn for each. */
  categories: 5,
} as const;
/** Tokens of a proposal's prompt beside the attempts, with the modules and the answer. */
const PROPOSAL_OVERHEAD = 1_500;

/**
 * What a run is expected to need.
 *
 * @param sizes tasks of each part.  @param division of train.  @param moduleRoom tokens that the modules may grow by.
 */
export function budgetPlan(
  settings: Pick<RunSettings, 'optimize' | 'merge' | 'repair' | 'select' | 'prove'>,
  sizes: { readonly train: number; readonly select: number; readonly confirm: number; readonly test: number },
  division: { readonly subsets: number; readonly size: number },
  { rollout, calls }: RolloutTokens,
  moduleRoom: number,
): BudgetPlan {
  const { optimize, merge, repair, select, prove } = settings;
  const learned = rollout + Math.min(moduleRoom, expectedGrowth(optimize, division, rollout)) * calls;
  const amount = (rollouts: number, ofSeed = 0) => ({ rollouts, tokens: ofSeed * rollout + (rollouts - ofSeed) * learned });
  const tested = provedTasks(prove, sizes.test);
  const scanned = Math.min(sizes.train, REPAIR_SCAN) + 2 * (merge.pool + repair.tasks);
  const trials = merge.combine === 'greedy' ? greedyTrialsForecast : 1;
  return {
    baseline: amount(sizes.select, sizes.select),
    select: amount(select.finalists * sizes.select, sizes.select),
    confirm: amount(2 * sizes.confirm, sizes.confirm),
    prove: amount((2 + select.baselines.length) * tested, tested),
    merge: amount(forecastMergeRollouts(treeLevels(division.subsets, merge.fanIn), merge.pool, trials)),
    repair: amount(optimize.inner === 'bootstrap' ? 0 : repair.rounds * scanned),
    subsets: division.subsets,
    // Given answers need neither rollouts nor an optimizer.
    epoch: takesGivenAnswers(optimize)
      ? amount(0)
      : { rollouts: 2 * division.size, tokens: division.size * (rollout + learned) + proposalTokens(optimize.inner, division.size * rollout) },
  };
}

/**
 * Rollouts of the smallest run that may learn something: the baseline, an epoch of one subset, the seed and one other on select, confirm and
 * prove. With less a run would only measure the seed.
 */
export function leastRollouts(
  settings: Pick<RunSettings, 'optimize' | 'prove' | 'subset'>,
  sizes: { readonly train: number; readonly select: number; readonly confirm: number; readonly test: number },
): number {
  const { optimize, prove, subset } = settings;
  const epoch = takesGivenAnswers(optimize) ? 0 : 2 * Math.min(subset.size, sizes.train);
  return 3 * sizes.select + epoch + 2 * (sizes.confirm + provedTasks(prove, sizes.test));
}

/** Tasks of the test split that the proof is run on. */
export function provedTasks({ maxTasks }: RunSettings['prove'], test: number): number {
  return Math.min(test, maxTasks ?? test);
}

/** Of a proposal by a model that reads about what the agent wrote and read. */
export function proposalTokens(inner: RunSettings['optimize']['inner'], attempts: number): number {
  return inner === 'reflect' ? PROPOSAL_OVERHEAD + attempts : 0;
}

/** A rollout of a candidate: every call reads the modules, which have grown since the baseline measured it. */
export function tokensOfRollout({ rollout, calls }: RolloutTokens, candidate: { readonly tokens: number }, seed: { readonly tokens: number }): number {
  return Math.max(0, Math.ceil(rollout + (candidate.tokens - seed.tokens) * calls));
}

/**
 * The finalists that what is left carries to the end, in their order: each races on select, then the costliest may be the winner and is
 * confirmed and proved beside the seed; baselines are proved as well. The seed, the first of them, always stays.
 *
 * @param tokens of one rollout of a finalist.
 */
export function affordableFinalists<T extends { readonly id: string }>(
  finalists: readonly T[],
  left: Share,
  sizes: { readonly select: number; readonly confirm: number; readonly test: number },
  tokens: (finalist: T) => number,
): readonly T[] {
  const [seed, ...others] = finalists;
  if (seed === undefined) return [];
  const ofSeed = tokens(seed);
  const chosen = [seed];
  for (const finalist of others) {
    const all = [...chosen, finalist];
    const baselines = all.filter(({ id }) => id.startsWith('baseline-'));
    const dearest = Math.max(...all.map(tokens));
    const forecast = {
      rollouts: all.length * sizes.select + 2 * (sizes.confirm + sizes.test) + baselines.length * sizes.test,
      tokens:
        all.reduce((sum, one) => sum + tokens(one) * sizes.select, 0) +
        (ofSeed + dearest) * (sizes.confirm + sizes.test) +
        baselines.reduce((sum, one) => sum + tokens(one) * sizes.test, 0),
    };
    if (covers(left, { rollouts: 0, tokens: 0 }, forecast)) chosen.push(finalist);
  }
  return chosen;
}

/** Tokens that modules are expected to grow by: worked examples of all subsets stand side by side, rules are found by several. */
function expectedGrowth(
  { inner, epochs, maxEdits, demosPerCategory, demosFrom }: RunSettings['optimize'],
  { subsets, size }: { readonly subsets: number; readonly size: number },
  rollout: number,
): number {
  const rounds = Math.min(EXPECTED.epochs, epochs);
  if (inner === 'bootstrap') return subsets * demosPerCategory * EXPECTED.categories * (demosFrom === 'answers' ? 1 : rounds) * rollout;
  return EXPECTED.item * 2 * Math.min(size, rounds * maxEdits);
}

type Part = 'prove' | 'confirm' | 'select' | 'baseline' | 'merge' | 'repair' | 'subset';

/**
 * Divides the plan limits. Set aside first, in full: prove, confirm, select and the baseline. Then merge with repair, as
 * forecast but at most half of what is left: what no subset found, no merge can join. The rest goes to the subsets in
 * equal whole parts, or to as many of them as it gives an epoch; what is left of the division goes to the merge. A limit that is absent gives shares without one.
 * If the budget is too small for what comes first, that gets what there is, and `missing` says what to add.
 *
 * @example planShares({ rollouts: 10_000 }, plan).subset.rollouts
 */
export function planShares(budget: Pick<BudgetSettings, 'rollouts' | 'tokens'>, plan: BudgetPlan): PlanShares {
  const learners = Math.min(learnersWithin(budget.rollouts, plan, 'rollouts'), learnersWithin(budget.tokens, plan, 'tokens'));
  const rollouts = divide(budget.rollouts, plan, 'rollouts', learners);
  const tokens = divide(budget.tokens, plan, 'tokens', learners);
  const share = (part: Part): Share => ({ rollouts: rollouts?.parts[part] ?? null, tokens: tokens?.parts[part] ?? null });
  return {
    baseline: share('baseline'),
    select: share('select'),
    confirm: share('confirm'),
    prove: share('prove'),
    merge: share('merge'),
    repair: share('repair'),
    subset: share('subset'),
    learners,
    missing: { rollouts: rollouts?.missing ?? 0, tokens: tokens?.missing ?? 0 },
  };
}

/** Subsets that get an epoch each of what the end and the merge leave; all, if a single epoch is too much: then their shares say so. */
function learnersWithin(limit: number | undefined, plan: BudgetPlan, unit: keyof Amount): number {
  const parts = divide(limit, plan, unit, 1)?.parts;
  if (parts === undefined || plan.epoch[unit] === 0) return plan.subsets;
  return Math.min(plan.subsets, Math.floor(parts.subset / plan.epoch[unit])) || plan.subsets;
}

function divide(
  limit: number | undefined,
  plan: BudgetPlan,
  unit: keyof Amount,
  learners: number,
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
  parts.subset = learners === 0 ? 0 : Math.floor(left / learners);
  parts.merge += left - parts.subset * learners;
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
