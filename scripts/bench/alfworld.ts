// Steps a second of the ALFWorld interpreter on one core: random walks over real games, with the list of admissible commands at every step.

import { existsSync } from 'node:fs';
import { AlfworldGame } from '../../src/benchmarks/alfworld/game.js';
import { readGameFiles } from '../../src/benchmarks/alfworld/game-files.js';
import { randomStream } from '../../src/core/random.js';
import { sharedData } from '../../test/support/shared-data.js';

const STEPS = 50;
const SECONDS = 5;

/** Undefined where there are no games to measure with. */
export async function measureAlfworld(): Promise<{ readonly games: number; readonly steps: number; readonly stepsPerSecond: number } | undefined> {
  const folder = sharedData('alfworld');
  if (!existsSync(folder)) return undefined;
  const records = [];
  for await (const { record } of readGameFiles(folder)) if (record.split === 'valid_unseen' || record.split === 'valid_seen') records.push(record);
  const random = randomStream(0, 'alfworld', 'bench');
  let steps = 0;
  const begun = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1_000_000;
  };
  for (let round = 0; spent() < SECONDS; round++) {
    for (const record of records) {
      const game = new AlfworldGame(record, round % 2 === 0 ? 'put' : 'move');
      let { admissible } = game.reset();
      for (let step = 0; step < STEPS; step++, steps++) ({ admissible } = game.step(admissible[Math.floor(random.next() * admissible.length)]!));
    }
  }
  return { games: records.length, steps, stepsPerSecond: steps / spent() };
}
