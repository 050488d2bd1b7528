// One subset: explore, propose, gate, epoch after epoch, always on the same tasks.

import type { ListReference, ProposeInput, ProposeResult, RunNode, RunPlan } from '../activities/contract.js';
import type { CandidateReference } from '../core/candidate.js';
import type { EditVerdict, Score } from '../core/events.js';
import { amountOf, covers, proposalTokens, type Share } from '../core/budget.js';
import { takesGivenAnswers } from '../core/optimize/bootstrap.js';
import { gate } from '../core/optimize/gate.js';
import { addUsage, NO_USAGE, type Usage } from '../core/outcome.js';
import { mean } from '../core/statistics/mean.js';
import { evaluate, tokensOf, type RunScope } from './evaluate.js';
import { failureOf } from './run-gate.js';

/** Everything a subset carries over a continue-as-new: references and scores only. */
export interface SubsetState {
  readonly id: string;
  readonly list: ListReference;
  /** The next epoch, from 1. */
  readonly epoch: number;
  readonly candidate: CandidateReference;
  /** The candidate's scores on the subset, and the path of their rows; absent before the first exploration. */
  readonly explored?: { readonly path: string; readonly scores: readonly number[] };
  /** Mean score the subset began with. */
  readonly first?: Score;
  /** Epochs left without an accepted edit. */
  readonly patience: number;
  /** Proposals that were not accepted, oldest first. */
  readonly failed: readonly string[];
  readonly used: Usage;
  readonly ended?: 'solved' | 'patience' | 'epochs' | 'budget' | 'failed';
}

/** Proposals that were not accepted, of which the optimizer is told at most. */
const REMEMBERED = 6;

export function startSubset(scope: RunScope, id: string, list: ListReference): SubsetState {
  return { id, list, epoch: 1, candidate: scope.plan.seed, patience: scope.plan.optimize.patience, failed: [], used: NO_USAGE };
}

/** The node the subset gives to the merge. */
export function nodeOf(state: SubsetState): RunNode {
  const after = state.explored === undefined ? 0 : mean(state.explored.scores);
  return { id: state.id, candidate: state.candidate, margin: after - (state.first?.mean ?? 0), subsets: [state.id] };
}

/** Runs one epoch, or ends the subset. A defect in one subset ends that subset with its reason, not the run. */
export async function nextEpoch(scope: RunScope, state: SubsetState, share: Share): Promise<SubsetState> {
  try {
    return await epoch(scope, state, share);
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.type !== 'internal.defect') throw error;
    return end(scope, state, 'failed', failure.message);
  }
}

async function epoch(scope: RunScope, state: SubsetState, share: Share): Promise<SubsetState> {
  const { optimize, runId } = scope.plan;
  if (state.epoch === 1 && state.explored === undefined) await record(scope, state, 0, { type: 'subset-started', subset: state.id, tasks: state.list.size });
  if (takesGivenAnswers(optimize)) return demosFromAnswers(scope, state);
  if (state.epoch > optimize.epochs) return end(scope, state, 'epochs');
  if (state.patience === 0) return end(scope, state, 'patience');
  // One epoch runs the subset at most twice (explore and gate).
  if (!covers(share, amountOf(state.used), { rollouts: state.list.size * (state.explored === undefined ? 2 : 1), tokens: forecastTokens(scope.plan, state) })) {
    return end(scope, state, 'budget');
  }

  const path = `optimize/${state.id}/epoch-${String(state.epoch).padStart(2, '0')}`;
  let used = state.used;
  let explored = state.explored;
  let limit: 'money' | 'time' | undefined;
  if (explored === undefined) {
    const run = await evaluate(scope, `${path}/explore`, state.candidate, state.list);
    explored = { path: `${path}/explore`, scores: run.scores };
    used = addUsage(used, run.usage);
    limit = run.limit;
  }
  const before: Score = { mean: mean(explored.scores), n: explored.scores.length };
  const here: SubsetState = { ...state, explored, first: state.first ?? before, used };
  if (explored.scores.every((score) => score >= 1 - 1e-9)) return end(scope, here, 'solved');
  if (limit !== undefined) return end(scope, here, 'budget');

  const input = {
    runId,
    path,
    evaluationPath: explored.path,
    candidate: state.candidate,
    list: state.list,
    subset: state.id,
    epoch: state.epoch,
    failed: state.failed,
  };
  const proposal = await propose(scope, optimize.inner === 'function' ? { ...input, room: roomForTrials(share, used, state.list.size) } : input);
  let usage = addUsage(subtract(used, state.used), proposal.usage);
  let verdict: EditVerdict = 'no-edit';
  let after: { readonly score: Score; readonly scores: readonly number[] } | undefined;
  let next: SubsetState = { ...here, epoch: state.epoch + 1, patience: state.patience - 1 };
  if (proposal.candidate !== undefined) {
    const tried = await evaluate(scope, `${path}/gate`, proposal.candidate, state.list);
    usage = addUsage(usage, tried.usage);
    limit = tried.limit ?? proposal.limit;
    after = { score: { mean: mean(tried.scores), n: tried.scores.length }, scores: tried.scores };
    const decision = gate({
      before: explored.scores,
      after: tried.scores,
      tokensBefore: state.candidate.tokens,
      tokensAfter: proposal.candidate.tokens,
      tolerance: scope.plan.gate.tolerance,
    });
    verdict = decision.accepted ? 'accepted' : 'rolled-back';
    if (decision.accepted)
      next = { ...next, candidate: proposal.candidate, explored: { path: `${path}/gate`, scores: tried.scores }, patience: optimize.patience };
  }
  if (verdict !== 'accepted') next = { ...next, failed: [...state.failed, proposal.proposal].slice(-REMEMBERED) };
  next = { ...next, used: addUsage(state.used, usage) };
  await scope.gate.step(() =>
    scope.act.recordEvents({
      runId,
      events: [
        {
          path,
          number: 0,
          proposal: proposal.proposal,
          ...(after === undefined ? {} : { evidence: { list: state.list.list, before: explored.scores, after: after.scores } }),
          body: {
            type: 'epoch-ended',
            subset: state.id,
            epoch: state.epoch,
            verdict,
            before,
            ...(after === undefined ? {} : { after: after.score }),
            edits: [],
            rejected: [],
            candidate: next.candidate,
            droppedAnswers: 0,
            usage,
          },
        },
      ],
    }),
  );
  return limit === undefined ? next : end(scope, next, 'budget');
}

/** The inner optimizer's edits. */
export function propose(scope: RunScope, input: ProposeInput): Promise<ProposeResult> {
  return scope.gate.step(() => {
    switch (scope.plan.optimize.inner) {
      case 'reflect':
        return scope.act.propose(input);
      case 'bootstrap':
        return scope.act.bootstrap(input);
      case 'function':
        return scope.act.proposeByFunction(input);
    }
  });
}

/** What of a share a function's trials may use: what is left when the gate is set aside. */
export function roomForTrials(share: Share, used: Usage, gateTasks: number): Share {
  const { rollouts, tokens } = amountOf(used);
  const left = (limit: number | null, amount: number) => (limit === null ? null : Math.max(0, limit - amount));
  return { rollouts: left(share.rollouts, rollouts + gateTasks), tokens: left(share.tokens, tokens + Math.ceil((tokens / Math.max(1, rollouts)) * gateTasks)) };
}

/** Demos from the benchmark's given answers need no rollout: select judges them. */
async function demosFromAnswers(scope: RunScope, state: SubsetState): Promise<SubsetState> {
  const path = `optimize/${state.id}/epoch-01`;
  const proposal = await scope.gate.step(() =>
    scope.act.bootstrap({
      runId: scope.plan.runId,
      path,
      evaluationPath: '',
      candidate: state.candidate,
      list: state.list,
      subset: state.id,
      epoch: 1,
      failed: [],
    }),
  );
  const candidate = proposal.candidate ?? state.candidate;
  await scope.gate.step(() =>
    scope.act.recordEvents({
      runId: scope.plan.runId,
      events: [
        {
          path,
          number: 0,
          proposal: proposal.proposal,
          body: {
            type: 'epoch-ended',
            subset: state.id,
            epoch: 1,
            verdict: proposal.candidate === undefined ? 'no-edit' : 'accepted',
            edits: [],
            rejected: [],
            candidate,
            droppedAnswers: 0,
            usage: NO_USAGE,
          },
        },
      ],
    }),
  );
  return end(scope, { ...state, candidate, epoch: 2 }, 'epochs');
}

async function end(scope: RunScope, state: SubsetState, reason: NonNullable<SubsetState['ended']>, note?: string): Promise<SubsetState> {
  const after: Score | undefined = state.explored === undefined ? undefined : { mean: mean(state.explored.scores), n: state.explored.scores.length };
  await record(scope, state, 1, {
    type: 'subset-ended',
    subset: state.id,
    candidate: state.candidate,
    ...(state.first === undefined ? {} : { before: state.first }),
    ...(after === undefined ? {} : { after }),
    reason,
    ...(note === undefined ? {} : { note }),
  });
  return { ...state, ended: reason };
}

async function record(
  scope: RunScope,
  state: SubsetState,
  number: number,
  body: Parameters<RunScope['act']['recordEvents']>[0]['events'][number]['body'],
): Promise<void> {
  await scope.gate.step(() => scope.act.recordEvents({ runId: scope.plan.runId, events: [{ path: `optimize/${state.id}`, number, body }] }));
}

/** What the epochs before used on average is what the next will, but never less than its rollouts and a proposal take. */
function forecastTokens(plan: RunPlan, state: SubsetState): number {
  const attempts = state.list.size * tokensOf(plan, state.candidate);
  const least = (state.explored === undefined ? 2 : 1) * attempts + proposalTokens(plan.optimize.inner, attempts);
  return Math.max(least, Math.ceil(amountOf(state.used).tokens / Math.max(1, state.epoch - 1)));
}

function subtract(left: Usage, right: Usage): Usage {
  return {
    rollouts: left.rollouts - right.rollouts,
    calls: left.calls - right.calls,
    promptTokens: left.promptTokens - right.promptTokens,
    completionTokens: left.completionTokens - right.completionTokens,
  };
}
