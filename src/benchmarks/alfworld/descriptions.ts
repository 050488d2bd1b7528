// What the games tell: looking around, examining, what is carried.

import type { GameState } from './state.js';
import type { Receptacle, Thing } from './world.js';

/** What stands before the first command. */
export function introduction(state: GameState): string {
  const { start, receptacles, task } = state.world;
  // Looked at without a place in mind, unlike by the command `look`: so every receptacle is told here, and none there.
  const view = start.receptacles.length > 0 ? lookAround(state) : inTheMiddle(receptacles.map(withArticle));
  return `-= Welcome to TextWorld, ALFRED! =-\n\n${view}\n\nYour task is to: ${task}.`;
}

export function lookAround(state: GameState): string {
  const { receptacles } = state.location;
  if (receptacles.length === 0) return inTheMiddle([]);
  return `You are facing the ${list(receptacles.map(({ name }) => name))}. Next to it, you see ${list(besides(state))}.`;
}

export function inventory({ held }: GameState): string {
  return held === undefined ? 'You are not carrying anything.' : `You are carrying: ${withArticle(held)}.`;
}

export function examineReceptacle(state: GameState, receptacle: Receptacle): string {
  const contents = () => list(state.contents(receptacle).map(withArticle));
  if (!receptacle.openable) return `On the ${receptacle.name}, you see ${contents()}.`;
  if (!state.isOpen(receptacle)) return `The ${receptacle.name} is closed.`;
  return `The ${receptacle.name} is open. In it, you see ${contents()}.`;
}

export function examineThing(state: GameState, thing: Thing): string {
  if (thing.container) return `This is a normal ${thing.name}. In it, you see ${list(thing.contents.map(withArticle))}.`;
  const sliced = state.is(thing, 'sliced');
  const clean = state.is(thing, 'clean');
  // What is cool is told as "cold" when nothing else is to be told of it.
  const warmth = state.is(thing, 'hot') ? 'hot' : state.is(thing, 'cool') ? (clean || sliced ? 'cool' : 'cold') : undefined;
  const told = [warmth, clean ? 'clean' : undefined].filter((word) => word !== undefined).join(' and ');
  if (told !== '') return `This is a ${told} ${sliced ? 'sliced ' : ''}${thing.name}.`;
  if (thing.toggleable && state.is(thing, 'toggled')) return `This ${thing.name} is on.`;
  if (thing.sliceable && sliced) return `This is a sliced ${thing.name}.`;
  return `There's nothing special about ${thing.name}.`;
}

/** Things at this location that are known not to be in a receptacle here; once for every such receptacle. */
function besides(state: GameState): readonly string[] {
  const { location, world } = state;
  return world.things.flatMap((thing) =>
    state.isAt(thing, location) ? location.receptacles.filter((receptacle) => state.wasTakenOut(thing, receptacle)).map(() => withArticle(thing)) : [],
  );
}

function inTheMiddle(seen: readonly string[]): string {
  return `You are in the middle of a room. Looking quickly around you, you see ${list(seen)}.`;
}

function withArticle({ name }: { readonly name: string }): string {
  return `a ${name}`;
}

/** `nothing`, `a`, `a, and b` or `a, b, and c`. */
function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? 'nothing';
  return `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)!}`;
}
