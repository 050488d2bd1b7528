// The smallest environment, for tests: a corridor to walk, to the room that the task names.

import type { EnvironmentFactory, EnvironmentState } from '../../src/agents/environment.js';

export const CORRIDOR_LENGTH = 5;

/** Tasks have {room} as their input; the walk begins in room 0. Half the way is worth half the score. */
export const corridor: EnvironmentFactory = () => {
  let goal = 0;
  let place = 0;
  const state = (observation: string): EnvironmentState => ({
    observation,
    admissible: [...(place > 0 ? ['back'] : []), ...(place < CORRIDOR_LENGTH ? ['forth'] : [])],
    done: place === goal,
    score: goal === 0 ? 1 : Math.max(0, 1 - Math.abs(goal - place) / goal),
  });
  return {
    reset(task) {
      goal = (task.input as { readonly room: number }).room;
      place = 0;
      return state(`You are in room 0. Go to room ${goal}.`);
    },
    step(action) {
      const move = action === 'forth' ? 1 : action === 'back' ? -1 : 0;
      const next = place + move;
      if (move === 0) return state('That is not understood.');
      if (next < 0 || next > CORRIDOR_LENGTH) return state('There is a wall.');
      place = next;
      return state(`You are in room ${place}.`);
    },
  };
};
