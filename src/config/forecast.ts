// What a run may do and cost, before it is started: for `watersmeet optimize --dry-run`. Section 2 of the design as numbers.
//
// Low: the seed solves whatever it is shown, so that nothing is proposed, merged or confirmed; with demos from given
// answers, which are taken unseen, the cheapest race; a function makes no trials (how many it makes only itself knows). High: every epoch is used, every greedy search tries all it can,
// no finalist drops out, every model answer needs its repair attempt. Budgets may end a run earlier. Calls served from
// the store are not counted.

import { budgetPlan, planShares, RACE_BLOCKS, REPAIR_SCAN } from '../core/budget.js';
import { moduleTokens } from '../core/candidate.js';
import { subsetSize } from '../core/divide/subset-size.js';
import type { Phase } from '../core/events.js';
import { SETTLE_CALLS } from '../core/merge/settlements.js';
import { treeLevels } from '../core/merge/tree.js';
import type { Role } from '../core/outcome.js';
import type { ModelSettings, RunSettings } from '../core/run-settings.js';

export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface PartSizes {
  readonly train: number;
  readonly select: number;
  readonly confirm: number;
  readonly test: number;
}

/** Means of rollouts that were run, tokens. */
export interface MeasuredRollout {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** What a trajectory takes in the optimizer's prompt: input, expected answer, output, feedback. Default: half of the above. */
  readonly trajectoryTokens?: number;
  /** Model calls. Default 1, for agents with steps 1 to all of them; 0 for an agent without a model. */
  readonly calls?: number;
}

export interface ForecastRow {
  readonly phase: Phase;
  readonly role: Role;
  /** Attempts at tasks; 0 for roles other than the agent. */
  readonly rollouts: Range;
  readonly calls: Range;
  readonly promptTokens: Range;
  readonly completionTokens: Range;
}

export interface Forecast {
  readonly subsets: number;
  readonly subsetSize: number;
  readonly mergeLevels: number;
  /** In the order of the phases; rows without any rollouts and calls are left out. */
  readonly rows: readonly ForecastRow[];
  /** US dollars; undefined if no model has a price. */
  readonly cost: Range | undefined;
  /** What budget.rollouts lacks for everything after the merge and one epoch of every subset; 0 if it is enough. */
  readonly missingRollouts: number;
}

/** Assumed while nothing is measured, tokens: a short message and a short answer, without the modules. */
const ASSUMED = { input: 150, completion: 100, step: 150 } as const;
/** Prompts without what is filled in, tokens. */
const PROMPT = { optimizer: 500, evaluator: 400, judge: 400, merger: 300 } as const;
/** Completions, tokens: from a terse answer to a long one (never more than the model's maxTokens). */
const ANSWER = { optimizer: [150, 1_200], evaluator: [50, 300], judge: [30, 200], merger: [100, 1_500] } as const;
/** Tokens of a short item: bounds how many items a module may hold. */
const SHORT_ITEM = 25;
/** An answer that cannot be read gets one repair attempt. */
const ATTEMPTS = 2;

/**
 * A pure estimate; ranges are bounds as far as the assumed lengths hold.
 *
 * @param inputTokens of a task as the agent is first shown it, on average.
 */
export function forecast(settings: RunSettings, counts: PartSizes, measured?: MeasuredRollout, inputTokens: number = ASSUMED.input): Forecast {
  const lengths = lengthsOf(settings, measured, inputTokens);
  const size = sizeOfSubsets(settings, counts.train, lengths.trajectory);
  const subsets = counts.train === 0 ? 0 : Math.ceil(counts.train / size);
  const plan: Plan = { settings, counts, size, subsets, lengths };
  const phases = [baseline(plan), optimize(plan), merge(plan), repair(plan), select(plan), confirm(plan), prove(plan)];
  const rows = phases.flatMap((work) => rowsOf(plan, work)).filter(({ rollouts, calls }) => rollouts.high > 0 || calls.high > 0);
  return {
    subsets,
    subsetSize: Math.min(size, counts.train),
    mergeLevels: treeLevels(subsets, settings.merge.fanIn).length,
    rows,
    cost: costOf(settings, rows),
    missingRollouts: planShares(settings.budget, budgetPlan(settings, counts, { subsets, size }, 0)).missing.rollouts,
  };
}

interface Lengths {
  /** Of one rollout: from the seed's modules to modules as long as they may become. */
  readonly prompt: Range;
  /** With the seed's modules. */
  readonly seedPrompt: Range;
  readonly completion: Range;
  readonly calls: Range;
  readonly trajectory: number;
  /** All modules: the seed's, and as long as they may become. */
  readonly modules: Range;
}

interface Plan {
  readonly settings: RunSettings;
  readonly counts: PartSizes;
  readonly size: number;
  readonly subsets: number;
  readonly lengths: Lengths;
}

/** What one phase does. */
interface Work {
  readonly phase: Phase;
  readonly rollouts: Range;
  /** Whether rollouts are of the seed alone. */
  readonly seedOnly?: boolean;
  readonly optimizer?: { readonly calls: Range; readonly trajectories: number };
  readonly evaluator?: Range;
  readonly merger?: { readonly calls: Range; readonly parents: number };
}

const NONE: Range = { low: 0, high: 0 };

function lengthsOf(settings: RunSettings, measured: MeasuredRollout | undefined, input: number): Lengths {
  const seed = settings.modules.reduce((sum, module) => sum + moduleTokens(module), 0);
  const most = Object.values(settings.moduleLimits).reduce((sum, { maxTokens }) => sum + maxTokens, 0);
  const agent = settings.models.agent;
  const steps = settings.agent.kind === 'react' ? settings.agent.maxSteps : 1;
  const calls: Range = agent === undefined ? NONE : measured?.calls === undefined ? { low: 1, high: steps } : same(measured.calls);
  // A call repeats all calls and answers before it.
  const promptOf = (count: number, modules: number) => Math.max(1, count) * (input + modules) + (ASSUMED.step * count * Math.max(0, count - 1)) / 2;
  const seedPrompt = measured === undefined ? { low: promptOf(calls.low, seed), high: promptOf(calls.high, seed) } : same(measured.promptTokens);
  const growth = Math.max(0, most - seed) * Math.max(1, calls.high);
  const completionOf = (count: number) =>
    Math.min(measured?.completionTokens ?? ASSUMED.completion * Math.max(1, count), agent === undefined ? Infinity : agent.maxTokens * Math.max(1, count));
  const completion: Range = { low: completionOf(calls.low), high: completionOf(calls.high) };
  const assumed = input + completion.low + ASSUMED.step * (calls.high - calls.low);
  return {
    prompt: { low: seedPrompt.low, high: seedPrompt.high + growth },
    seedPrompt,
    completion,
    calls,
    trajectory: Math.max(1, measured?.trajectoryTokens ?? Math.ceil(measured === undefined ? assumed : (measured.promptTokens + completion.high) / 2)),
    modules: { low: seed, high: Math.max(seed, most) },
  };
}

/** As activities/partition.ts does it. */
function sizeOfSubsets({ strategy, subset, models, optimize }: RunSettings, train: number, trajectory: number): number {
  if (strategy === 'all-at-once') return Math.max(1, train);
  return models.optimizer === undefined || optimize.inner !== 'reflect'
    ? subset.size
    : subsetSize({ maxTasks: subset.size, contextTokens: models.optimizer.contextTokens, share: subset.contextShare, tokensPerTrajectory: trajectory });
}

function baseline({ counts }: Plan): Work {
  return { phase: 'baseline', rollouts: same(counts.select), seedOnly: true };
}

function optimize({ settings, counts, size, subsets }: Plan): Work {
  const { inner, demosFrom, epochs, feedback } = settings.optimize;
  // Given answers need no rollout: the race judges them.
  if (inner === 'bootstrap' && demosFrom === 'answers') return { phase: 'optimize', rollouts: NONE };
  const rollouts = { low: counts.train, high: counts.train * (1 + epochs) };
  if (inner === 'bootstrap') return { phase: 'optimize', rollouts };
  return {
    phase: 'optimize',
    rollouts,
    ...(inner === 'reflect' ? { optimizer: { calls: { low: 0, high: subsets * epochs * ATTEMPTS }, trajectories: size } } : {}),
    // Every epoch's feedback is on trajectories of its own.
    ...(feedback === 'model' ? { evaluator: { low: 0, high: counts.train * epochs * ATTEMPTS } } : {}),
  };
}

function merge({ settings, counts, subsets }: Plan): Work {
  const { fanIn, pool, combine, model } = settings.merge;
  const levels = treeLevels(subsets, fanIn);
  const tasks = Math.min(pool, counts.train);
  const nodes = levels.flatMap(({ sizes, level }) => sizes.filter((parents) => parents > 1).map((parents) => ({ parents, level })));
  // Parents that are all the seed have run on these tasks before.
  const high =
    tasks === 0 ? 0 : nodes.reduce((sum, { parents, level }) => sum + tasks * (parents + (combine === 'union' ? 1 : mostTrials(settings, parents, level))), 0);
  // Instructions are put to the merger in one call a module, contradictions of items in a few at most.
  const calls = settings.modules.reduce((sum, { kind }) => sum + (kind === 'instructions' ? 1 : SETTLE_CALLS), 0);
  return {
    phase: 'merge',
    rollouts: { low: 0, high },
    ...(model ? { merger: { calls: { low: 0, high: nodes.length * calls * ATTEMPTS }, parents: Math.min(fanIn, Math.max(1, subsets)) } } : {}),
  };
}

/**
 * A greedy search of n offers takes 2n - 1 trials at most (core/merge/greedy.ts). Offers: what the other parents can hold,
 * which their edits and the modules' bounds limit.
 */
function mostTrials({ optimize, moduleLimits, modules }: RunSettings, parents: number, level: number): number {
  const found = optimize.inner === 'reflect' ? optimize.epochs * optimize.maxEdits : optimize.epochs * optimize.demosPerCategory * 8;
  const room = modules.reduce((sum, { kind, name }) => sum + (kind === 'instructions' ? 1 : Math.floor((moduleLimits[name]?.maxTokens ?? 0) / SHORT_ITEM)), 0);
  const offers = (parents - 1) * Math.min(room, found * parents ** (level - 1));
  return Math.max(1, 2 * offers - 1);
}

function repair({ settings, counts, subsets }: Plan): Work {
  const { rounds, tasks } = settings.repair;
  const pool = Math.min(settings.merge.pool, counts.train);
  // Only what was merged and gated is repaired.
  if (subsets < 2 || pool === 0 || settings.optimize.inner === 'bootstrap') return { phase: 'repair', rollouts: NONE };
  const scan = Math.min(REPAIR_SCAN, counts.train);
  const failing = Math.min(tasks, scan);
  const common = Math.min(counts.train, pool + failing);
  return {
    phase: 'repair',
    rollouts: { low: 0, high: rounds * (scan + 2 * common) },
    ...(settings.optimize.inner === 'reflect' ? { optimizer: { calls: { low: 0, high: rounds * ATTEMPTS }, trajectories: failing } } : {}),
    ...(settings.optimize.feedback === 'model' ? { evaluator: { low: 0, high: rounds * failing * ATTEMPTS } } : {}),
  };
}

function select({ settings, counts, subsets }: Plan): Work {
  const { finalists, blockSize, baselines } = settings.select;
  const candidates = 1 + subsets + treeLevels(subsets, settings.merge.fanIn).reduce((sum, { nodes }) => sum + nodes, 0) + baselines.length;
  // The seed ran on these tasks as the baseline.
  const others = Math.max(0, Math.min(finalists, candidates) - 1);
  const block = Math.max(blockSize, Math.ceil(counts.select / RACE_BLOCKS));
  const sure = certainlyChanged(settings) ? 1 : 0;
  return { phase: 'select', rollouts: { low: Math.min(others, sure) * Math.min(counts.select, 2 * block), high: others * counts.select } };
}

function confirm({ counts }: Plan): Work {
  return { phase: 'confirm', rollouts: { low: 0, high: 2 * counts.confirm } };
}

function prove({ settings, counts }: Plan): Work {
  const tasks = Math.min(counts.test, settings.prove.maxTasks ?? Infinity);
  return { phase: 'prove', rollouts: { low: tasks, high: (2 + settings.select.baselines.length) * tasks } };
}

/** Demos from given answers change the seed, whatever it can do. */
function certainlyChanged({ optimize: { inner, demosFrom } }: RunSettings): boolean {
  return inner === 'bootstrap' && demosFrom === 'answers';
}

function rowsOf({ settings, lengths }: Plan, work: Work): ForecastRow[] {
  const { phase, rollouts } = work;
  const prompt = work.seedOnly === true ? lengths.seedPrompt : lengths.prompt;
  const agent: ForecastRow = {
    phase,
    role: 'agent',
    rollouts,
    calls: times(rollouts, lengths.calls),
    promptTokens: lengths.calls.high === 0 ? NONE : times(rollouts, prompt),
    completionTokens: lengths.calls.high === 0 ? NONE : times(rollouts, lengths.completion),
  };
  const rows = [agent];
  if (settings.scorer.kind === 'judge')
    rows.push(callsOf(settings, phase, 'judge', { low: rollouts.low, high: rollouts.high * ATTEMPTS }, same(PROMPT.judge + lengths.trajectory)));
  if (work.evaluator !== undefined)
    rows.push(callsOf(settings, phase, 'evaluator', work.evaluator, plus(same(PROMPT.evaluator + lengths.trajectory), lengths.modules)));
  if (work.optimizer !== undefined)
    rows.push(
      callsOf(
        settings,
        phase,
        'optimizer',
        work.optimizer.calls,
        plus(same(PROMPT.optimizer + work.optimizer.trajectories * lengths.trajectory), lengths.modules),
      ),
    );
  if (work.merger !== undefined)
    rows.push(callsOf(settings, phase, 'merger', work.merger.calls, plus(same(PROMPT.merger), times(lengths.modules, same(work.merger.parents)))));
  return rows;
}

/** Prompts end at what the context leaves beside the answer: they are cut to it. */
function callsOf(settings: RunSettings, phase: Phase, role: Exclude<Role, 'agent'>, calls: Range, prompt: Range): ForecastRow {
  const model = settings.models[role];
  const room = model === undefined ? Infinity : Math.max(1, model.contextTokens - model.maxTokens);
  const [short, long] = ANSWER[role];
  const most = model?.maxTokens ?? Infinity;
  return {
    phase,
    role,
    rollouts: NONE,
    calls,
    promptTokens: times(calls, { low: Math.min(room, prompt.low), high: Math.min(room, prompt.high) }),
    completionTokens: times(calls, { low: Math.min(most, short), high: Math.min(most, long) }),
  };
}

function costOf({ models }: RunSettings, rows: readonly ForecastRow[]): Range | undefined {
  if (Object.values(models).every((model: ModelSettings | undefined) => model?.price === undefined)) return undefined;
  const cost = (end: keyof Range) =>
    rows.reduce((sum, row) => {
      const price = models[row.role]?.price;
      return price === undefined ? sum : sum + (row.promptTokens[end] * price.input + row.completionTokens[end] * price.output) / 1e6;
    }, 0);
  return { low: cost('low'), high: cost('high') };
}

function same(value: number): Range {
  return { low: value, high: value };
}

function plus(left: Range, right: Range): Range {
  return { low: left.low + right.low, high: left.high + right.high };
}

function times(left: Range, right: Range): Range {
  return { low: left.low * right.low, high: left.high * right.high };
}
