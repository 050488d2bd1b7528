// One run: baseline, divide, optimize, merge, repair, select, confirm, prove. The order of the method.

import { ApplicationFailure, CancellationScope, isCancellation, startChild, workflowInfo } from '@temporalio/workflow';
import type { Finalist, ListReference, RunNode, RunPlan } from '../activities/contract.js';
import type { CandidateReference } from '../core/candidate.js';
import { amountOf, budgetPlan, covers, planShares, proposalTokens, provedTasks, RACE_BLOCKS, REPAIR_SCAN, type Share } from '../core/budget.js';
import type { Phase, RunEventBody, Score } from '../core/events.js';
import type { FailureType } from '../core/failures.js';
import { treeLevels } from '../core/merge/tree.js';
import type { EnginePace } from '../core/messages.js';
import { gate } from '../core/optimize/gate.js';
import { addUsage, NO_USAGE, type Usage } from '../core/outcome.js';
import { rankFinalists, raceStep } from '../core/select/racing.js';
import { mean } from '../core/statistics/mean.js';
import { evaluate, tokensOf, type RunScope } from './evaluate.js';
import { GROUP_SIZE } from './groups.js';
import { lanes } from './lanes.js';
import { mergeGroup } from './merge-group.js';
import { propose, roomForTrials } from './optimize-subset.js';
import { optimizeGroup } from './optimize-group.js';
import { activities, childTimeouts } from './proxies.js';
import { hasFailed, RunGate } from './run-gate.js';

export interface OptimizationRunInput {
  readonly runId: string;
  readonly pace: EnginePace;
}

export interface OptimizationRunResult {
  readonly champion: CandidateReference;
  /** Whether confirm found the champion better than what the run began with. */
  readonly better: boolean;
  readonly digest: string;
}

/** Groups of subsets, or of merge nodes, that run at once. */
const GROUPS_AT_ONCE = 4;

export async function optimizationRun(input: OptimizationRunInput): Promise<OptimizationRunResult> {
  const act = activities(input.pace);
  const opening = new RunGate(act, input.runId, input.pace);
  try {
    const plan = await opening.step(() => act.openRun({ runId: input.runId }));
    return await optimize({ plan, pace: input.pace, act, gate: opening });
  } catch (error) {
    const cancelled = isCancellation(error) || hasFailed(error, 'run.cancelled');
    const sentence = cancelled ? 'The run was cancelled; everything it recorded is kept.' : messageOf(error);
    await CancellationScope.nonCancellable(() => act.finishRun({ runId: input.runId, status: cancelled ? 'cancelled' : 'failed', sentence }));
    throw error;
  }
}

async function optimize(opened: RunScope): Promise<OptimizationRunResult> {
  await phase(opened, 'baseline');
  const baseline = await evaluate(opened, 'baseline', opened.plan.seed, opened.plan.lists.select);
  if (baseline.refusal !== undefined)
    throw ApplicationFailure.nonRetryable(
      `The endpoint refused the requests of all ${baseline.scores.length} tasks of the baseline: ${baseline.refusal} Correct the model's settings (temperature, maxTokens, extra; agent.stopAtLine in an environment) or the prompt, and start a new run.`,
      'input.invalid' satisfies FailureType,
    );
  const { rollouts, calls } = baseline.usage;
  const measured = { rollout: Math.ceil(amountOf(baseline.usage).tokens / Math.max(1, rollouts)), calls: calls / Math.max(1, rollouts) };
  const scope = { ...opened, plan: { ...opened.plan, measured } };
  const { plan } = scope;
  await record(scope, 'baseline', 1, { type: 'baseline-ended', score: scoreOf(baseline.scores), failed: baseline.failed, usage: baseline.usage });

  const tested = provedTasks(plan.prove, plan.lists.test.size);
  const least = amountOf(baseline.usage).tokens + tested * measured.rollout;
  if (plan.budget.tokens !== undefined && plan.budget.tokens < least)
    throw ApplicationFailure.nonRetryable(
      `budget.tokens is ${plan.budget.tokens}, but the baseline and the seed's proof alone take about ${least}. Raise it, or take fewer tasks (benchmark.take, prove.maxTasks), and start a new run.`,
      'input.invalid' satisfies FailureType,
    );

  await phase(scope, 'divide');
  const { partition, subsets, size } = await scope.gate.step(() => scope.act.divideTasks({ runId: plan.runId, baselinePath: 'baseline' }));
  const mergeLevels = treeLevels(subsets, plan.merge.fanIn).length;
  const { train, select, confirm, test } = plan.lists;
  const sizes = { train: train.size, select: select.size, confirm: confirm.size, test: test.size };
  await record(scope, 'divide', 1, { type: 'run-planned', ...sizes, subsets, subsetSize: size, mergeLevels, seed: plan.seed });

  await phase(scope, 'optimize');
  const shares = planShares(plan.budget, budgetPlan(plan, sizes, { subsets, size }, measured, plan.moduleRoom));
  const { missing } = shares;
  if (missing.rollouts > 0 || missing.tokens > 0)
    await record(scope, 'budget', 0, { type: 'budget-reached', limit: missing.rollouts > 0 ? 'rollouts' : 'tokens', at: 'plan' });
  const nodes = await optimizeSubsets(scope, partition, subsets, shares.subset, shares.learners);
  const merged = await mergeTree(scope, partition, nodes, subsets, shares.merge);
  const repaired = await repair(scope, merged, shares.repair);

  await phase(scope, 'select');
  const { finalists, left } = await scope.gate.step(() =>
    scope.act.chooseFinalists({ runId: plan.runId, seed: plan.seed, root: repaired, parents: merged.parents, nodes, measured }),
  );
  await record(scope, 'select', 1, { type: 'finalists-chosen', finalists, tasks: plan.lists.select.size });
  if (left !== undefined) await record(scope, 'budget', 1, { type: 'budget-reached', limit: left, at: 'select' });
  const winner = await race(scope, finalists);

  await phase(scope, 'confirm');
  const same = winner.candidate.hash === plan.seed.hash;
  if (!same) await both(scope, 'confirm', winner.candidate, plan.lists.confirm);
  const { better } = await scope.gate.step(() => scope.act.confirm({ runId: plan.runId, path: 'confirm', before: plan.seed, after: winner.candidate, same }));

  await phase(scope, 'prove');
  const baselines = finalists.filter((finalist) => finalist.id.startsWith('baseline-'));
  const testList =
    tested === plan.lists.test.size
      ? plan.lists.test
      : await scope.gate.step(() => scope.act.orderList({ runId: plan.runId, list: plan.lists.test.list, purpose: 'prove' }));
  const proofs = await both(scope, 'prove', winner.candidate, { ...testList, size: tested }, baselines);
  await scope.gate.step(() => scope.act.prove({ runId: plan.runId, path: 'prove', before: plan.seed, after: winner.candidate, baselines, usage: proofs }));

  const sentence = better ? 'The champion is better than what the run began with.' : 'No candidate was shown to be better than what the run began with.';
  const { digest } = await scope.gate.step(() =>
    scope.act.finishRun({ runId: plan.runId, status: 'completed', champion: winner.candidate, better, sentence, partition }),
  );
  return { champion: winner.candidate, better, digest: digest ?? '' };
}

/** Every subset at once, each from the seed. Returns the references of the nodes, in the order of the groups. */
async function optimizeSubsets(scope: RunScope, partition: string, subsets: number, share: Share, learners: number): Promise<readonly string[]> {
  const { plan, pace } = scope;
  const starts = Array.from({ length: Math.ceil(subsets / GROUP_SIZE) }, (_, index) => index * GROUP_SIZE);
  return lanes(GROUPS_AT_ONCE, starts, (from, index) =>
    scope.gate.child(() =>
      startChild(optimizeGroup, {
        ...childTimeouts(pace),
        workflowId: childId(`optimize/group-${index + 1}`),
        args: [{ plan, pace, partition, from, to: Math.min(subsets, from + GROUP_SIZE), share, learners }],
      }),
    ),
  );
}

interface Merged {
  readonly root: RunNode;
  /** The root's parents: finalists beside it. */
  readonly parents: readonly RunNode[];
  /** The last level's pool; absent when there was nothing to merge. */
  readonly pool?: ListReference;
}

/** Level by level, until one node is left. A level starts when all below is final. */
async function mergeTree(scope: RunScope, partition: string, leaves: readonly string[], subsets: number, share: Share): Promise<Merged> {
  const { plan, pace } = scope;
  const nodeShare = divided(
    share,
    treeLevels(subsets, plan.merge.fanIn).reduce((sum, level) => sum + level.nodes, 0),
  );
  if (subsets > 1) await phase(scope, 'merge');
  let nodes = leaves;
  let below = leaves;
  let count = subsets;
  let pool: ListReference | undefined;
  for (let level = 1; count > 1; level++) {
    const levelPlan = await scope.gate.step(() => scope.act.planLevel({ runId: plan.runId, level, nodes, partition }));
    await record(scope, `merge/level-${level}`, 0, { type: 'merge-level-started', level, nodes: levelPlan.count, pool: levelPlan.pool.size });
    const starts = Array.from({ length: Math.ceil(levelPlan.count / GROUP_SIZE) }, (_, index) => index * GROUP_SIZE);
    const merged = await lanes(GROUPS_AT_ONCE, starts, (from, index) =>
      scope.gate.child(() =>
        startChild(mergeGroup, {
          ...childTimeouts(pace),
          workflowId: childId(`merge/level-${level}/group-${index + 1}`),
          args: [
            { plan, pace, level, clusters: levelPlan.clusters, from, to: Math.min(levelPlan.count, from + GROUP_SIZE), pool: levelPlan.pool, share: nodeShare },
          ],
        }),
      ),
    );
    [below, nodes, count, pool] = [nodes, merged, levelPlan.count, levelPlan.pool];
  }
  const [root] = await scope.gate.step(() => scope.act.readNodes({ runId: plan.runId, nodes }));
  const parents = subsets > 1 ? await scope.gate.step(() => scope.act.readNodes({ runId: plan.runId, nodes: below })) : [];
  return { root: root!, parents, ...(pool === undefined || pool.size === 0 ? {} : { pool }) };
}

/** What the merged candidate still fails: merging loses rules that only one subset saw the need for. */
async function repair(scope: RunScope, merged: Merged, share: Share): Promise<RunNode> {
  const { plan } = scope;
  const { pool } = merged;
  if (pool === undefined || plan.repair.rounds === 0 || plan.optimize.inner === 'bootstrap') return merged.root;
  await phase(scope, 'repair');
  const scan = await scope.gate.step(() => scope.act.orderList({ runId: plan.runId, list: plan.lists.train.list, purpose: 'repair' }));
  let candidate = merged.root.candidate;
  const failed: string[] = [];
  let used = NO_USAGE;
  for (let round = 1; round <= plan.repair.rounds; round++) {
    const scanSize = Math.min(scan.size, REPAIR_SCAN);
    if (
      !covers(share, amountOf(used), {
        rollouts: scanSize + 2 * (pool.size + plan.repair.tasks),
        tokens: tokensOfARound(plan, candidate, scanSize + 2 * (pool.size + plan.repair.tasks), used, round),
      })
    )
      break;
    const path = `repair/round-${round}`;
    const scanned = await evaluate(scope, `${path}/scan`, candidate, scan, { from: 0, to: scanSize });
    const failing = await scope.gate.step(() =>
      scope.act.failingTasks({ runId: plan.runId, path: `${path}/scan`, candidate, count: plan.repair.tasks, round }),
    );
    if (failing.size === 0) {
      await record(scope, path, 0, { type: 'repair-ended', round, verdict: 'solved', failing: 0, edits: [], candidate, usage: scanned.usage });
      break;
    }
    const input = { runId: plan.runId, path, candidate, subset: 'repair', epoch: round, failed };
    const uniteWithPool = () => scope.gate.step(() => scope.act.uniteLists({ runId: plan.runId, lists: [pool.list, failing.list] }));
    // A function's trials are on the very tasks of the gate, so it is shown all of them.
    const shown = plan.optimize.inner === 'function' ? await uniteWithPool() : undefined;
    const present = shown === undefined ? undefined : await evaluate(scope, `${path}/before`, candidate, shown);
    const proposal = await propose(
      scope,
      shown === undefined || present === undefined
        ? { ...input, evaluationPath: `${path}/scan`, list: failing }
        : {
            ...input,
            evaluationPath: `${path}/before`,
            list: shown,
            room: roomForTrials(share, addUsage(used, addUsage(scanned.usage, present.usage)), shown.size),
          },
    );
    let usage = addUsage(scanned.usage, proposal.usage);
    let verdict: 'accepted' | 'rolled-back' | 'no-edit' = 'no-edit';
    let scores: { readonly before: Score; readonly after: Score } | undefined;
    const tried = proposal.candidate;
    if (present !== undefined) usage = addUsage(usage, present.usage);
    if (tried !== undefined) {
      const common = shown ?? (await uniteWithPool());
      const [before, after] = await Promise.all([
        present ?? evaluate(scope, `${path}/before`, candidate, common),
        evaluate(scope, `${path}/gate`, tried, common),
      ]);
      if (present === undefined) usage = addUsage(usage, before.usage);
      usage = addUsage(usage, after.usage);
      scores = { before: scoreOf(before.scores), after: scoreOf(after.scores) };
      const { accepted } = gate({
        before: before.scores,
        after: after.scores,
        tokensBefore: candidate.tokens,
        tokensAfter: tried.tokens,
        tolerance: plan.gate.tolerance,
      });
      verdict = accepted ? 'accepted' : 'rolled-back';
      if (accepted) candidate = tried;
    }
    if (verdict !== 'accepted') failed.push(proposal.proposal);
    used = addUsage(used, usage);
    await record(scope, path, 0, { type: 'repair-ended', round, verdict, failing: failing.size, ...scores, edits: [], candidate, usage }, proposal.proposal);
    // Asked again of the very same failures, a function would say the same.
    const sameAgain = plan.optimize.inner === 'function' && verdict !== 'accepted' && failing.size < plan.repair.tasks;
    if (sameAgain || scanned.limit !== undefined || proposal.limit !== undefined) break;
  }
  return { ...merged.root, candidate };
}

/** Races the finalists in fixed blocks of select, in seeded order. */
async function race(scope: RunScope, finalists: readonly Finalist[]): Promise<Finalist> {
  const { plan } = scope;
  const list = await scope.gate.step(() => scope.act.orderList({ runId: plan.runId, list: plan.lists.select.list, purpose: 'race' }));
  const blockSize = Math.max(plan.select.blockSize, Math.ceil(list.size / RACE_BLOCKS));
  const scores = new Map<string, readonly number[]>(finalists.map((finalist) => [finalist.id, []]));
  let remaining = finalists;
  for (let block = 1, from = 0; from < list.size && remaining.length > 1; block++, from += blockSize) {
    const to = Math.min(list.size, from + blockSize);
    const runs = await lanes(remaining.length, remaining, (finalist) => evaluate(scope, `select/${finalist.id}`, finalist.candidate, list, { from, to }));
    for (const [index, finalist] of remaining.entries()) scores.set(finalist.id, [...scores.get(finalist.id)!, ...runs[index]!.scores]);
    const runners = remaining.map((finalist) => ({ id: finalist.id, scores: scores.get(finalist.id)!, tokens: finalist.candidate.tokens }));
    const step =
      to === list.size
        ? { remaining: remaining.map((finalist) => finalist.id), dropped: [] }
        : raceStep({ finalists: runners, blockSize, minTasks: 2 * blockSize, confidence: 0.95 });
    await record(scope, `select/block-${String(block).padStart(2, '0')}`, 0, {
      type: 'race-block-ended',
      block,
      scores: runners.map(({ id, scores: list_ }) => ({ id, score: scoreOf(list_) })),
      dropped: step.dropped.map((dropped) => dropped.id),
    });
    remaining = remaining.filter((finalist) => step.remaining.includes(finalist.id));
  }
  const ranked = rankFinalists(remaining.map((finalist) => ({ id: finalist.id, scores: scores.get(finalist.id)!, tokens: finalist.candidate.tokens })));
  const winner = finalists.find((finalist) => finalist.id === ranked[0]!.id)!;
  await record(scope, 'select', 2, {
    type: 'select-ended',
    winner: winner.id,
    candidate: winner.candidate,
    scores: finalists.map(({ id }) => ({ id, score: scoreOf(scores.get(id)!) })),
  });
  return winner;
}

/** Winner, seed and any baselines on the same tasks. */
async function both(scope: RunScope, path: string, winner: CandidateReference, list: ListReference, baselines: readonly Finalist[] = []) {
  const candidates = [
    ...new Map([scope.plan.seed, winner, ...baselines.map((baseline) => baseline.candidate)].map((candidate) => [candidate.hash, candidate])).values(),
  ];
  const runs = await lanes(candidates.length, candidates, (candidate) => evaluate(scope, path, candidate, list));
  return runs.reduce((sum, run) => addUsage(sum, run.usage), NO_USAGE);
}

function divided(share: Share, parts: number): Share {
  const part = (amount: number | null) => (amount === null ? null : Math.floor(amount / Math.max(1, parts)));
  return { rollouts: part(share.rollouts), tokens: part(share.tokens) };
}

/** Another round is expected to use what the rounds before used on average; the first, what its rollouts and a proposal take. */
function tokensOfARound(plan: RunPlan, candidate: CandidateReference, rollouts: number, used: Usage, round: number): number {
  if (round > 1) return Math.ceil(amountOf(used).tokens / (round - 1));
  const rollout = tokensOf(plan, candidate);
  return rollouts * rollout + proposalTokens(plan.optimize.inner, plan.repair.tasks * rollout);
}

function phase(scope: RunScope, name: Phase): Promise<void> {
  return record(scope, name, 0, { type: 'phase-started', phase: name });
}

function record(scope: RunScope, path: string, number: number, body: RunEventBody, proposal?: string): Promise<void> {
  return scope.gate.step(() =>
    scope.act.recordEvents({ runId: scope.plan.runId, events: [{ path, number, body, ...(proposal === undefined ? {} : { proposal }) }] }),
  );
}

function scoreOf(scores: readonly number[]): Score {
  return { mean: scores.length === 0 ? 0 : mean(scores), n: scores.length };
}

function childId(path: string): string {
  return `${workflowInfo().workflowId}/${path}`;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? messageOf(error.cause) : error.message;
}
