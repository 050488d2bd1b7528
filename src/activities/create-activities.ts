// The activities a worker registers, bound to their dependencies.

import { WatersmeetError } from '../core/failures.js';
import { asActivity } from './as-activity.js';
import { bootstrap } from './bootstrap.js';
import { confirm, finishRun, prove } from './conclude.js';
import type { Activities } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';
import { evaluateBatch } from './evaluate-batch.js';
import { chooseFinalists } from './finalists.js';
import { composeCandidate, planLevel, planMerge, readClusters, uniteParents } from './merge.js';
import { readNodes, storeNodes } from './nodes.js';
import { openRun } from './open-run.js';
import { divideTasks, failingTasks, orderList, readSubsets, uniteLists } from './partition.js';
import { proposeByFunction } from './propose-by-function.js';
import { propose } from './propose.js';
import { recordEvents } from './record-events.js';
import { prepareScheduledRun, promoteIfBetter } from './scheduled.js';

type Implementation<Input, Result> = (dependencies: ActivityDependencies, input: Input, signal: AbortSignal) => Promise<Result>;

export function createActivities(dependencies: ActivityDependencies): Activities {
  /** Work that starts nothing new when the run is paused, cancelled or its process is stopping. */
  const work = <Input extends { readonly runId: string }, Result>(implementation: Implementation<Input, Result>) =>
    asActivity<Input, Result>((input, signal) =>
      dependencies.working(input.runId, () => {
        const reason = dependencies.stopReason(input.runId);
        if (reason !== undefined) throw new WatersmeetError(reason, `Nothing new is started: ${reason}.`);
        return implementation(dependencies, input, signal);
      }),
    );
  /** Bookkeeping that is done whatever a person wishes. */
  const book = <Input, Result>(implementation: Implementation<Input, Result>) =>
    asActivity<Input, Result>((input, signal) => implementation(dependencies, input, signal));

  return {
    openRun: book(openRun),
    recordEvents: book(recordEvents),
    finishRun: book(finishRun),
    storeNodes: book(storeNodes),
    readNodes: book(readNodes),
    readSubsets: book(readSubsets),
    readClusters: book(readClusters),
    uniteLists: book(uniteLists),
    orderList: book(orderList),
    failingTasks: book(failingTasks),
    composeCandidate: book(composeCandidate),
    chooseFinalists: book(chooseFinalists),
    confirm: book(confirm),
    prove: book(prove),
    prepareScheduledRun: book(prepareScheduledRun),
    promoteIfBetter: book(promoteIfBetter),
    divideTasks: work(divideTasks),
    planLevel: work(planLevel),
    evaluateBatch: work(evaluateBatch),
    propose: work(propose),
    proposeByFunction: work(proposeByFunction),
    bootstrap: work(bootstrap),
    planMerge: work(planMerge),
    uniteParents: work(uniteParents),
  };
}
