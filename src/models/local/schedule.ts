// Which request runs next, and on which slot. Pure.
//
// A slot is one sequence in the model's memory: it holds the prompt of its last request. Evaluating a prompt of 1,000 tokens takes seconds, a short
// message behind a prompt that is loaded takes a fifth of one: requests for what is loaded go first.

import { countTokens, reusableChunks, type Chunk } from './chunk-plan.js';

export interface WaitingRequest {
  readonly chunks: readonly Chunk[];
  /** How often a request that arrived later was chosen before this one. */
  readonly passedBy: number;
}

export interface Slot {
  /** Slots of one lane share a processor core: one of them runs at a time. */
  readonly lane: number;
  readonly laneIsIdle: boolean;
  readonly loaded: readonly Chunk[];
  /** Larger is later; any number below all others for a slot never used. */
  readonly lastUsed: number;
}

export interface Choice {
  /** Index into the waiting requests. */
  readonly request: number;
  /** Index into the slots. */
  readonly slot: number;
  /** Leading chunks of the request that are in memory already. */
  readonly reused: number;
}

interface Placement extends Choice {
  readonly reusedTokens: number;
}

/**
 * Of the requests (in order of arrival), the one with the most tokens in memory; ties by arrival. A request that was passed `maxPasses` times goes
 * first: nothing waits for ever. Undefined when nothing waits or no lane is idle, or when everything that waits is better off with a busy lane.
 */
export function chooseNext(waiting: readonly WaitingRequest[], slots: readonly Slot[], maxPasses: number): Choice | undefined {
  if (!slots.some((slot) => slot.laneIsIdle)) return undefined;
  const overdue = waiting.findIndex(({ passedBy }) => passedBy >= maxPasses);
  const due = waiting[overdue];
  if (due !== undefined) return place(due, overdue, slots);

  let best: Placement | undefined;
  const aheadOnSlot = new Map<number, number>();
  for (const [index, request] of waiting.entries()) {
    const placement = place(request, index, slots);
    if (placement === undefined || waitsForBusyLane(request, placement, slots, aheadOnSlot)) continue;
    if (best === undefined || placement.reusedTokens > best.reusedTokens) best = placement;
  }
  return best;
}

/**
 * The idle slot for a request: the one that keeps most, if at least half of what it holds is kept; else the least recently used one, so that a slot
 * with a long prompt is not given up for a few common tokens.
 */
function place(request: WaitingRequest, index: number, slots: readonly Slot[]): Placement | undefined {
  let extended: Placement | undefined;
  let oldest: Placement | undefined;
  for (const [position, slot] of slots.entries()) {
    if (!slot.laneIsIdle) continue;
    const reused = reusableChunks(request.chunks, slot.loaded);
    const placement = { request: index, slot: position, reused, reusedTokens: countTokens(request.chunks.slice(0, reused)) };
    if (reused > 0 && 2 * placement.reusedTokens >= countTokens(slot.loaded) && placement.reusedTokens > (extended?.reusedTokens ?? 0)) extended = placement;
    if (oldest === undefined || slot.lastUsed < (slots[oldest.slot]?.lastUsed ?? 0)) oldest = placement;
  }
  return extended ?? oldest;
}

/**
 * Whether a request should wait for the busy lane that holds its prompt: yes, until the requests that wait for the same slot before it are more work
 * (in tokens) than loading the prompt a second time.
 */
function waitsForBusyLane(request: WaitingRequest, placement: Placement, slots: readonly Slot[], aheadOnSlot: Map<number, number>): boolean {
  let home: number | undefined;
  let atHome = placement.reusedTokens;
  for (const [position, slot] of slots.entries()) {
    if (slot.laneIsIdle) continue;
    const tokens = countTokens(request.chunks.slice(0, reusableChunks(request.chunks, slot.loaded)));
    if (tokens > atHome) {
      home = position;
      atHome = tokens;
    }
  }
  if (home === undefined) return false;
  const ahead = aheadOnSlot.get(home) ?? 0;
  aheadOnSlot.set(home, ahead + countTokens(request.chunks) - atHome);
  return ahead <= atHome - placement.reusedTokens;
}
