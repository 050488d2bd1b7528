// An environment of one's own: a depot in which a parcel has to be found, prepared as its marks demand, and brought to its dock.
//
// What the marks demand, and where which parcels lie, is written here and nowhere else: an agent has to find out.

import type { Environment, EnvironmentContext, EnvironmentState, Task } from 'watersmeet';

/** What a task's input is. */
export interface Delivery {
  readonly parcel: number;
  readonly marks: readonly string[];
  readonly dock: string;
}

const AISLES = ['aisle 1', 'aisle 2', 'aisle 3', 'aisle 4', 'aisle 5', 'aisle 6'];
const DOCKS = ['dock A', 'dock B', 'dock C'];
export const STATIONS = ['ice station', 'padding station', 'customs desk', 'scale'];

/** By a parcel's first mark. */
const AISLE_OF: Readonly<Record<string, string>> = { frozen: 'aisle 5', fragile: 'aisle 3', foreign: 'aisle 6', heavy: 'aisle 4', plain: 'aisle 1' };
/** By each of its marks, with what the dock says when it is missing. */
const NEEDS: Readonly<Record<string, { readonly station: string; readonly refusal: string }>> = {
  frozen: { station: 'ice station', refusal: 'it is not cold enough' },
  fragile: { station: 'padding station', refusal: 'it would break' },
  foreign: { station: 'customs desk', refusal: 'it has no stamp' },
  heavy: { station: 'scale', refusal: 'nobody knows its weight' },
};

/** An environment is a function that makes one for a rollout. It may use `context.random()`, and no other chance. */
export function depot(context: EnvironmentContext): Environment {
  let task: Delivery;
  let place: string;
  let carries: boolean;
  let prepared: Set<string>;
  let ended: { readonly score: number } | undefined;
  /** Numbers of parcels that lie about and do not matter. */
  let others: ReadonlyMap<string, number>;

  const home = () => AISLE_OF[task.marks[0] ?? 'plain'] ?? 'aisle 1';

  function tell(observation: string): EnvironmentState {
    const here = [
      ...(!carries && place === home() ? [`take parcel ${task.parcel}`] : []),
      ...(STATIONS.includes(place) ? ['use'] : []),
      ...(carries && DOCKS.includes(place) ? ['deliver'] : []),
    ];
    const admissible =
      ended === undefined ? [...[...AISLES, ...STATIONS, ...DOCKS].filter((other) => other !== place).map((other) => `go to ${other}`), ...here] : [];
    return { observation, admissible, done: ended !== undefined, score: ended?.score ?? 0 };
  }

  function arrive(at: string): EnvironmentState {
    place = at;
    if (!AISLES.includes(at)) return tell(`You are at ${at}.`);
    const parcels = [...(!carries && at === home() ? [task.parcel] : []), others.get(at)!].sort((left, right) => left - right);
    return tell(`You are in ${at}. Here: ${parcels.map((parcel) => `parcel ${parcel}`).join(', ')}.`);
  }

  function deliver(): EnvironmentState {
    const missing = task.marks.find((mark) => NEEDS[mark] !== undefined && !prepared.has(NEEDS[mark].station));
    const right = place === task.dock;
    ended = { score: right && missing === undefined ? 1 : 0 };
    if (!right) return tell(`Refused: parcel ${task.parcel} is for ${task.dock}.`);
    return tell(missing === undefined ? `Parcel ${task.parcel} is on its way.` : `Refused: ${NEEDS[missing]!.refusal}.`);
  }

  return {
    reset(one: Omit<Task, 'expected'>) {
      task = one.input as unknown as Delivery;
      carries = false;
      prepared = new Set();
      ended = undefined;
      others = new Map(AISLES.map((aisle) => [aisle, 1_000 + Math.floor(context.random() * 9_000)]));
      place = 'gate';
      const marks = task.marks.length === 0 ? 'no marks' : `marked ${task.marks.join(' and ')}`;
      return tell(`You are at the gate of a depot with ${AISLES.length} aisles. Bring parcel ${task.parcel} (${marks}) to ${task.dock}.`);
    },
    step(action) {
      const target = /^go to (.+)$/.exec(action)?.[1];
      if (target !== undefined && [...AISLES, ...STATIONS, ...DOCKS].includes(target)) return arrive(target);
      if (action === `take parcel ${task.parcel}` && !carries && place === home()) {
        carries = true;
        return tell(`You carry parcel ${task.parcel}.`);
      }
      if (action === 'use' && STATIONS.includes(place)) {
        if (carries) prepared.add(place);
        return tell(carries ? `The ${place} is done with the parcel.` : 'There is nothing to put on it.');
      }
      if (action === 'deliver' && carries && DOCKS.includes(place)) return deliver();
      // What is not understood, or not possible here, is told: it is no error.
      return tell(`That is not possible: ${action}`);
    },
  };
}

/** So many deliveries, the same each time. Every third parcel has two marks. */
export function deliveries(count: number): readonly Task[] {
  const marks = Object.keys(NEEDS);
  return Array.from({ length: count }, (_, index) => {
    const first = marks[index % marks.length]!;
    const second = marks[(index + 1 + (Math.floor(index / marks.length) % (marks.length - 1))) % marks.length]!;
    const marked = index % 3 === 2 ? [first, second] : [first];
    const parcel = 101 + index;
    return { id: `parcel-${parcel}`, input: { parcel, marks: marked, dock: DOCKS[index % DOCKS.length]! }, category: first };
  });
}
