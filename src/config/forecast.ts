// What a run may do and cost, before it is started: for `watersmeet optimize --dry-run`. Section 2 of the design as numbers.
//
// Low: the seed solves whatever it is shown, so that nothing is proposed, merged or confirmed; with demos from given
// answers, which are taken unseen, the cheapest race; a function makes no trials. High: every epoch is used, every greedy search tries all it can, no finalist drops out, every model
// answer needs its repair attempt, a function makes as many trials as any that was seen (only itself knows how many it may make). Budgets may end a run earlier. Calls served from
// the store are not counted.
//
// Likely: what a run does that learns something, by assumptions that were set by runs of the examples and of made-up projects (LIKELY), and
// by what rollouts of the same agent used before, where there are some. docs/algorithm.md has them, and how far they were off.

import { budgetPlan, EXPECTED, planShares, provedTasks, RACE_BLOCKS, REPAIR_SCAN } from '../core/budget.js';
import { moduleTokens } from '../core/candidate.js';
import { subsetSize } from '../core/divide/subset-size.js';
import type { LikelyTotals, Phase } from '../core/events.js';
import { SETTLE_CALLS } from '../core/merge/settlements.js';
import { treeLevels } from '../core/merge/tree.js';
import { takesGivenAnswers } from '../core/optimize/bootstrap.js';
import type { Role } from '../core/outcome.js';
import type { ModelSettings, RunSettings } from '../core/run-settings.js';

/** In order; `likely` is between the bounds. */
export interface Range {
  readonly low: number;
  readonly likely: number;
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
  /** How many. */
  readonly rollouts: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** What a trajectory takes in the optimizer's prompt: input, expected answer, output, feedback. Default: estimated from the above. */
  readonly trajectoryTokens?: number;
  /** Model calls. Default 1, for agents with steps 1 to all of them; 0 for an agent without a model. */
  readonly calls?: number;
}

/** What is known before a run. */
export interface KnownLengths {
  /** Of a task as the agent is first shown it, on average, tokens. */
  readonly inputTokens?: number | undefined;
  /** Of what the agent is to answer, on average, tokens; undefined where its answer may be longer than what is scored. */
  readonly answerTokens?: number | undefined;
  readonly measured?: MeasuredRollout | undefined;
  /** Rollouts that the trials of `optimize.propose` took in an earlier run, for each task it was shown. */
  readonly trialsPerTask?: number | undefined;
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
  /** Rollouts of earlier runs that the agent's calls and tokens are taken from; 0 if they are assumed. */
  readonly measuredOn: number;
  /** Where the trials of `optimize.propose` are taken from; absent without one. */
  readonly trials?: 'assumed' | 'measured';
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
const PROMPT = { optimizer: 500, eachTrajectory: 15, evaluator: 400, judge: 400, merger: 300 } as const;
/** Completions, tokens: from a terse answer to a long one (never more than the model's maxTokens). */
const ANSWER = { optimizer: [150, 1_200], evaluator: [50, 300], judge: [30, 200], merger: [100, 1_500] } as const;
const LIKELY = {
  ...EXPECTED,
  /** Of a greedy search, for each of the edits that one subset makes: other parents found most of them, too. */
  trialsPerEdit: 0.85,
  /**
   * Rollouts of the trials of `optimize.propose`, for each task that it is shown: with so many the whole run of each example is forecast
   * within a factor of two; and the most that one of them made. In a repair, where most tasks are solved, one for each.
   */
  trialsPerTask: 6,
  mostTrialsPerTask: 70,
  /** Of a search among worked examples: they rarely hurt each other. */
  demoTrials: 2,
  /** Of a merge, for what contradicts in a module of items. */
  settleCalls: 2,
  /** Of the tasks that finalists have not run on after the first decision. */
  raced: 0.75,
  /** Of an agent with tools, and of one in an environment as a share of its limit. */
  toolSteps: 5,
  episode: 0.5,
} as const;
/** Tokens of a short item: bounds how many items a module may hold. */
const SHORT_ITEM = 25;
/** An answer that cannot be read gets one repair attempt. */
const ATTEMPTS = 2;

/**
 * A pure estimate; ranges are bounds as far as the assumed lengths hold.
 *
 * @param known lengths; what is not known is assumed.
 */
export function forecast(settings: RunSettings, counts: PartSizes, known: KnownLengths = {}): Forecast {
  const lengths = lengthsOf(settings, counts, known);
  const size = sizeOfSubsets(settings, counts.train, lengths.trajectory);
  const subsets = counts.train === 0 ? 0 : Math.ceil(counts.train / size);
  const trialsPerTask = known.trialsPerTask ?? LIKELY.trialsPerTask;
  const plan: Plan = { settings, counts, size, subsets, lengths, trialsPerTask };
  const phases = [baseline(plan), optimize(plan), merge(plan), repair(plan), select(plan), confirm(plan), prove(plan)];
  const rows = phases.flatMap((work) => rowsOf(plan, work)).filter(({ rollouts, calls }) => rollouts.high > 0 || calls.high > 0);
  return {
    subsets,
    subsetSize: Math.min(size, counts.train),
    mergeLevels: treeLevels(subsets, settings.merge.fanIn).length,
    measuredOn: known.measured?.rollouts ?? 0,
    ...(settings.optimize.inner === 'function' ? { trials: known.trialsPerTask === undefined ? ('assumed' as const) : ('measured' as const) } : {}),
    rows,
    cost: costOf(settings, rows),
    missingRollouts: planShares(settings.budget, budgetPlan(settings, counts, { subsets, size }, { rollout: 0, calls: 0 }, 0)).missing.rollouts,
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
  /** Likely. */
  readonly trialsPerTask: number;
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

const NONE: Range = { low: 0, likely: 0, high: 0 };

function lengthsOf(settings: RunSettings, counts: PartSizes, { measured, inputTokens, answerTokens }: KnownLengths): Lengths {
  const input = inputTokens ?? ASSUMED.input;
  const answer = answerTokens ?? ASSUMED.completion;
  const seed = settings.modules.reduce((sum, module) => sum + moduleTokens(module), 0);
  const most = Math.max(
    seed,
    Object.values(settings.moduleLimits).reduce((sum, { maxTokens }) => sum + maxTokens, 0),
  );
  // On average over a run: half of what is learned.
  const learned = settings.optimize.inner === 'bootstrap' ? (input + answer) * likelyDemos(settings, counts.train) : LIKELY.item * likelyEdits(settings);
  const modules = range(seed, seed + learned / 2, most);
  const agent = settings.models.agent;
  const calls = agent === undefined ? NONE : measured?.calls === undefined ? range(1, ...stepsOf(settings.agent)) : same(measured.calls);
  // A call repeats all calls and answers before it.
  const promptOf = (count: number, modules: number) => Math.max(1, count) * (input + modules) + (ASSUMED.step * count * Math.max(0, count - 1)) / 2;
  const seedPrompt = measured === undefined ? each(calls, (count) => promptOf(count, seed)) : same(measured.promptTokens);
  const growth = (most - seed) * Math.max(1, calls.high);
  const completionOf = (count: number, answer: number) =>
    Math.min(measured?.completionTokens ?? answer * Math.max(1, count), agent === undefined ? Infinity : agent.maxTokens * Math.max(1, count));
  const completion = range(
    completionOf(calls.low, Math.min(answer, ASSUMED.completion)),
    completionOf(calls.likely, answer),
    completionOf(calls.high, Math.max(answer, ASSUMED.completion)),
  );
  // Of several calls the last one's prompt holds the whole attempt, an average one half of it, beside what all of them repeat.
  const trajectory =
    measured === undefined
      ? input + completion.low + ASSUMED.step * (calls.high - calls.low)
      : (calls.likely > 1 ? measured.promptTokens / calls.likely : (inputTokens ?? measured.promptTokens / 2)) + measured.completionTokens;
  return {
    prompt: range(seedPrompt.low, measured === undefined ? promptOf(calls.likely, modules.likely) : seedPrompt.likely, seedPrompt.high + growth),
    seedPrompt,
    completion,
    calls,
    trajectory: Math.max(1, measured?.trajectoryTokens ?? Math.ceil(trajectory)),
    modules,
  };
}

/** Calls of an attempt: likely, and at most. */
function stepsOf(agent: RunSettings['agent']): readonly [number, number] {
  if (agent.kind !== 'react') return [1, 1];
  const likely = 'environment' in agent ? Math.ceil(LIKELY.episode * agent.maxSteps) : Math.min(LIKELY.toolSteps, agent.maxSteps);
  return [likely, agent.maxSteps];
}

/** Of one subset. More edits than tasks would be rules of single tasks. */
function likelyEdits({ optimize, subset }: RunSettings): number {
  const epochs = Math.min(LIKELY.epochs, optimize.epochs);
  return Math.min(subset.size, epochs * (optimize.inner === 'bootstrap' ? optimize.demosPerCategory : optimize.maxEdits));
}

/** Worked examples of the merged candidate: those of all subsets stand side by side. */
function likelyDemos({ optimize, strategy, subset }: RunSettings, train: number): number {
  const subsets = strategy === 'all-at-once' ? 1 : Math.ceil(train / subset.size);
  const epochs = optimize.demosFrom === 'answers' ? 1 : Math.min(LIKELY.epochs, optimize.epochs);
  return Math.min(train, subsets * epochs * optimize.demosPerCategory * LIKELY.categories);
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

function optimize({ settings, counts, size, subsets, trialsPerTask }: Plan): Work {
  const { inner, epochs, feedback } = settings.optimize;
  // Given answers need no rollout: the race judges them.
  if (takesGivenAnswers(settings.optimize)) return { phase: 'optimize', rollouts: NONE };
  const likely = Math.min(LIKELY.epochs, epochs);
  const rollouts = range(counts.train, counts.train * (1 + likely), counts.train * (1 + epochs));
  if (inner === 'bootstrap') return { phase: 'optimize', rollouts };
  return {
    phase: 'optimize',
    rollouts: inner === 'function' ? plus(rollouts, trials(counts.train * likely, trialsPerTask, counts.train * epochs)) : rollouts,
    ...(inner === 'reflect' ? { optimizer: { calls: range(0, subsets * likely, subsets * epochs * ATTEMPTS), trajectories: size } } : {}),
    // Every epoch's feedback is on trajectories of its own.
    ...(feedback === 'model' ? { evaluator: range(0, counts.train * likely, counts.train * epochs * ATTEMPTS) } : {}),
  };
}

/** Of `optimize.propose`. `shown`: tasks in all proposals. */
function trials(shown: number, perTask: number, mostShown: number): Range {
  return range(0, shown * perTask, mostShown * Math.max(perTask, LIKELY.mostTrialsPerTask));
}

function merge({ settings, counts, subsets }: Plan): Work {
  const { fanIn, pool, combine, model } = settings.merge;
  const levels = treeLevels(subsets, fanIn);
  const tasks = Math.min(pool, counts.train);
  const nodes = levels.flatMap(({ sizes, level }) => sizes.filter((parents) => parents > 1).map((parents) => ({ parents, level })));
  // Parents that are all the seed have run on these tasks before.
  const rolloutsOf = (trials: (parents: number, level: number) => number) =>
    nodes.reduce((sum, { parents, level }) => sum + tasks * (parents + (combine === 'union' ? 1 : trials(parents, level))), 0);
  const likelyTrials = settings.optimize.inner === 'bootstrap' ? LIKELY.demoTrials : Math.ceil(LIKELY.trialsPerEdit * likelyEdits(settings));
  const likely = rolloutsOf((parents, level) => Math.min(likelyTrials, mostTrials(settings, parents, level)));
  // Instructions are put to the merger in one call a module, contradictions of items in a few at most.
  const callsOf = (settling: number) => settings.modules.reduce((sum, { kind }) => sum + (kind === 'instructions' ? 1 : settling), 0);
  return {
    phase: 'merge',
    rollouts: range(
      0,
      likely,
      rolloutsOf((parents, level) => mostTrials(settings, parents, level)),
    ),
    ...(model
      ? {
          merger: {
            calls: range(0, nodes.length * callsOf(LIKELY.settleCalls), nodes.length * callsOf(SETTLE_CALLS) * ATTEMPTS),
            parents: Math.min(fanIn, Math.max(1, subsets)),
          },
        }
      : {}),
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
    // One round: the merged candidate ran on the pool before.
    rollouts: plus(
      range(0, Math.max(0, scan - pool) + common, rounds * (scan + 2 * common)),
      settings.optimize.inner === 'function' ? trials(common, 1, rounds * common) : NONE,
    ),
    ...(settings.optimize.inner === 'reflect' ? { optimizer: { calls: range(0, 1, rounds * ATTEMPTS), trajectories: failing } } : {}),
    ...(settings.optimize.feedback === 'model' ? { evaluator: range(0, failing, rounds * failing * ATTEMPTS) } : {}),
  };
}

function select({ settings, counts, subsets }: Plan): Work {
  const { finalists, blockSize, baselines } = settings.select;
  const candidates = 1 + subsets + treeLevels(subsets, settings.merge.fanIn).reduce((sum, { nodes }) => sum + nodes, 0) + baselines.length;
  // The seed ran on these tasks as the baseline.
  const others = Math.max(0, Math.min(finalists, candidates) - 1);
  const block = Math.max(blockSize, Math.ceil(counts.select / RACE_BLOCKS));
  const sure = takesGivenAnswers(settings.optimize) ? 1 : 0;
  const first = Math.min(counts.select, 2 * block);
  const likely = others * (first + LIKELY.raced * (counts.select - first));
  return { phase: 'select', rollouts: range(Math.min(others, sure) * first, likely, others * counts.select) };
}

function confirm({ counts }: Plan): Work {
  return { phase: 'confirm', rollouts: range(0, 2 * counts.confirm, 2 * counts.confirm) };
}

function prove({ settings, counts }: Plan): Work {
  const tasks = provedTasks(settings.prove, counts.test);
  const most = (2 + settings.select.baselines.length) * tasks;
  return { phase: 'prove', rollouts: range(tasks, most, most) };
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
    rows.push(callsOf(settings, phase, 'judge', range(rollouts.low, rollouts.likely, rollouts.high * ATTEMPTS), same(PROMPT.judge + lengths.trajectory)));
  if (work.evaluator !== undefined)
    rows.push(callsOf(settings, phase, 'evaluator', work.evaluator, plus(same(PROMPT.evaluator + lengths.trajectory), lengths.modules)));
  if (work.optimizer !== undefined)
    rows.push(
      callsOf(
        settings,
        phase,
        'optimizer',
        work.optimizer.calls,
        plus(same(PROMPT.optimizer + work.optimizer.trajectories * (PROMPT.eachTrajectory + lengths.trajectory)), lengths.modules),
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
    promptTokens: times(
      calls,
      each(prompt, (tokens) => Math.min(room, tokens)),
    ),
    completionTokens: times(
      calls,
      each(range(short, Math.sqrt(short * long), long), (tokens) => Math.min(most, tokens)),
    ),
  };
}

function costOf({ models }: RunSettings, rows: readonly ForecastRow[]): Range | undefined {
  if (Object.values(models).every((model: ModelSettings | undefined) => model?.price === undefined)) return undefined;
  const cost = (end: keyof Range) =>
    rows.reduce((sum, row) => {
      const price = models[row.role]?.price;
      return price === undefined ? sum : sum + (row.promptTokens[end] * price.input + row.completionTokens[end] * price.output) / 1e6;
    }, 0);
  return { low: cost('low'), likely: cost('likely'), high: cost('high') };
}

export function sumOf(ranges: readonly Range[]): Range {
  return ranges.reduce(plus, NONE);
}

/** Whole numbers; a likely one beyond the bounds is the bound. */
function range(low: number, likely: number, high: number): Range {
  return { low, likely: Math.round(Math.min(high, Math.max(low, likely))), high };
}

function same(value: number): Range {
  return { low: value, likely: value, high: value };
}

function each({ low, likely, high }: Range, change: (value: number) => number): Range {
  return { low: change(low), likely: change(likely), high: change(high) };
}

function plus(left: Range, right: Range): Range {
  return { low: left.low + right.low, likely: left.likely + right.likely, high: left.high + right.high };
}

function times(left: Range, right: Range): Range {
  return each({ low: left.low * right.low, likely: left.likely * right.likely, high: left.high * right.high }, Math.round);
}

/** The likely figures of a whole run. */
export function likelyTotals({ rows }: Forecast): LikelyTotals {
  const likely = (pick: (row: ForecastRow) => Range) => sumOf(rows.map(pick)).likely;
  return {
    rollouts: likely((row) => row.rollouts),
    calls: likely((row) => row.calls),
    tokens: likely((row) => row.promptTokens) + likely((row) => row.completionTokens),
  };
}
