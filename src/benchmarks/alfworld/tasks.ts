// The games of a folder as tasks: what agents may see of them, and which game it is.

import { z } from 'zod';
import { WatersmeetError } from '../../core/failures.js';
import type { JsonObject } from '../../core/json.js';
import type { Split, Task } from '../../core/task.js';
import { checkGame } from './check-game.js';
import type { AlfworldTaskInput } from './environment.js';
import { readGameFiles, type GameInFile } from './game-files.js';
import type { AlfworldSplit } from './game-record.js';

const SPLITS: Readonly<Record<AlfworldSplit, Split>> = { train: 'train', valid_train: 'train', valid_seen: 'validation', valid_unseen: 'test' };

/**
 * train, valid_seen and valid_unseen as train, validation and test; the categories are the six types of tasks.
 *
 * @param options `train`: "train", "valid_train" or "both". By default the 200 games of valid_train stand in for train where the folder has no
 * games of train, and are left out otherwise.
 * @throws WatersmeetError 'input.invalid' with file and line for what is no game, or one that nobody can win.
 */
export async function* readAlfworldTasks(folder: string, options: JsonObject = {}): AsyncGenerator<Task> {
  const wanted = trainOption(options);
  let hasTrain = false;
  const standIns: Task[] = [];
  for await (const game of readGameFiles(folder)) {
    checkGame(game.record, game.where);
    const { split } = game.record;
    if (split === 'train') hasTrain = true;
    if (split === 'valid_train' && wanted === undefined) standIns.push(taskOf(game));
    else if (SPLITS[split] !== 'train' || wanted === undefined || wanted === 'both' || wanted === split) yield taskOf(game);
  }
  if (!hasTrain) yield* standIns;
}

function trainOption(options: JsonObject): 'train' | 'valid_train' | 'both' | undefined {
  const parsed = z.strictObject({ train: z.enum(['train', 'valid_train', 'both']).optional() }).safeParse(options);
  if (parsed.success) return parsed.data.train;
  throw new WatersmeetError('input.invalid', 'benchmark.options of "alfworld": only `train`, which is "train", "valid_train" or "both".');
}

function taskOf({ record, hash }: GameInFile): Task {
  const input: AlfworldTaskInput = { goal: record.task, game: hash };
  return { id: record.id, input, category: record.type, split: SPLITS[record.split] };
}
