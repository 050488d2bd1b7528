// The official games of json_2.1.1, in a folder or in a zip archive: <split>/<task>/<trial>/game.tw-pddl, and traj_data.json beside it.

import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import { ZipArchive } from '../zip-archive.js';
import type { OfficialGameContent, OfficialGameName } from './convert-game.js';
import type { AlfworldSplit } from './game-record.js';

const GAME = /(?:^|\/)(train|valid_train|valid_seen|valid_unseen)\/([^/]+)\/([^/]+)\/game\.tw-pddl$/;
export const OFFICIAL_SPLITS: readonly AlfworldSplit[] = ['train', 'valid_train', 'valid_seen', 'valid_unseen'];
/** The largest official one has 0.2 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface OfficialGame extends OfficialGameName {
  read(): Promise<OfficialGameContent>;
}

export interface OfficialGames {
  /** By split, then by id. */
  readonly games: readonly OfficialGame[];
  close(): void;
}

/** None, if there are none. @throws WatersmeetError 'input.invalid' if the source cannot be read, or if a game is there twice. */
export async function openOfficialGames(source: string): Promise<OfficialGames> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw invalid(`${source} does not exist. Name a folder or a zip archive that holds the official games (json_2.1.1).`);
  const opened = found.isDirectory() ? await gamesInFolder(source) : await gamesInArchive(source);
  try {
    return { games: inOrder(opened.games), close: () => opened.close() };
  } catch (error) {
    opened.close();
    throw error;
  }
}

async function gamesInFolder(folder: string): Promise<OfficialGames> {
  const root = path.resolve(folder);
  const names = await readdir(root, { recursive: true });
  const games = names.flatMap((name) => {
    const file = path.join(root, name);
    const trajectory = path.join(path.dirname(file), 'traj_data.json');
    return gameAt(file.split(path.sep).join('/'), file, {
      game: () => readFile(file),
      trajectory: () => readFile(trajectory).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : Promise.reject(error))),
    });
  });
  return { games, close: () => undefined };
}

async function gamesInArchive(file: string): Promise<OfficialGames> {
  const archive = await ZipArchive.open(file);
  const games = archive.names.flatMap((name) => {
    const trajectory = `${path.posix.dirname(name)}/traj_data.json`;
    return gameAt(name, `${file}: ${name}`, {
      game: () => archive.read(name, MAX_BYTES),
      trajectory: async () => (archive.has(trajectory) ? archive.read(trajectory, MAX_BYTES) : undefined),
    });
  });
  return { games, close: () => archive.close() };
}

interface ReadFiles {
  game(): Promise<Buffer>;
  trajectory(): Promise<Buffer | undefined>;
}

function gameAt(name: string, where: string, files: ReadFiles): readonly OfficialGame[] {
  const match = GAME.exec(name);
  if (match === null) return [];
  const read = async () => ({ game: await files.game(), trajectory: await files.trajectory() });
  return [{ split: match[1] as AlfworldSplit, id: `${match[2]!}/${match[3]!}`, where, read }];
}

function inOrder(games: readonly OfficialGame[]): readonly OfficialGame[] {
  const seen = new Map<string, OfficialGame>();
  for (const game of games) {
    const other = seen.get(game.id);
    if (other !== undefined) throw invalid(`The game ${game.id} is there twice: ${other.where} and ${game.where}. Remove one of them.`);
    seen.set(game.id, game);
  }
  const place = ({ split, id }: OfficialGame) => `${OFFICIAL_SPLITS.indexOf(split)} ${id}`;
  return [...games].sort((one, other) => (place(one) < place(other) ? -1 : 1));
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
