// ALFWorld games and episodes recorded from the official engine, where they lie beside the project.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseGameRecord, type AlfworldGameRecord } from '../../../src/benchmarks/alfworld/game-record.js';
import type { AlfworldWording } from '../../../src/benchmarks/alfworld/wording.js';
import { sharedData } from '../../support/shared-data.js';

export const ALFWORLD_DATA = sharedData('alfworld');

export function hasAlfworldData(): boolean {
  return existsSync(ALFWORLD_DATA);
}

export interface RecordedEpisode {
  readonly id: string;
  readonly split: string;
  readonly wording: AlfworldWording;
  /** The first step is the reset. */
  readonly steps: readonly { readonly command?: string; readonly observation: string; readonly admissible: readonly string[]; readonly won: boolean }[];
}

/** By split and id. */
export function readGames(file: 'games_eval.jsonl.gz' | 'games_train.jsonl.gz'): ReadonlyMap<string, AlfworldGameRecord> {
  const games = lines(file).map((line, index) => parseGameRecord(line, `${file}, line ${index + 1}`));
  return new Map(games.map((game) => [`${game.split}/${game.id}`, game]));
}

export function readEpisodes(): readonly RecordedEpisode[] {
  return (lines('textworld_transcripts.jsonl.gz') as Transcript[]).map(({ id, split, gram, tr }) => ({
    id,
    split,
    wording: gram === 'old' ? 'put' : 'move',
    steps: tr.map(({ cmd, obs, adm, won }) => ({ ...(cmd === undefined ? {} : { command: cmd }), observation: obs, admissible: adm, won })),
  }));
}

interface Transcript {
  readonly id: string;
  readonly split: string;
  readonly gram: 'old' | 'new';
  readonly tr: readonly { readonly cmd?: string; readonly obs: string; readonly adm: readonly string[]; readonly won: boolean }[];
}

function lines(file: string): readonly unknown[] {
  const text = gunzipSync(readFileSync(path.join(ALFWORLD_DATA, file))).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}
