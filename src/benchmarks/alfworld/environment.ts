// ALFWorld as an environment: one text game an episode, lost when the steps are used up.

import { z } from 'zod';
import { WatersmeetError } from '../../core/failures.js';
import type { JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import type { Environment, EnvironmentFactory, EnvironmentState } from '../../agents/environment.js';
import { GameLibrary } from './game-files.js';
import { AlfworldGame, type AlfworldGameState } from './game.js';
import { asReactShows } from './react-observations.js';

/** What the input of a task is: agents see both, and learn nothing of the game from its hash. */
export type AlfworldTaskInput = { readonly goal: string; readonly game: string };

/** Another one when games answer otherwise than before: in their words, their commands or when they are won. */
const VERSION = 'alfworld-1';

const OPTIONS = z.strictObject({
  /** `put`: "put X in/on Y", as json_2.1.1 and the published prompts have it. `move`: "move X to Y" and `help`, as since alfworld 0.4.2. */
  wording: z.enum(['put', 'move']).default('put'),
  /**
   * `official`: as the game tells them. `react`: as the published ReAct agents are shown them: without the title, and without "You arrive at loc 12." before what
   * is seen there.
   */
  observations: z.enum(['official', 'react']).default('official'),
  /** Whether agents are told the admissible commands. */
  admissible: z.boolean().default(true),
  /** Commands an episode may take, those that are not understood included. */
  maxSteps: z.int().min(1).max(10_000).default(50),
});

export type AlfworldOptions = z.infer<typeof OPTIONS>;

/** @throws WatersmeetError 'input.invalid' for options it does not know. */
export function createAlfworldEnvironment(given: JsonObject, folder: string): EnvironmentFactory & { readonly version: string } {
  const parsed = OPTIONS.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new WatersmeetError('input.invalid', `The options of the environment "alfworld": ${issue!.path.join('.')} ${issue!.message}.`.replace(':  ', ': '));
  }
  const library = new GameLibrary(folder);
  return Object.assign(() => new AlfworldEnvironment(library, parsed.data), { version: VERSION });
}

class AlfworldEnvironment implements Environment {
  readonly #library: GameLibrary;
  readonly #options: AlfworldOptions;
  #game: AlfworldGame | undefined;
  #steps = 0;
  #done = false;

  constructor(library: GameLibrary, options: AlfworldOptions) {
    this.#library = library;
    this.#options = options;
  }

  async reset(task: Omit<Task, 'expected'>): Promise<EnvironmentState> {
    const { game: hash } = task.input as Partial<AlfworldTaskInput>;
    if (typeof hash !== 'string')
      throw new WatersmeetError('input.invalid', `Task "${task.id}" is none of the benchmark "alfworld": its input has no "game". Set benchmark: 'alfworld'.`);
    this.#game = new AlfworldGame(await this.#library.open(hash), this.#options.wording);
    this.#steps = 0;
    return this.#tell(this.#game.reset());
  }

  step(action: string): EnvironmentState {
    if (this.#game === undefined || this.#done) throw new Error('A step was taken in an ALFWorld game that is over or has not begun.');
    this.#steps++;
    return this.#tell(this.#game.step(action));
  }

  #tell({ observation, admissible, won }: AlfworldGameState): EnvironmentState {
    this.#done = won || this.#steps >= this.#options.maxSteps;
    const told = this.#options.observations === 'react' ? asReactShows(observation) : observation;
    return { observation: told, ...(this.#options.admissible ? { admissible } : {}), done: this.#done, score: won ? 1 : 0 };
  }
}
