// The official games, a folder or an archive of them, to compact JSON lines.

import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { WatersmeetError } from '../../core/failures.js';
import { convertGame } from './convert-game.js';
import { COMPACT } from './game-files.js';
import type { AlfworldSplit } from './game-record.js';
import { OFFICIAL_SPLITS, openOfficialGames, type OfficialGame } from './official-games.js';

export interface ConvertOptions {
  readonly onProgress?: (sentence: string) => void;
  readonly signal?: AbortSignal;
}

export interface Conversion {
  /** Games that were written, by split. */
  readonly games: Readonly<Partial<Record<AlfworldSplit, number>>>;
  /** Left out because the official planner found no way to win them. */
  readonly unsolvable: number;
  /** Left out because their tasks (movable receptacles, sliced objects) are not among those of the text games. */
  readonly unsupported: number;
}

/** Games of the official set, by split. */
const OFFICIAL: Readonly<Partial<Record<AlfworldSplit, number>>> = { train: 3_553, valid_seen: 140, valid_unseen: 134 };
const GAMES_PER_REPORT = 500;

/**
 * Writes games_<split>.jsonl.gz, one game a line, into the folder `destination`: all of them or, if anything fails, none.
 *
 * @param source a folder that holds json_2.1.1 (or a part of it), or a zip archive of it.
 * @throws WatersmeetError 'input.invalid' if the source is broken or holds no games, or if the destination holds games already.
 */
export async function convertAlfworld(source: string, destination: string, options: ConvertOptions = {}): Promise<Conversion> {
  await refuseExistingGames(destination);
  const compact = await compactGamesIn(source);
  if (compact !== undefined)
    throw new WatersmeetError(
      'input.invalid',
      `${source} holds games in compact form already (${compact}). Use it as it is: \`benchmark: { name: 'alfworld', folder: ... }\` in the configuration.`,
    );
  const official = await openOfficialGames(source);
  try {
    if (official.games.length === 0)
      throw new WatersmeetError(
        'input.invalid',
        `${source} holds no official ALFWorld games: files <split>/<task>/<trial>/game.tw-pddl with a split of ${OFFICIAL_SPLITS.join(', ')}. ` +
          'They are in the archive json_2.1.1_tw-pddl.zip; name it, or the folder where it is unpacked.',
      );
    await mkdir(destination, { recursive: true });
    const partial = await mkdtemp(path.join(destination, '.converting-'));
    try {
      const conversion = await writeGames(official.games, partial, options);
      if (Object.keys(conversion.games).length === 0)
        throw new WatersmeetError('input.invalid', `${source} holds no game that can be played (${summary(conversion)}). Get it again, or name another.`);
      for (const name of await readdir(partial)) await rename(path.join(partial, name), path.join(destination, name));
      options.onProgress?.(summary(conversion));
      return conversion;
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  } finally {
    official.close();
  }
}

/** @throws WatersmeetError 'input.invalid' if the folder holds games: two sets would be taken for one. */
export async function refuseExistingGames(folder: string): Promise<void> {
  const there = await compactGamesIn(folder);
  if (there !== undefined)
    throw new WatersmeetError('input.invalid', `${path.join(folder, there)} is there already. Remove it to get the games again, or choose another folder.`);
}

/** The name of the first file of them, if there is one. */
async function compactGamesIn(folder: string): Promise<string | undefined> {
  return (await readdir(folder).catch(() => [])).find((name) => COMPACT.test(name));
}

async function writeGames(games: readonly OfficialGame[], folder: string, { onProgress, signal }: ConvertOptions): Promise<Conversion> {
  const counts: Partial<Record<AlfworldSplit, number>> = {};
  const leftOut = { unsolvable: 0, unsupported: 0 };
  let seen = 0;
  const lines = async function* (split: AlfworldSplit): AsyncGenerator<string> {
    for (const official of games.filter((game) => game.split === split)) {
      signal?.throwIfAborted();
      const record = convertGame(official, await official.read());
      if (++seen % GAMES_PER_REPORT === 0) onProgress?.(`${seen} of ${games.length} games of ALFWorld read.`);
      if (typeof record === 'string') {
        leftOut[record]++;
        continue;
      }
      counts[split] = (counts[split] ?? 0) + 1;
      yield `${JSON.stringify(record)}\n`;
    }
  };
  for (const split of new Set(games.map((game) => game.split))) {
    const file = path.join(folder, `games_${split}.jsonl.gz`);
    await pipeline(Readable.from(lines(split)), createGzip(), createWriteStream(file));
    if (counts[split] === undefined) await rm(file);
  }
  return { games: counts, ...leftOut };
}

function summary({ games, unsolvable, unsupported }: Conversion): string {
  const count = (counts: Conversion['games']) => Object.entries(counts).map(([split, number]) => `${number} ${split}`);
  const whole = Object.entries(OFFICIAL).every(([split, number]) => games[split as AlfworldSplit] === number);
  const leftOut = [
    ...(unsolvable === 0 ? [] : [`${unsolvable} that cannot be won`]),
    ...(unsupported === 0 ? [] : [`${unsupported} with movable or sliced things`]),
  ];
  return [
    `Games of ALFWorld: ${count(games).join(', ') || 'none'}.`,
    ...(leftOut.length === 0 ? [] : [`Left out, as by the official engine: ${leftOut.join(', ')}.`]),
    ...(whole ? [] : [`The official set has ${count(OFFICIAL).join(', ')}: this is a part of it.`]),
  ].join(' ');
}
