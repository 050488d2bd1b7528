// What never changes in a game: its places, receptacles and objects with their names, and what may be done with them.

import type { AlfworldGameRecord } from './game-record.js';
import { displayNames } from './display-names.js';

export interface Location {
  readonly index: number;
  /** As in `loc 12`: the old wording tells it on arrival. */
  readonly name: string;
  readonly receptacles: readonly Receptacle[];
}

export interface Receptacle {
  /** Its place in the order of ids, which is the order of every list that is told. */
  readonly index: number;
  /** As in `cabinet 3`. */
  readonly name: string;
  /** As in `cabinet`. */
  readonly type: string;
  readonly location: Location;
  readonly openable: boolean;
  readonly openAtStart: boolean;
  /** Types of objects that can be put here. */
  readonly holds: ReadonlySet<string>;
}

export interface Thing {
  /** Likewise. */
  readonly index: number;
  readonly name: string;
  readonly type: string;
  readonly pickupable: boolean;
  readonly cleanable: boolean;
  readonly heatable: boolean;
  readonly coolable: boolean;
  readonly toggleable: boolean;
  readonly sliceable: boolean;
  /** Whether it is a bowl, a box or the like; `contents` is then told when it is examined. */
  readonly container: boolean;
  readonly contents: readonly Thing[];
  /** Where the game says that it is at first; usually one. */
  readonly locationsAtStart: readonly Location[];
  readonly receptaclesAtStart: readonly Receptacle[];
  readonly conditionsAtStart: readonly Condition[];
}

/** What can become of an object. */
export type Condition = 'hot' | 'cool' | 'clean' | 'sliced' | 'toggled';

export interface World {
  /** What the agent is told to do. */
  readonly task: string;
  readonly start: Location;
  readonly locations: readonly Location[];
  readonly receptacles: readonly Receptacle[];
  readonly things: readonly Thing[];
}

/** Flags of an object in a record. */
const CONDITION_FLAGS: readonly (readonly [string, Condition])[] = [
  ['H', 'hot'],
  ['K', 'cool'],
  ['C', 'clean'],
  ['S', 'sliced'],
];

/** @throws Error if the record names an entity that it does not have. */
export function createWorld(record: AlfworldGameRecord): World {
  const locationIds = [...new Set([record.at, ...record.rec.map(([, , location]) => location), ...record.obj.flatMap(([, , , at]) => at)])].sort();
  const names = displayNames([...locationIds, ...record.rec.map(([id]) => id), ...record.obj.map(([id]) => id)]);

  const receptaclesAt = new Map(locationIds.map((id): [string, Receptacle[]] => [id, []]));
  const locations = new Map(locationIds.map((id, index): [string, Location] => [id, { index, name: names.get(id)!, receptacles: receptaclesAt.get(id)! }]));
  const holds = new Map(Object.entries(record.can).map(([type, types]) => [type, new Set(types)]));
  const receptacles = new Map<string, Receptacle>();
  for (const [index, [id, type, location, opening]] of sortedById(record.rec).entries()) {
    const receptacle: Receptacle = {
      index,
      name: names.get(id)!,
      type,
      location: locations.get(location)!,
      openable: (opening & 1) !== 0,
      openAtStart: (opening & 2) !== 0,
      holds: holds.get(type) ?? new Set(),
    };
    receptacles.set(id, receptacle);
    receptaclesAt.get(location)!.push(receptacle);
  }

  const contents = new Map(record.obj.map(([id]): [string, Thing[]] => [id, []]));
  const things = new Map<string, Thing>();
  for (const [index, [id, type, flags, at, inside]] of sortedById(record.obj).entries()) {
    things.set(id, {
      index,
      name: names.get(id)!,
      type,
      pickupable: flags.includes('p'),
      cleanable: flags.includes('c'),
      heatable: flags.includes('h'),
      coolable: flags.includes('k'),
      toggleable: flags.includes('t'),
      sliceable: flags.includes('s'),
      container: flags.includes('r'),
      contents: contents.get(id)!,
      locationsAtStart: unique(at.map((location) => locations.get(location)!)),
      receptaclesAtStart: unique(inside.map((receptacle) => found(receptacles, receptacle))),
      conditionsAtStart: CONDITION_FLAGS.filter(([flag]) => flags.includes(flag)).map(([, condition]) => condition),
    });
  }
  // A fact may be told twice.
  for (const [inner, outer] of [...record.inner].sort(([one], [other]) => compareIds(one, other))) {
    const inside = found(contents, outer);
    const thing = found(things, inner);
    if (!inside.includes(thing)) inside.push(thing);
  }
  return {
    task: record.task,
    start: locations.get(record.at)!,
    locations: [...locations.values()],
    receptacles: [...receptacles.values()],
    things: [...things.values()],
  };
}

function sortedById<T extends readonly [string, ...unknown[]]>(entities: readonly T[]): readonly T[] {
  return [...entities].sort(([one], [other]) => compareIds(one, other));
}

function unique<T>(entities: readonly T[]): readonly T[] {
  return [...new Set(entities)];
}

function compareIds(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function found<T>(entities: ReadonlyMap<string, T>, id: string): T {
  const entity = entities.get(id);
  if (entity === undefined) throw new Error(`the game names "${id}" and does not say what it is`);
  return entity;
}
