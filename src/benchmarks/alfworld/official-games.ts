// The official games of json_2.1.1, in a folder or in a zip archive: <split>/<task>/<trial>/game.tw-pddl, and traj_data.json beside it.

import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import { ZipArchive } from '../zip-archive.js';
import type { AlfworldSplit } from './game-record.js';

const GAME = /(?:^|\/)(train|valid_train|valid_seen|valid_unseen)\/([^/]+)\/([^/]+)\/game\.tw-pddl$/;
const SPLITS: readonly AlfworldSplit[] = ['train', 'valid_train', 'valid_seen', 'valid_unseen'];
/** The largest official one has 0.2 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface OfficialGame {
  readonly split: AlfworldSplit;
  /** `<task>/<trial>`. */
  readonly id: string;
  /** For messages. */
  readonly where: string;
  readGame(): Promise<Buffer>;
  /** What ALFRED says of the task; the archive of the games alone does not have it. */
  readTrajectory(): Promise<Buffer | undefined>;
}

export interface OfficialGames {
  /** By split, then by id. */
  readonly games: readonly OfficialGame[];
  close(): void;
}

/** @throws WatersmeetError 'input.invalid' if there are no games, or one twice. */
export async function openOfficialGames(source: string): Promise<OfficialGames> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw invalid(`${source} does not exist. Name a folder or a zip archive that holds the official games (json_2.1.1).`);
  const opened = found.isDirectory() ? await gamesInFolder(source) : await gamesInArchive(source);
  try {
    return { games: inOrder(opened.games, source), close: () => opened.close() };
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
      readGame: () => readFile(file),
      readTrajectory: () => readFile(trajectory).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : Promise.reject(error))),
    });
  });
  return { games, close: () => undefined };
}

async function gamesInArchive(file: string): Promise<OfficialGames> {
  const archive = await ZipArchive.open(file);
  const games = archive.names.flatMap((name) => {
    const trajectory = `${path.posix.dirname(name)}/traj_data.json`;
    return gameAt(name, `${file}: ${name}`, {
      readGame: () => archive.read(name, MAX_BYTES),
      readTrajectory: async () => (archive.has(trajectory) ? archive.read(trajectory, MAX_BYTES) : undefined),
    });
  });
  return { games, close: () => archive.close() };
}

function gameAt(name: string, where: string, read: Pick<OfficialGame, 'readGame' | 'readTrajectory'>): readonly OfficialGame[] {
  const match = GAME.exec(name);
  return match === null ? [] : [{ split: match[1] as AlfworldSplit, id: `${match[2]!}/${match[3]!}`, where, ...read }];
}

function inOrder(games: readonly OfficialGame[], source: string): readonly OfficialGame[] {
  if (games.length === 0)
    throw invalid(
      `${source} holds no official ALFWorld games: files <split>/<task>/<trial>/game.tw-pddl with a split of ${SPLITS.join(', ')}. ` +
        `They are in the archive json_2.1.1_tw-pddl.zip; name it, or the folder where it is unpacked.`,
    );
  const seen = new Map<string, OfficialGame>();
  for (const game of games) {
    const other = seen.get(game.id);
    if (other !== undefined) throw invalid(`The game ${game.id} is there twice: ${other.where} and ${game.where}. Remove one of them.`);
    seen.set(game.id, game);
  }
  const place = ({ split, id }: OfficialGame) => `${SPLITS.indexOf(split)} ${id}`;
  return [...games].sort((one, other) => (place(one) < place(other) ? -1 : 1));
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
