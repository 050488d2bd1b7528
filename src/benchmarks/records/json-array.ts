// A JSON file: one array of records.

import { isUtf8 } from 'node:buffer';
import { checkSize, NEWLINE, notUtf8, PendingBytes, readChunks } from './bytes.js';
import { parseJson } from './json-lines.js';
import { invalid, type SourceRecord } from './record.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Finds the elements of the outermost array by their brackets and quotes; each is parsed alone. */
export async function* readJsonArray(file: string): AsyncGenerator<SourceRecord> {
  const pending = new PendingBytes();
  let state: 'before' | 'inside' | 'after' = 'before';
  let line = 1;
  let record = 0;
  let recordLine = 1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let started = false;

  for await (const chunk of readChunks(file)) {
    let start = 0;
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index]!;
      if (byte === NEWLINE) line++;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        continue;
      }
      const blank = byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;
      if (state === 'inside') {
        if (!blank && !started) {
          started = true;
          recordLine = line;
        }
        if (byte === QUOTE) inString = true;
        else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
        else if (depth > 0) {
          if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
        } else if (byte === COMMA || byte === CLOSE_ARRAY) {
          const bytes = pending.take(chunk.subarray(start, index));
          if (!isUtf8(bytes)) throw notUtf8(file, recordLine);
          const text = bytes.toString('utf8').trim();
          start = index + 1;
          started = false;
          if (byte === CLOSE_ARRAY) state = 'after';
          if (text === '' && byte === CLOSE_ARRAY && record === 0) continue;
          record++;
          const place = { line: recordLine, record };
          yield { value: parseJson(file, place, text), place };
        }
      } else if (!blank) {
        if (state === 'before' && byte === OPEN_ARRAY) {
          state = 'inside';
          start = index + 1;
        } else if (state === 'before') {
          throw invalid(
            `${file}, line ${line}: a .json benchmark is one array of records: [{"input": ...}, ...]. If each line of the file is one record, give it the ending .jsonl.`,
          );
        } else {
          throw invalid(`${file}, line ${line}: there is text after the end of the array. Remove it.`);
        }
      }
    }
    if (state === 'inside') {
      pending.add(Buffer.from(chunk.subarray(start)));
      checkSize(file, recordLine, pending.length);
    }
  }
  if (state === 'inside')
    throw invalid(`${file}, line ${line}: the array is not closed; the file seems to be cut off. Its last record begins in line ${recordLine}.`);
}
