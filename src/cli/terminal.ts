// The two streams: what a command answers goes to stdout, what it tells meanwhile to stderr. Lines are wrapped on a terminal;
// in a pipe they are plain.

import { stripVTControlCharacters } from 'node:util';
import { asTyped } from './typed.js';
import { wrapText } from './views/lines.js';

type Stream = NodeJS.WriteStream & { readonly fd: 1 | 2 };

const WIDTH = 80;

/** Columns of a terminal, or undefined for a pipe or file: nothing is cut or wrapped there. */
export function columnsOf(stream: Stream): number | undefined {
  return stream.isTTY ? stream.columns || WIDTH : undefined;
}

/** Writes lines as the stream can show them. */
export function write(stream: Stream, text: string): void {
  stream.write(`${shown(stream, text)}\n`);
}

function shown(stream: Stream, words: string): string {
  const text = asTyped(words);
  const columns = columnsOf(stream);
  if (columns !== undefined) return wrapText(text, columns);
  return process.env['FORCE_COLOR'] === undefined ? stripVTControlCharacters(text) : text;
}

let live: ((text: string) => void) | undefined;

/** Tells a person what goes on, above the live tree if there is one. */
export function tell(text: string): void {
  if (live === undefined) write(process.stderr, text);
  else live(shown(process.stderr, text));
}

/** While a live view is on the screen it writes what is told: nothing else may touch its lines. Call what is returned when it is done. */
export function tellThrough(persist: (text: string) => void): () => void {
  live = persist;
  return () => {
    live = undefined;
  };
}

/** Tells what is found, fetched and started. */
export function teller(options: { readonly json?: true }): (sentence: string) => void {
  return options.json === true ? () => undefined : tell;
}
