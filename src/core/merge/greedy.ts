/**
 * The greedy search of a merge: which of an ordered list of offers to keep, by trying groups and halving those that hurt.
 * A pure state machine that a workflow drives; it knows numbers only, never candidates or scores.
 *
 * @example
 * let state = startGreedy(roundSizes(offers));
 * for (let trial = nextTrial(state); trial !== undefined; trial = nextTrial(state)) {
 *   const tried = applyOffers(kept, trial.offers.map((index) => offers[index]), limits);
 *   const { accepted } = mergeGate(...); // tried against kept, on the level's pool
 *   if (accepted) kept = tried;
 *   state = recordTrial(state, accepted);
 * }
 */

/** Offers from `from` up to, not including, `to`. */
interface Range {
  readonly from: number;
  readonly to: number;
}

interface PendingGroup extends Range {
  /** The second half of a group that hurt: if the first half is kept as a whole, this one is known to hurt on top of it. */
  readonly secondHalf?: true;
}

/** JSON, and small: two numbers for each group kept and for each halving under way. */
export interface GreedyState {
  /** How many offers there are. */
  readonly offers: number;
  /** Groups that were kept, in the order of their trials. */
  readonly kept: readonly Range[];
  /** Groups still to be tried, the next one first. */
  readonly pending: readonly PendingGroup[];
  readonly trials: number;
  /** Offers that are not to be tried any more, ascending; absent if there are none. */
  readonly withdrawn?: readonly number[];
}

export interface Trial {
  /** Indices of offers to try together on top of what is kept, ascending; at least one. */
  readonly offers: readonly number[];
}

/**
 * @param roundSizes the offers of each round, in order: rounds are tried one after another and never in one group. One
 *   number for a plain list. Whole numbers of 0 or more.
 * @throws RangeError otherwise.
 */
export function startGreedy(roundSizes: readonly number[]): GreedyState {
  const pending: PendingGroup[] = [];
  let offers = 0;
  for (const size of roundSizes) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`A round of ${size} offers was asked for: it takes a whole number of 0 or more.`);
    if (size > 0) pending.push({ from: offers, to: offers + size });
    offers += size;
  }
  return { offers, kept: [], pending, trials: 0 };
}

/** The group to try next; undefined when every offer is decided. */
export function nextTrial({ pending, withdrawn }: GreedyState): Trial | undefined {
  return pending[0] === undefined ? undefined : { offers: live(pending[0], withdrawn) };
}

/**
 * After a trial. A group that does not hurt is kept as a whole; one that hurts is split into halves, which are tried next,
 * the first (more prevalent) half first; a single offer that hurts is refused. If the first half is kept as a whole, the
 * second is known to hurt on top of it, since both together did: it is split without a trial. A single offer always gets
 * its own trial.
 *
 * Bound: n offers in one round take from 1 to 2n - 1 trials, several rounds the sum of theirs. If each offer hurts or not
 * by itself, and k of n do, at most 1 + 2k ceil(log2 n). Every offer ends kept or refused, whatever the answers are.
 *
 * @throws RangeError if no trial is pending.
 */
export function recordTrial(state: GreedyState, keep: boolean): GreedyState {
  const [tried, next, ...others] = state.pending;
  if (tried === undefined) throw new RangeError('A trial of a greedy search was recorded, but none is pending.');
  const split = (group: Range): PendingGroup[] => trimmed(halves(group), state.withdrawn);
  const rest =
    next === undefined ? [] : keep && next.secondHalf && size(next) > 1 ? [...split(next), ...others] : [{ from: next.from, to: next.to }, ...others];
  if (!keep) return { ...state, trials: state.trials + 1, pending: [...split(tried), ...rest] };
  return { ...state, trials: state.trials + 1, pending: rest, kept: [...state.kept, { from: tried.from, to: tried.to }] };
}

/** Takes back offers that are not decided yet: what was kept makes them pointless. They count as refused. */
export function withdrawOffers(state: GreedyState, offers: readonly number[]): GreedyState {
  if (offers.length === 0) return state;
  const withdrawn = [...new Set([...(state.withdrawn ?? []), ...offers])].sort((a, b) => a - b);
  return { ...state, withdrawn, pending: trimmed(state.pending, withdrawn) };
}

/** Ends a search early, when a budget is reached: what is not decided yet is refused. */
export function stopGreedy(state: GreedyState): GreedyState {
  return { ...state, pending: [] };
}

/** The groups kept, in the order of their trials: applying them one after another to the base gives the result again. */
export function keptGroups({ kept, withdrawn }: GreedyState): readonly (readonly number[])[] {
  return kept.map((group) => live(group, withdrawn));
}

/** Offers refused so far, ascending: neither kept nor pending. */
export function refusedOffers({ offers, kept, pending, withdrawn }: GreedyState): readonly number[] {
  const open = new Set([...kept, ...pending].flatMap((group) => live(group, withdrawn)));
  return indices({ from: 0, to: offers }).filter((index) => !open.has(index));
}

/** None for a single offer. */
function halves(group: Range): PendingGroup[] {
  if (size(group) < 2) return [];
  const middle = group.from + Math.ceil(size(group) / 2);
  return [
    { from: group.from, to: middle },
    { from: middle, to: group.to, secondHalf: true },
  ];
}

/** Groups that begin and end with an offer that was not withdrawn; those without any are left out. */
function trimmed(groups: readonly PendingGroup[], withdrawn: readonly number[] | undefined): PendingGroup[] {
  if (withdrawn === undefined) return [...groups];
  return groups.flatMap((group) => {
    const offers = live(group, withdrawn);
    return offers.length === 0 ? [] : [{ ...group, from: offers[0] as number, to: (offers.at(-1) as number) + 1 }];
  });
}

function live(group: Range, withdrawn: readonly number[] = []): number[] {
  return withdrawn.length === 0 ? indices(group) : indices(group).filter((index) => !withdrawn.includes(index));
}

function size({ from, to }: Range): number {
  return to - from;
}

function indices({ from, to }: Range): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
