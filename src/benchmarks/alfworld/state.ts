// What changes in a game, and the effects of the actions on it (those of ALFRED's PDDL domain).

import type { Condition, Location, Receptacle, Thing, World } from './world.js';

/** What a goal can ask about. */
export interface Facts {
  readonly world: World;
  /** Whether these are the facts that can ever become true: then of none it is known that it is false. */
  readonly possible: boolean;
  agentIsAt(location: Location): boolean;
  isHeld(thing: Thing): boolean;
  isIn(thing: Thing, receptacle: Receptacle): boolean;
  isAt(thing: Thing, location: Location): boolean;
  isOpen(receptacle: Receptacle): boolean;
  is(thing: Thing, condition: Condition): boolean;
}

export class GameState implements Facts {
  readonly world: World;
  readonly possible = false;
  #location: Location;
  #held: Thing | undefined;
  readonly #open: boolean[];
  /** By receptacle, in the order of ids. One thing may be in several: some games say so. */
  readonly #contents: Thing[][];
  /** By receptacle: what was taken out of it and not put back. Only of these the game knows that they are not in it. */
  readonly #takenOut: Set<Thing>[];
  /** By thing. */
  readonly #locations: Set<Location>[];
  readonly #conditions: Readonly<Record<Condition, Set<Thing>>> = { hot: new Set(), cool: new Set(), clean: new Set(), sliced: new Set(), toggled: new Set() };

  constructor(world: World) {
    this.world = world;
    this.#location = world.start;
    this.#open = world.receptacles.map(({ openAtStart }) => openAtStart);
    this.#contents = world.receptacles.map(() => []);
    this.#takenOut = world.receptacles.map(() => new Set());
    this.#locations = world.things.map(({ locationsAtStart }) => new Set(locationsAtStart));
    for (const thing of world.things) {
      for (const receptacle of thing.receptaclesAtStart) this.#contents[receptacle.index]!.push(thing);
      for (const condition of thing.conditionsAtStart) this.#conditions[condition].add(thing);
    }
  }

  get location(): Location {
    return this.#location;
  }

  get held(): Thing | undefined {
    return this.#held;
  }

  agentIsAt(location: Location): boolean {
    return this.#location === location;
  }

  isHeld(thing: Thing): boolean {
    return this.#held === thing;
  }

  isIn(thing: Thing, receptacle: Receptacle): boolean {
    return this.#contents[receptacle.index]!.includes(thing);
  }

  isAt(thing: Thing, location: Location): boolean {
    return this.#locations[thing.index]!.has(location);
  }

  isOpen(receptacle: Receptacle): boolean {
    return this.#open[receptacle.index]!;
  }

  is(thing: Thing, condition: Condition): boolean {
    return this.#conditions[condition].has(thing);
  }

  contents(receptacle: Receptacle): readonly Thing[] {
    return this.#contents[receptacle.index]!;
  }

  /** Whether something can be taken out of it and put into it. */
  isAccessible(receptacle: Receptacle): boolean {
    return !receptacle.openable || this.isOpen(receptacle);
  }

  wasTakenOut(thing: Thing, receptacle: Receptacle): boolean {
    return this.#takenOut[receptacle.index]!.has(thing);
  }

  goTo(location: Location): void {
    this.#location = location;
  }

  setOpen(receptacle: Receptacle, open: boolean): void {
    this.#open[receptacle.index] = open;
  }

  take(thing: Thing, receptacle: Receptacle): void {
    const contents = this.#contents[receptacle.index]!;
    contents.splice(contents.indexOf(thing), 1);
    this.#takenOut[receptacle.index]!.add(thing);
    this.#locations[thing.index]!.delete(this.#location);
    this.#held = thing;
  }

  put(thing: Thing, receptacle: Receptacle): void {
    const contents = this.#contents[receptacle.index]!;
    if (!contents.includes(thing)) {
      const after = contents.findIndex(({ index }) => index > thing.index);
      contents.splice(after === -1 ? contents.length : after, 0, thing);
    }
    this.#takenOut[receptacle.index]!.delete(thing);
    this.#locations[thing.index]!.add(this.#location);
    this.#held = undefined;
  }

  /** Heating ends coolness, and cooling heat; nothing else ends. */
  make(thing: Thing, condition: Condition): void {
    this.#conditions[condition].add(thing);
    if (condition === 'hot') this.#conditions.cool.delete(thing);
    if (condition === 'cool') this.#conditions.hot.delete(thing);
  }
}
