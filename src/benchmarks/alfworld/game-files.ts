// The games of a folder, one after the other.

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import { placeText, readRecords } from '../record-source.js';
import { contentHash } from '../task-from-record.js';
import { parseGameRecord, type AlfworldGameRecord } from './game-record.js';

export const ALFWORLD_FILES =
  'It needs the games in compact form (games_*.jsonl or games_*.jsonl.gz): `watersmeet benchmark fetch alfworld` gets and converts the official ones, ' +
  'also from a folder or archive of json_2.1.1 that you have (--from).';

export interface GameInFile {
  readonly record: AlfworldGameRecord;
  /** Identifies the content of the game: 16 hexadecimal digits. */
  readonly hash: string;
  /** File and line. */
  readonly where: string;
}

/** @throws WatersmeetError 'input.invalid' if there are no games, or for a line that is none. */
export async function* readGameFiles(folder: string): AsyncGenerator<GameInFile> {
  const names = (await readdir(folder)).filter((name) => /^games_.*\.jsonl(\.gz)?$/.test(name)).sort();
  if (names.length === 0) throw new WatersmeetError('input.invalid', `${folder} holds no ALFWorld games. ${ALFWORLD_FILES}`);
  for (const name of names) {
    const file = path.join(folder, name);
    for await (const { value, place } of readRecords(file)) {
      const where = `${file}, ${placeText(place)}`;
      const record = parseGameRecord(value, where);
      yield { record, hash: contentHash(record, where).toString('hex', 0, 8), where };
    }
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
