// JSON Lines: one record a line.

import { isUtf8 } from 'node:buffer';
import { checkSize, NEWLINE, notUtf8, PendingBytes, readChunks } from './bytes.js';
import { invalid, placeText, type Place, type SourceRecord } from './record.js';

export async function* readJsonLines(file: string): AsyncGenerator<SourceRecord> {
  const pending = new PendingBytes();
  let line = 1;
  for await (const chunk of readChunks(file)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const record = parseLine(file, line, pending.take(chunk.subarray(start, end)));
      if (record !== undefined) yield record;
      start = end + 1;
      line++;
    }
    // Copied, so that a short rest does not keep its whole chunk in memory.
    pending.add(Buffer.from(chunk.subarray(start)));
    checkSize(file, line, pending.length);
  }
  const record = parseLine(file, line, pending.take(Buffer.alloc(0)));
  if (record !== undefined) yield record;
}

function parseLine(file: string, line: number, bytes: Buffer): SourceRecord | undefined {
  if (!isUtf8(bytes)) throw notUtf8(file, line);
  const text = bytes.toString('utf8').trim();
  if (text === '') return undefined;
  const value = parseJson(file, { line }, text);
  if (Array.isArray(value))
    throw invalid(
      `${file}, line ${line} holds a JSON array, not a record. Each line of a .jsonl file is one object; if the file is one JSON array, give it the ending .json.`,
    );
  return { value, place: { line } };
}

export function parseJson(file: string, place: Place, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`${file}, ${placeText(place)} is not valid JSON: ${(error as Error).message}. Correct or remove it.`);
  }
}
