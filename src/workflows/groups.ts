// What optimize groups and merge groups have in common: many items through a few lanes, continuing as new at a step
// boundary when the history grows long.

import { allHandlersFinished, condition, workflowInfo } from '@temporalio/workflow';
import type { EnginePace } from '../core/messages.js';
import { lanes } from './lanes.js';

/** Items of a group, and lanes they go through. */
export const GROUP_SIZE = 32;
export const GROUP_LANES = 8;

function historyIsLong(pace: EnginePace): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength > pace.historyEvents || continueAsNewSuggested;
}

/** Steps every item until all have ended or the history is long. Items keep their order. */
export async function stepAll<State extends { readonly ended?: unknown }>(
  pace: EnginePace,
  states: readonly State[],
  step: (state: State, index: number) => Promise<State>,
): Promise<{ readonly states: readonly State[]; readonly finished: boolean }> {
  const stepped = await lanes(GROUP_LANES, states, async (state, index) => {
    let current = state;
    while (current.ended === undefined && !historyIsLong(pace)) current = await step(current, index);
    return current;
  });
  await condition(allHandlersFinished);
  return { states: stepped, finished: stepped.every((state) => state.ended !== undefined) };
}
