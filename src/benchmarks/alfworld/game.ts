// One ALFWorld text game, played command by command: the interpreter of the official games (json_2.1.1).

import { applicableActions, perform, type Action } from './actions.js';
import { introduction } from './descriptions.js';
import type { AlfworldGameRecord } from './game-record.js';
import { strip } from '../python/white-space.js';
import { compileGoal, type Goal } from './goal.js';
import { GameState } from './state.js';
import { WORDINGS, type AlfworldWording, type Wording } from './wording.js';
import { createWorld, type World } from './world.js';

export interface AlfworldGameState {
  readonly observation: string;
  /** Every command that would be understood now, sorted. */
  readonly admissible: readonly string[];
  readonly won: boolean;
}

/**
 * Observations, admissible commands and the win are those of TextWorld 1.7.0 with alfworld 0.4.2 on the same game, byte for byte. Any number of
 * steps may be taken, also after the win; limits are the environment's.
 *
 * @example
 *   const game = new AlfworldGame(record, 'put');
 *   game.reset().observation; // "-= Welcome to TextWorld, ALFRED! =- ..."
 *   game.step('go to fridge 1').won; // false
 */
export class AlfworldGame {
  readonly #world: World;
  readonly #goal: Goal;
  readonly #wording: Wording;
  #state: GameState;
  #actions: ReadonlyMap<string, Action> = new Map();

  /** @throws Error if the record is not consistent. */
  constructor(record: AlfworldGameRecord, wording: AlfworldWording) {
    this.#world = createWorld(record);
    this.#goal = compileGoal(record.goal, this.#world);
    this.#wording = WORDINGS[wording];
    this.#state = new GameState(this.#world);
  }

  reset(): AlfworldGameState {
    this.#state = new GameState(this.#world);
    return this.#tell(introduction(this.#state));
  }

  step(command: string): AlfworldGameState {
    const action = this.#actions.get(strip(command));
    return this.#tell(action === undefined ? 'Nothing happens.' : perform(action, this.#state, this.#wording));
  }

  #tell(observation: string): AlfworldGameState {
    this.#actions = applicableActions(this.#state, this.#wording);
    return { observation, admissible: [...this.#actions.keys()].sort(), won: this.#goal(this.#state) };
  }
}
