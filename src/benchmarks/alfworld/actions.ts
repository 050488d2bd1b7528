// What can be done in a state, as commands, and what doing it changes and tells.

import { examineReceptacle, examineThing, inventory, lookAround } from './descriptions.js';
import type { GameState } from './state.js';
import type { Wording } from './wording.js';
import type { Condition, Receptacle, Thing } from './world.js';

export type Action =
  | { readonly kind: 'look' | 'inventory' | 'help' }
  | { readonly kind: 'go' | 'open' | 'close' | 'examine-receptacle'; readonly receptacle: Receptacle }
  | { readonly kind: 'take' | 'put'; readonly thing: Thing; readonly receptacle: Receptacle }
  | { readonly kind: Treatment; readonly thing: Thing; readonly receptacle: Receptacle }
  | { readonly kind: 'slice'; readonly thing: Thing; readonly knife: Thing }
  | { readonly kind: 'use' | 'examine-thing'; readonly thing: Thing };

type Treatment = 'clean' | 'heat' | 'cool';

/** What treats, what can be treated, and what it becomes. Whether the receptacle is open does not matter. */
const TREATMENTS: Readonly<Record<Treatment, { readonly with: string; readonly needs: 'cleanable' | 'heatable' | 'coolable'; readonly makes: Condition }>> = {
  clean: { with: 'sinkbasin', needs: 'cleanable', makes: 'clean' },
  heat: { with: 'microwave', needs: 'heatable', makes: 'hot' },
  cool: { with: 'fridge', needs: 'coolable', makes: 'cool' },
};
const TREATMENT_BY_RECEPTACLE: ReadonlyMap<string, Treatment> = new Map(
  (Object.keys(TREATMENTS) as Treatment[]).map((treatment) => [TREATMENTS[treatment].with, treatment]),
);
const KNIVES: ReadonlySet<string> = new Set(['knife', 'butterknife']);

/** Every command that would be understood, in no particular order. */
export function applicableActions(state: GameState, wording: Wording): ReadonlyMap<string, Action> {
  const actions = new Map<string, Action>([
    ['look', { kind: 'look' }],
    ['inventory', { kind: 'inventory' }],
  ]);
  if (wording.help !== undefined) actions.set('help', { kind: 'help' });
  for (const receptacle of state.world.receptacles) {
    if (receptacle.location !== state.location) actions.set(`go to ${receptacle.name}`, { kind: 'go', receptacle });
  }
  for (const receptacle of state.location.receptacles) addActionsAt(actions, receptacle, state, wording);
  if (state.held !== undefined) addActionsWithHeld(actions, state.held, state);
  return actions;
}

function addActionsAt(actions: Map<string, Action>, receptacle: Receptacle, state: GameState, wording: Wording): void {
  const { held } = state;
  const accessible = state.isAccessible(receptacle);
  actions.set(`examine ${receptacle.name}`, { kind: 'examine-receptacle', receptacle });
  if (receptacle.openable) {
    const kind = state.isOpen(receptacle) ? 'close' : 'open';
    actions.set(`${kind} ${receptacle.name}`, { kind, receptacle });
  }
  for (const thing of state.contents(receptacle)) {
    if (held === undefined && accessible && thing.pickupable) actions.set(`take ${thing.name} from ${receptacle.name}`, { kind: 'take', thing, receptacle });
    // Also through a closed door.
    if (thing.toggleable) actions.set(`use ${thing.name}`, { kind: 'use', thing });
  }
  if (held === undefined) return;
  if (accessible && receptacle.holds.has(held.type)) actions.set(wording.putCommand(held, receptacle), { kind: 'put', thing: held, receptacle });
  const treatment = TREATMENT_BY_RECEPTACLE.get(receptacle.type);
  if (treatment !== undefined && held[TREATMENTS[treatment].needs])
    actions.set(`${treatment} ${held.name} with ${receptacle.name}`, { kind: treatment, thing: held, receptacle });
}

/** Only what is held can be examined: the domain asks for a type `location,` where it means a location, so that no other thing ever can. */
function addActionsWithHeld(actions: Map<string, Action>, held: Thing, state: GameState): void {
  actions.set(`examine ${held.name}`, { kind: 'examine-thing', thing: held });
  if (!KNIVES.has(held.type)) return;
  for (const thing of state.world.things) {
    if (thing.sliceable && state.isAt(thing, state.location)) actions.set(`slice ${thing.name} with ${held.name}`, { kind: 'slice', thing, knife: held });
  }
}

/** Does it, and says what one is told. */
export function perform(action: Action, state: GameState, wording: Wording): string {
  switch (action.kind) {
    case 'look':
      return lookAround(state);
    case 'inventory':
      return inventory(state);
    case 'help':
      return wording.help!;
    case 'go':
      state.goTo(action.receptacle.location);
      return `You arrive at ${wording.arrival(action.receptacle, state.location)}. ${examineReceptacle(state, action.receptacle)}`;
    case 'open':
      state.setOpen(action.receptacle, true);
      return `You open the ${action.receptacle.name}. ${examineReceptacle(state, action.receptacle)}`;
    case 'close':
      state.setOpen(action.receptacle, false);
      return `You close the ${action.receptacle.name}.`;
    case 'examine-receptacle':
      return examineReceptacle(state, action.receptacle);
    case 'examine-thing':
      return examineThing(state, action.thing);
    case 'take':
      state.take(action.thing, action.receptacle);
      return `You pick up the ${action.thing.name} from the ${action.receptacle.name}.`;
    case 'put':
      state.put(action.thing, action.receptacle);
      return wording.putFeedback(action.thing, action.receptacle);
    case 'clean':
    case 'heat':
    case 'cool':
      state.make(action.thing, TREATMENTS[action.kind].makes);
      return `You ${action.kind} the ${action.thing.name} using the ${action.receptacle.name}.`;
    case 'use':
      // Told so every time: the game remembers that it was used, not whether it is on.
      state.make(action.thing, 'toggled');
      return `You turn on the ${action.thing.name}.`;
    case 'slice':
      state.make(action.thing, 'sliced');
      return `You sliced the ${action.thing.name} with the ${action.knife.name}.`;
  }
}
