// Up to 32 subsets of a run, through 8 lanes.

import { continueAsNew } from '@temporalio/workflow';
import type { RunPlan } from '../activities/contract.js';
import type { EnginePace } from '../core/messages.js';
import type { Share } from '../core/budget.js';
import { openScope } from './evaluate.js';
import { stepAll } from './groups.js';
import { nextEpoch, nodeOf, startSubset, type SubsetState } from './optimize-subset.js';

export interface OptimizeGroupInput {
  readonly plan: RunPlan;
  readonly pace: EnginePace;
  readonly partition: string;
  /** Subsets [from, to) of the partition. */
  readonly from: number;
  readonly to: number;
  /** Each subset's share of the plan limits. */
  readonly share: Share;
  /** Only the first so many subsets of the run have one: there is nothing for the others. */
  readonly learners: number;
  /** Carried over a continue-as-new. */
  readonly states?: readonly SubsetState[];
}

const NOTHING: Share = { rollouts: 0, tokens: 0 };

/** Returns the reference of the group's nodes. */
export async function optimizeGroup(input: OptimizeGroupInput): Promise<string> {
  const scope = openScope(input.plan, input.pace);
  const { runId } = input.plan;
  const begun =
    input.states ??
    (await scope.gate.step(() => scope.act.readSubsets({ runId, partition: input.partition, from: input.from, to: input.to }))).map(({ id, list }) =>
      startSubset(scope, id, list),
    );
  const { states, finished } = await stepAll(input.pace, begun, (state, index) =>
    nextEpoch(scope, state, input.from + index < input.learners ? input.share : NOTHING),
  );
  if (!finished) return continueAsNew<typeof optimizeGroup>({ ...input, states });
  return scope.gate.step(() => scope.act.storeNodes({ runId, nodes: states.map(nodeOf) }));
}
