// Whether a game can be played and won.

import { WatersmeetError } from '../../core/failures.js';
import type { AlfworldGameRecord } from './game-record.js';
import { canReachGoal } from './possible-facts.js';
import { createWorld } from './world.js';

/** @throws WatersmeetError 'input.invalid' if it is not consistent, or if its goal cannot be reached. */
export function checkGame(record: AlfworldGameRecord, where: string): void {
  let winnable: boolean;
  try {
    winnable = canReachGoal(record.goal, createWorld(record));
  } catch (error) {
    throw new WatersmeetError('input.invalid', `${where} (${record.id}) is broken: ${(error as Error).message}. Convert the official games again.`);
  }
  if (!winnable)
    throw new WatersmeetError(
      'input.invalid',
      `${where} (${record.id}): the goal cannot be reached, whatever is done: "${record.task}" needs things or places that the game does not have, or that cannot be used so. Remove the game, or convert the official games again.`,
    );
}
