// The two wordings of the games: as json_2.1.1 was published ("put"), and since alfworld 0.4.2 ("move").

import type { Location, Receptacle, Thing } from './world.js';

/** `put`: "put X in/on Y", that of the published prompts. `move`: "move X to Y", and there is a command `help`. */
export type AlfworldWording = 'put' | 'move';

export interface Wording {
  putCommand(thing: Thing, receptacle: Receptacle): string;
  putFeedback(thing: Thing, receptacle: Receptacle): string;
  /** What one is told to have arrived at. */
  arrival(receptacle: Receptacle, location: Location): string;
  /** The answer to `help`, where there is one. */
  readonly help?: string;
}

/** The lines of `help`: command and what it does, with the official widths. */
const HELP = [
  ['look:', 34, 'look around your current location'],
  ['inventory:', 34, 'check your current inventory'],
  ['go to (receptacle):', 34, 'move to a receptacle'],
  ['open (receptacle):', 34, 'open a receptacle'],
  ['close (receptacle):', 34, 'close a receptacle'],
  ['take (object) from (receptacle):', 34, 'take an object from a receptacle'],
  ['move (object) to (receptacle):', 32, 'place an object in or on a receptacle'],
  ['examine (something):', 34, 'examine a receptacle or an object'],
  ['use (object):', 34, 'use an object'],
  ['heat (object) with (receptacle):', 34, 'heat an object using a receptacle'],
  ['clean (object) with (receptacle):', 34, 'clean an object using a receptacle'],
  ['cool (object) with (receptacle):', 34, 'cool an object using a receptacle'],
  ['slice (object) with (object):', 34, 'slice an object using a sharp object'],
] as const;

export const WORDINGS: Readonly<Record<AlfworldWording, Wording>> = {
  put: {
    putCommand: (thing, receptacle) => `put ${thing.name} in/on ${receptacle.name}`,
    putFeedback: (thing, receptacle) => `You put the ${thing.name} in/on the ${receptacle.name}.`,
    arrival: (_, location) => location.name,
  },
  move: {
    putCommand: (thing, receptacle) => `move ${thing.name} to ${receptacle.name}`,
    putFeedback: (thing, receptacle) => `You move the ${thing.name} to the ${receptacle.name}.`,
    arrival: (receptacle) => receptacle.name,
    help: `Available commands:\n${HELP.map(([command, width, what]) => `  ${command.padEnd(width)}${what}\n`).join('')}`,
  },
};
