// The games of a folder, one after the other.

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import { placeText, readRecords } from '../record-source.js';
import { contentHash } from '../task-from-record.js';
import { convertGame } from './convert-game.js';
import { openOfficialGames } from './official-games.js';
import { parseGameRecord, type AlfworldGameRecord } from './game-record.js';

/** Files of games in compact form. */
export const COMPACT = /^games_.*\.jsonl(\.gz)?$/;

export const ALFWORLD_FILES =
  'It needs the games in compact form (games_*.jsonl or games_*.jsonl.gz): `watersmeet benchmark fetch alfworld` gets and converts the official ones, ' +
  'also from a folder or archive of json_2.1.1 that you have (--from). The folder json_2.1.1 itself is read as well, more slowly.';

export interface GameInFile {
  readonly record: AlfworldGameRecord;
  /** Identifies the content of the game: 16 hexadecimal digits. */
  readonly hash: string;
  /** File and line. */
  readonly where: string;
}

/**
 * Those of games_*.jsonl(.gz) or, where there are no such files, the official games (json_2.1.1) that the folder holds, converted one by one: they are the same.
 *
 * @throws WatersmeetError 'input.invalid' if there are no games, or for one that is broken.
 */
export async function* readGameFiles(folder: string): AsyncGenerator<GameInFile> {
  const names = (await readdir(folder)).filter((name) => COMPACT.test(name)).sort();
  const games = names.length > 0 ? readCompact(folder, names) : readOfficial(folder);
  for await (const { record, where } of games) yield { record, hash: contentHash(record, where).toString('hex', 0, 8), where };
}

type Found = Omit<GameInFile, 'hash'>;

async function* readCompact(folder: string, names: readonly string[]): AsyncGenerator<Found> {
  for (const name of names) {
    const file = path.join(folder, name);
    for await (const { value, place } of readRecords(file)) {
      const where = `${file}, ${placeText(place)}`;
      yield { record: parseGameRecord(value, where), where };
    }
  }
}

async function* readOfficial(folder: string): AsyncGenerator<Found> {
  const { games } = await openOfficialGames(folder);
  if (games.length === 0) throw new WatersmeetError('input.invalid', `${folder} holds no ALFWorld games. ${ALFWORLD_FILES}`);
  for (const game of games) {
    const record = convertGame(game, await game.read());
    if (typeof record !== 'string') yield { record, where: game.where };
  }
}

/** Opens the games of a folder by the hashes of their contents: all are read when the first is asked for. */
export class GameLibrary {
  readonly #folder: string;
  #games: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws WatersmeetError 'input.invalid' if it is not there (any more). */
  async open(hash: string): Promise<AlfworldGameRecord> {
    // A folder that could not be read may be mended.
    this.#games ??= this.#read().catch((error: unknown) => {
      this.#games = undefined;
      throw error;
    });
    const text = (await this.#games).get(hash);
    if (text === undefined)
      throw new WatersmeetError(
        'input.invalid',
        `${this.#folder} no longer holds the ALFWorld game with the content ${hash}. Put the same games there again, or start a new run.`,
      );
    return JSON.parse(text) as AlfworldGameRecord;
  }

  /** As texts, which take a fifth of the memory. */
  async #read(): Promise<ReadonlyMap<string, string>> {
    const games = new Map<string, string>();
    for await (const { record, hash } of readGameFiles(this.#folder)) games.set(hash, JSON.stringify(record));
    return games;
  }
}
