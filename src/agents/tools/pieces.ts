// A long text shown to a model piece by piece, or where something stands in it.

import { z } from 'zod';
import { counted } from '../../core/sentences.js';

const DEFAULT_LIMIT = 6_000;
const MOST_LIMIT = 20_000;
const MOST_FOUND = 20;
/** Characters shown on each side of what was found. */
const AROUND = 80;

/** Of every tool that shows long texts. */
export const PIECE_PARAMETERS = {
  offset: z.number().int().min(0).optional().describe('The character to begin with; default 0.'),
  limit: z.number().int().min(1).max(MOST_LIMIT).optional().describe(`Characters to show; default ${DEFAULT_LIMIT}.`),
  find: z.string().min(1).optional().describe('Shows where this text stands instead (upper and lower case alike).'),
};

export interface WantedPiece {
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
  readonly find?: string | undefined;
}

/** @throws Error for the model: the offset is beyond the end. */
export function showPiece(name: string, text: string, { offset = 0, limit = DEFAULT_LIMIT, find }: WantedPiece): string {
  return find === undefined ? piece(name, text, offset, limit) : places(name, text, find);
}

function piece(name: string, text: string, offset: number, limit: number): string {
  if (text === '') return `${name} is empty.`;
  if (offset >= text.length) throw new Error(`${name} has ${counted(text.length, 'character')}: the offset ${offset} is beyond its end.`);
  const end = Math.min(offset + limit, text.length);
  if (offset === 0 && end === text.length) return text;
  const more = end < text.length ? `; go on with offset ${end}` : '; this is the end';
  return `[${name}: characters ${offset} to ${end - 1} of ${text.length}${more}]\n${text.slice(offset, end)}`;
}

function places(name: string, text: string, find: string): string {
  const escaped = find.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const matches = [...text.matchAll(new RegExp(escaped, 'giu'))];
  if (matches.length === 0) return `"${find}" does not stand in ${name} (${counted(text.length, 'character')}).`;
  const shown = matches.slice(0, MOST_FOUND).map(({ index, 0: { length } }) => {
    const around = text.slice(Math.max(0, index - AROUND), index + length + AROUND).replaceAll(/\s+/g, ' ');
    return `offset ${index}: ...${around}...`;
  });
  const more = matches.length > MOST_FOUND ? [`and ${matches.length - MOST_FOUND} more`] : [];
  return [`"${find}" stands ${counted(matches.length, 'time')} in ${name}:`, ...shown, ...more].join('\n');
}
