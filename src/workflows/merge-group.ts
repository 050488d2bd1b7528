// Up to 32 nodes of one level of the merge tree, through 8 lanes.

import { continueAsNew } from '@temporalio/workflow';
import type { ListReference, RunPlan } from '../activities/contract.js';
import type { EnginePace } from '../core/messages.js';
import type { Share } from '../core/budget.js';
import { nodeId } from '../core/merge/tree.js';
import { openScope } from './evaluate.js';
import { stepAll } from './groups.js';
import { nextMergeStep, startMerge, type MergeState } from './merge-node.js';

export interface MergeGroupInput {
  readonly plan: RunPlan;
  readonly pace: EnginePace;
  readonly level: number;
  readonly clusters: string;
  /** Clusters [from, to) of the level. */
  readonly from: number;
  readonly to: number;
  /** The level's tasks: all nodes are gated on the same. */
  readonly pool: ListReference;
  /** Each node's share of the plan limits. */
  readonly share: Share;
  /** Carried over a continue-as-new. */
  readonly states?: readonly MergeState[];
}

/** Returns the reference of the merged nodes. */
export async function mergeGroup(input: MergeGroupInput): Promise<string> {
  const scope = openScope(input.plan, input.pace);
  const { runId } = input.plan;
  const begun =
    input.states ??
    (await scope.gate.step(() => scope.act.readClusters({ runId, clusters: input.clusters, from: input.from, to: input.to }))).map((parents, index) =>
      startMerge(nodeId(input.level, input.from + index + 1), input.level, parents),
    );
  const { states, finished } = await stepAll(input.pace, begun, (state) => nextMergeStep(scope, input.pool, input.share, state));
  if (!finished) return continueAsNew<typeof mergeGroup>({ ...input, states });
  return scope.gate.step(() => scope.act.storeNodes({ runId, nodes: states.map((state) => state.ended!) }));
}
