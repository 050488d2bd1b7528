// The scores of a candidate on a list of tasks, in batches.

import { continueAsNew, startChild, workflowInfo } from '@temporalio/workflow';
import type { Activities, ListReference, RunPlan } from '../activities/contract.js';
import { tokensOfRollout } from '../core/budget.js';
import { BATCH_SIZE as BATCH } from '../core/batches.js';
import type { CandidateReference } from '../core/candidate.js';
import type { EnginePace } from '../core/messages.js';
import { addUsage, NO_USAGE, type Usage } from '../core/outcome.js';
import { lanes } from './lanes.js';
import { activities, childTimeouts } from './proxies.js';
import { RunGate } from './run-gate.js';

/** Lists with more batches than this share of a history's events are evaluated in a child workflow: 20 of 1,500, so 1,000 tasks. */
const INLINE_SHARE = 1 / 75;
/** An execution of that child takes so many events a batch, and continues as new before they are more than its history may hold. */
const EVENTS_OF_A_BATCH = 5;

export interface Scores {
  /** In list order. */
  readonly scores: readonly number[];
  readonly failed: number;
  readonly usage: Usage;
  readonly limit?: 'money' | 'time';
  /** The endpoint's words, if it refused the request of every single task. */
  readonly refusal?: string;
}

/** What every part of a run needs to take a step. */
export interface RunScope {
  readonly plan: RunPlan;
  readonly pace: EnginePace;
  readonly act: Activities;
  readonly gate: RunGate;
}

export function openScope(plan: RunPlan, pace: EnginePace): RunScope {
  const act = activities(pace);
  return { plan, pace, act, gate: new RunGate(act, plan.runId, pace) };
}

/** Tokens that a rollout of the candidate takes, by what the baseline measured. */
export function tokensOf({ measured, seed }: RunPlan, candidate: CandidateReference): number {
  return measured === undefined ? 0 : tokensOfRollout(measured, candidate, seed);
}

/** Evaluates tasks [from, to) of a list. */
export async function evaluate(
  scope: RunScope,
  path: string,
  candidate: CandidateReference,
  list: ListReference,
  range: { readonly from: number; readonly to: number } = { from: 0, to: list.size },
): Promise<Scores> {
  const batches = batchesOf(range.from, range.to);
  if (batches.length <= scope.pace.historyEvents * INLINE_SHARE) return evaluateBatches(scope, path, candidate, list.list, batches);
  const input: EvaluationGroupInput = { plan: scope.plan, pace: scope.pace, path, candidate, list: list.list, from: range.from, to: range.to, done: NOTHING };
  return scope.gate.child(() =>
    startChild(evaluationGroup, {
      ...childTimeouts(scope.pace),
      workflowId: `${workflowInfo().workflowId}/${path}/${candidate.hash.slice(0, 8)}`,
      args: [input],
    }),
  );
}

export interface EvaluationGroupInput {
  readonly plan: RunPlan;
  readonly pace: EnginePace;
  readonly path: string;
  readonly candidate: CandidateReference;
  readonly list: string;
  readonly from: number;
  readonly to: number;
  /** What earlier executions evaluated. */
  readonly done: Scores;
}

const NOTHING: Scores = { scores: [], failed: 0, usage: NO_USAGE };

/** A long list, in a workflow of its own: the history of its parent stays small. */
export async function evaluationGroup(input: EvaluationGroupInput): Promise<Scores> {
  const scope = openScope(input.plan, input.pace);
  const batches = Math.max(1, Math.floor(input.pace.historyEvents / EVENTS_OF_A_BATCH));
  const end = Math.min(input.to, input.from + batches * BATCH);
  const scores = await evaluateBatches(scope, input.path, input.candidate, input.list, batchesOf(input.from, end));
  const done = joined([input.done, scores]);
  if (end === input.to) return done;
  return continueAsNew<typeof evaluationGroup>({ ...input, from: end, done });
}

interface Batch {
  readonly offset: number;
  readonly count: number;
}

function batchesOf(from: number, to: number): readonly Batch[] {
  return Array.from({ length: Math.ceil((to - from) / BATCH) }, (_, index) => ({
    offset: from + index * BATCH,
    count: Math.min(BATCH, to - from - index * BATCH),
  }));
}

async function evaluateBatches(scope: RunScope, path: string, candidate: CandidateReference, list: string, batches: readonly Batch[]): Promise<Scores> {
  const results = await lanes(scope.plan.batchLanes, batches, ({ offset, count }) =>
    scope.gate.step(() => scope.act.evaluateBatch({ runId: scope.plan.runId, path, candidate, list, offset, count })),
  );
  return joined(results);
}

function joined(parts: readonly Scores[]): Scores {
  const limit = parts.find((part) => part.limit !== undefined)?.limit;
  const evaluated = parts.filter((part) => part.scores.length > 0);
  const refusal = evaluated.every((part) => part.refusal !== undefined) ? evaluated[0]?.refusal : undefined;
  return {
    scores: parts.flatMap((part) => part.scores),
    failed: parts.reduce((sum, part) => sum + part.failed, 0),
    usage: parts.reduce((sum, part) => addUsage(sum, part.usage), NO_USAGE),
    ...(limit === undefined ? {} : { limit }),
    ...(refusal === undefined ? {} : { refusal }),
  };
}
