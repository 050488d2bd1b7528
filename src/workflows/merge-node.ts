// One node of the merge tree: parents on common tasks, offers to the best of them, the gate.

import type { ListReference, MergePlan, RunNode } from '../activities/contract.js';
import type { CandidateReference } from '../core/candidate.js';
import { amountOf, covers, type Share } from '../core/budget.js';
import type { Score } from '../core/events.js';
import { keptGroups, nextTrial, recordTrial, startGreedy, withdrawOffers, type GreedyState } from '../core/merge/greedy.js';
import { mergeGate } from '../core/optimize/gate.js';
import { addUsage, NO_USAGE, type Usage } from '../core/outcome.js';
import { mean } from '../core/statistics/mean.js';
import { evaluate, tokensOf, type RunScope } from './evaluate.js';
import { lanes } from './lanes.js';
import { failureOf } from './run-gate.js';

/** Everything a node carries over a continue-as-new. */
export interface MergeState {
  readonly id: string;
  readonly level: number;
  readonly parents: readonly RunNode[];
  readonly used: Usage;
  /** Answers of the merger that could not be used. */
  readonly droppedAnswers?: number;
  /** Parents' scores on the pool, in the order of the parents; the best one's index. */
  readonly measured?: { readonly scores: readonly (readonly number[])[]; readonly best: number };
  /** The offers, and what of them is tried and kept. */
  readonly search?: { readonly plan: MergePlan; readonly greedy: GreedyState; readonly candidate: CandidateReference; readonly scores: readonly number[] };
  /** A safety limit was reached: nothing more is tried, what is kept so far goes to the gate. */
  readonly limit?: 'money' | 'time';
  /** The finished node. */
  readonly ended?: RunNode;
}

export function startMerge(id: string, level: number, parents: readonly RunNode[]): MergeState {
  return { id, level, parents, used: NO_USAGE };
}

/** Takes one step of the merge. A defect in one node sends its best parent up with the reason. */
export async function nextMergeStep(scope: RunScope, pool: ListReference, share: Share, state: MergeState): Promise<MergeState> {
  try {
    if (state.parents.length === 1)
      return await end(scope, state, {
        winner: state.parents[0]!.candidate,
        verdict: 'single',
        why: 'nothing to merge with',
        margin: state.parents[0]!.margin,
      });
    if (scope.plan.merge.pool === 0) return await mergeUngated(scope, state);
    if (state.measured === undefined) {
      // Parents are always compared before one of them goes up, as long as the share allows it.
      if (!affordable(scope, share, state, state.parents.length * pool.size)) return await bestByMargin(scope, state);
      return await measureParents(scope, pool, state);
    }
    if (state.search === undefined) return await planOffers(scope, pool, state, state.measured);
    return await tryOffers(scope, pool, share, state, state.measured, state.search);
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.type !== 'internal.defect') throw error;
    const best = state.parents[state.measured?.best ?? 0]!;
    return end(scope, state, { winner: best.candidate, verdict: 'failed', why: failure.message, margin: best.margin });
  }
}

/** Without a pool: everything every parent found, no rollouts; select judges the result. */
async function mergeUngated(scope: RunScope, state: MergeState): Promise<MergeState> {
  const { candidate, items, usage, droppedAnswers } = await unite(scope, state);
  return end(
    scope,
    { ...state, used: addUsage(state.used, usage), droppedAnswers },
    {
      winner: candidate,
      combined: candidate,
      verdict: 'ungated',
      why: 'merged without a gate (merge.pool is 0); select judges it',
      margin: Math.max(...state.parents.map((parent) => parent.margin)),
      offered: items,
      kept: items,
    },
  );
}

async function measureParents(scope: RunScope, pool: ListReference, state: MergeState): Promise<MergeState> {
  const runs = await lanes(state.parents.length, state.parents, (parent) => evaluate(scope, `${path(state)}/parents`, parent.candidate, pool));
  let used = state.used;
  for (const run of runs) used = addUsage(used, run.usage);
  const limit = runs.find((run) => run.limit !== undefined)?.limit;
  const scores = runs.map((run) => run.scores);
  const best = scores
    .map(mean)
    .reduce(
      (top, value, index, means) =>
        value > means[top]! + 1e-9 || (Math.abs(value - means[top]!) <= 1e-9 && state.parents[index]!.candidate.tokens < state.parents[top]!.candidate.tokens)
          ? index
          : top,
      0,
    );
  return { ...state, used, measured: { scores, best }, ...(limit === undefined ? {} : { limit }) };
}

async function planOffers(scope: RunScope, pool: ListReference, state: MergeState, measured: NonNullable<MergeState['measured']>): Promise<MergeState> {
  const best = state.parents[measured.best]!;
  if (scope.plan.merge.combine === 'union') {
    const { candidate, items, usage, droppedAnswers } = await unite(scope, state);
    const run = await evaluate(scope, `${path(state)}/combined`, candidate, pool);
    return concluded(scope, { ...state, used: addUsage(state.used, addUsage(usage, run.usage)), droppedAnswers }, measured, {
      candidate,
      scores: run.scores,
      offered: items,
      kept: items,
    });
  }
  const plan = await scope.gate.step(() => scope.act.planMerge({ runId: scope.plan.runId, path: path(state), parents: state.parents, best: best.id }));
  return {
    ...state,
    used: addUsage(state.used, plan.usage),
    droppedAnswers: plan.droppedAnswers,
    search: { plan, greedy: startGreedy(plan.rounds), candidate: plan.base, scores: measured.scores[measured.best]! },
  };
}

/** Whether the node's share covers so many further rollouts, at the tokens its rollouts used so far, or those of its longest parent. */
function affordable({ plan }: RunScope, share: Share, state: MergeState, rollouts: number): boolean {
  const used = amountOf(state.used);
  const longest = Math.max(...state.parents.map((parent) => tokensOf(plan, parent.candidate)));
  return covers(share, used, { rollouts, tokens: Math.ceil(Math.max(longest, used.tokens / Math.max(1, used.rollouts)) * rollouts) });
}

function bestByMargin(scope: RunScope, state: MergeState): Promise<MergeState> {
  const best = state.parents.reduce((top, parent) => (parent.margin > top.margin + 1e-9 ? parent : top));
  return end(scope, state, { winner: best.candidate, verdict: 'best-parent', why: "the budget's share of this merge is used up", margin: best.margin });
}

/** One trial of the greedy search, or its end. */
async function tryOffers(
  scope: RunScope,
  pool: ListReference,
  share: Share,
  state: MergeState,
  measured: NonNullable<MergeState['measured']>,
  search: NonNullable<MergeState['search']>,
): Promise<MergeState> {
  const trial = nextTrial(search.greedy);
  if (trial === undefined || state.limit !== undefined || !affordable(scope, share, state, pool.size)) {
    return concluded(scope, state, measured, {
      candidate: search.candidate,
      scores: search.scores,
      offered: search.greedy.offers,
      kept: keptGroups(search.greedy).flat().length,
    });
  }
  const candidate = await scope.gate.step(() =>
    scope.act.composeCandidate({ runId: scope.plan.runId, offers: search.plan.offers, from: search.candidate.document, chosen: trial.offers }),
  );
  // What an offer does not change cannot be measured: it is kept for what it says of the origins.
  const same = candidate.hash === search.candidate.hash;
  const run = same ? undefined : await evaluate(scope, `${path(state)}/trial-${String(search.greedy.trials + 1).padStart(3, '0')}`, candidate, pool);
  const kept =
    run === undefined ||
    mergeGate({
      before: search.scores,
      after: run.scores,
      tokensBefore: search.candidate.tokens,
      tokensAfter: candidate.tokens,
      tolerance: scope.plan.gate.tolerance,
    }).accepted;
  // What a kept settlement settles is not tried any more; one that could not be measured settles nothing.
  const settled = kept && !same ? trial.offers.flatMap((index) => search.plan.settles?.[index] ?? []) : [];
  return {
    ...state,
    ...(run?.limit === undefined ? {} : { limit: run.limit }),
    used: addUsage(state.used, run?.usage ?? NO_USAGE),
    search: {
      plan: search.plan,
      greedy: withdrawOffers(recordTrial(search.greedy, kept), settled),
      candidate: kept ? candidate : search.candidate,
      scores: kept && run !== undefined ? run.scores : search.scores,
    },
  };
}

function unite(scope: RunScope, state: MergeState): ReturnType<RunScope['act']['uniteParents']> {
  return scope.gate.step(() => scope.act.uniteParents({ runId: scope.plan.runId, path: path(state), parents: state.parents }));
}

async function concluded(
  scope: RunScope,
  state: MergeState,
  measured: NonNullable<MergeState['measured']>,
  combined: { readonly candidate: CandidateReference; readonly scores: readonly number[]; readonly offered: number; readonly kept: number },
): Promise<MergeState> {
  const best = state.parents[measured.best]!;
  const bestScores = measured.scores[measured.best]!;
  const decision = mergeGate({
    before: bestScores,
    after: combined.scores,
    tokensBefore: best.candidate.tokens,
    tokensAfter: combined.candidate.tokens,
    tolerance: scope.plan.gate.tolerance,
  });
  const changed = combined.candidate.hash !== best.candidate.hash;
  const accepted = decision.accepted && changed;
  const margin = mean(combined.scores) - mean(bestScores);
  return end(scope, state, {
    winner: accepted ? combined.candidate : best.candidate,
    combined: combined.candidate,
    combinedScores: combined.scores,
    verdict: accepted ? 'accepted' : 'best-parent',
    why: accepted ? decision.why : changed ? decision.why : 'no offer was kept',
    margin: accepted ? margin : best.margin,
    offered: combined.offered,
    kept: combined.kept,
  });
}

interface Ending {
  readonly winner: CandidateReference;
  readonly combined?: CandidateReference;
  readonly combinedScores?: readonly number[];
  readonly verdict: 'accepted' | 'best-parent' | 'ungated' | 'single' | 'failed';
  readonly why: string;
  readonly margin: number;
  readonly offered?: number;
  readonly kept?: number;
}

async function end(scope: RunScope, state: MergeState, ending: Ending): Promise<MergeState> {
  const score = (scores: readonly number[] | undefined): Score | undefined => (scores === undefined ? undefined : { mean: mean(scores), n: scores.length });
  const combinedScore = score(ending.combinedScores);
  await scope.gate.step(() =>
    scope.act.recordEvents({
      runId: scope.plan.runId,
      events: [
        {
          path: path(state),
          number: 0,
          body: {
            type: 'merge-ended',
            node: state.id,
            level: state.level,
            parents: state.parents.map((parent, index) => {
              const parentScore = score(state.measured?.scores[index]);
              return { id: parent.id, candidate: parent.candidate, ...(parentScore === undefined ? {} : { score: parentScore }) };
            }),
            ...(ending.combined === undefined ? {} : { combined: ending.combined }),
            ...(combinedScore === undefined ? {} : { combinedScore }),
            candidate: ending.winner,
            verdict: ending.verdict,
            why: ending.why,
            offered: ending.offered ?? 0,
            kept: ending.kept ?? 0,
            ...(state.droppedAnswers ? { droppedAnswers: state.droppedAnswers } : {}),
            usage: state.used,
          },
        },
      ],
    }),
  );
  return {
    ...state,
    ended: { id: state.id, candidate: ending.winner, margin: ending.margin, subsets: state.parents.flatMap((parent) => parent.subsets).toSorted() },
  };
}

function path(state: MergeState): string {
  return `merge/${state.id}`;
}
