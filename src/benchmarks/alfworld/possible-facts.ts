// Whether a goal can be reached at all, without searching: the facts that could become true if nothing ever became false.

import { compileGoal } from './goal.js';
import type { Facts } from './state.js';
import type { Condition, Location, Receptacle, Thing, World } from './world.js';

/**
 * False only for goals that no sequence of actions reaches (the "delete relaxation" of planning). It finds what goes wrong with real games:
 * a goal about a type of thing or receptacle that is not there, too few things, things that cannot be picked up or treated.
 */
export function canReachGoal(goal: string, world: World): boolean {
  return compileGoal(goal, world)(new PossibleFacts(world));
}

class PossibleFacts implements Facts {
  readonly world: World;
  readonly possible = true;
  readonly #receptacleTypes: ReadonlySet<string>;

  constructor(world: World) {
    this.world = world;
    this.#receptacleTypes = new Set(world.receptacles.map(({ type }) => type));
  }

  agentIsAt(location: Location): boolean {
    return location === this.world.start || location.receptacles.length > 0;
  }

  isHeld(thing: Thing): boolean {
    return thing.pickupable && thing.receptaclesAtStart.length > 0;
  }

  isIn(thing: Thing, receptacle: Receptacle): boolean {
    return thing.receptaclesAtStart.includes(receptacle) || (this.isHeld(thing) && receptacle.holds.has(thing.type));
  }

  isAt(thing: Thing, location: Location): boolean {
    return thing.locationsAtStart.includes(location) || (this.isHeld(thing) && location.receptacles.some(({ holds }) => holds.has(thing.type)));
  }

  isOpen({ openable, openAtStart }: Receptacle): boolean {
    return openable || openAtStart;
  }

  is(thing: Thing, condition: Condition): boolean {
    if (thing.conditionsAtStart.includes(condition)) return true;
    switch (condition) {
      case 'hot':
        return thing.heatable && this.isHeld(thing) && this.#receptacleTypes.has('microwave');
      case 'cool':
        return thing.coolable && this.isHeld(thing) && this.#receptacleTypes.has('fridge');
      case 'clean':
        return thing.cleanable && this.isHeld(thing) && this.#receptacleTypes.has('sinkbasin');
      case 'toggled':
        return thing.toggleable && thing.receptaclesAtStart.length > 0;
      case 'sliced':
        return thing.sliceable && this.world.things.some((knife) => ['knife', 'butterknife'].includes(knife.type) && this.isHeld(knife));
    }
  }
}
