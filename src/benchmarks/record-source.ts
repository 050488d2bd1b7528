// Raw records of a benchmark, one at a time: JSON Lines, a JSON array, CSV, or an array in code. Never holds a whole file.

import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { WatersmeetError } from '../core/failures.js';

/** Where a record stands; both count from 1. */
export interface Place {
  readonly line?: number;
  readonly record?: number;
}

export interface SourceRecord {
  readonly value: unknown;
  readonly place: Place;
}

/** A path of a .jsonl, .ndjson, .json, .csv or .tsv file, plain or gzipped (.gz), or the records themselves. */
export type BenchmarkSource = string | readonly unknown[];

/** What the parts of a record are called in messages. */
export type PartWord = 'field' | 'column';

const CHUNK_BYTES = 1 << 20;
/** One record may take this much: more is a file of another format, or broken quotes. */
const MAX_RECORD_BYTES = 256 * 1024 * 1024;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** `line 3`, `line 3 (record 2)` or `record 2`. */
export function placeText({ line, record }: Place): string {
  if (line === undefined) return `record ${record ?? 0}`;
  return record === undefined ? `line ${line}` : `line ${line} (record ${record})`;
}

/** The name of a source in messages. */
export function sourceName(source: BenchmarkSource): string {
  return typeof source === 'string' ? source : 'The benchmark';
}

export function partWord(source: BenchmarkSource): PartWord {
  return typeof source === 'string' && isTable(source) ? 'column' : 'field';
}

/** @throws WatersmeetError 'input.invalid' with file, line, what is wrong and what to do. */
export async function* readRecords(source: BenchmarkSource): AsyncGenerator<SourceRecord> {
  if (typeof source !== 'string') {
    for (const [index, value] of source.entries()) yield { value, place: { record: index + 1 } };
    return;
  }
  await requireFile(source);
  if (isTable(source)) yield* readTable(source);
  else if (formatOf(source) === '.json') yield* readJsonArray(source);
  else yield* readJsonLines(source);
}

function isTable(file: string): boolean {
  return ['.csv', '.tsv'].includes(formatOf(file));
}

/** The ending of a file, in lower case, without that of a compression. */
function formatOf(file: string): string {
  return extname(isGzipped(file) ? file.slice(0, -'.gz'.length) : file).toLowerCase();
}

function isGzipped(file: string): boolean {
  return file.toLowerCase().endsWith('.gz');
}

async function requireFile(file: string): Promise<void> {
  const known = ['.jsonl', '.ndjson', '.json', '.csv', '.tsv'];
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    if (found.code === 'ENOENT') throw invalid(`${file} does not exist. Check the path of the benchmark; it is relative to the configuration file.`);
    throw invalid(`${file} cannot be read (${found.code ?? found.message}). Check its permissions.`);
  }
  if (found.isDirectory()) throw invalid(`${file} is a folder. Name one file: ${known.join(', ')}.`);
  if (!known.includes(formatOf(file))) throw invalid(`${file} has an unknown ending. A benchmark is one of ${known.join(', ')}, each also with .gz.`);
}

function openBytes(file: string): Readable {
  const stored = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  if (!isGzipped(file)) return stored;
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  stored.once('error', (error) => unpacked.destroy(error));
  unpacked.once('close', () => stored.destroy());
  return stored.pipe(unpacked);
}

/** The bytes of a file without a byte order mark, checked not to be UTF-16. */
async function* readChunks(file: string): AsyncGenerator<Buffer> {
  let first = true;
  try {
    for await (const read of openBytes(file)) {
      let chunk = read as Buffer;
      if (first) {
        first = false;
        const head = chunk.subarray(0, 1024);
        if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff) || head.includes(0)) {
          throw invalid(`${file} is not UTF-8 (it looks like UTF-16). Save it as UTF-8 and start again.`);
        }
        if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) chunk = chunk.subarray(3);
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw invalid(`${file} cannot be unpacked: ${error.message}. It is cut off or no gzip file; get it again.`);
    if (error instanceof Error && 'code' in error && 'syscall' in error)
      throw invalid(`${file} cannot be read (${String(error.code)}). Check its permissions.`);
    throw error;
  }
}

function notUtf8(file: string, line: number): WatersmeetError {
  return invalid(`${file}, line ${line}: not UTF-8 (it looks like Latin-1 or Windows-1252). Save the file as UTF-8 and start again.`);
}

/** Bytes that arrive in pieces and are wanted as one text. */
class PendingBytes {
  private pieces: Buffer[] = [];
  private size = 0;

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.size += piece.length;
  }

  get length(): number {
    return this.size;
  }

  take(last: Buffer): Buffer {
    if (this.pieces.length === 0) return last;
    const whole = Buffer.concat([...this.pieces, last]);
    this.pieces = [];
    this.size = 0;
    return whole;
  }
}

function checkSize(file: string, line: number, bytes: number): void {
  if (bytes > MAX_RECORD_BYTES)
    throw invalid(`${file}, line ${line}: the record is longer than 256 MB. Check that the file's ending says what it holds, and that no quote is left open.`);
}

async function* readJsonLines(file: string): AsyncGenerator<SourceRecord> {
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

function parseJson(file: string, place: Place, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`${file}, ${placeText(place)} is not valid JSON: ${(error as Error).message}. Correct or remove it.`);
  }
}

/** Finds the elements of the outermost array by their brackets and quotes; each is parsed alone. */
async function* readJsonArray(file: string): AsyncGenerator<SourceRecord> {
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

/** The chunks again, cut at line ends, each checked. */
async function* readCheckedText(file: string): AsyncGenerator<Buffer> {
  const pending = new PendingBytes();
  let line = 1;
  const check = (bytes: Buffer): Buffer => {
    if (!isUtf8(bytes)) {
      for (let start = 0; start < bytes.length; line++) {
        const found = bytes.indexOf(NEWLINE, start);
        const end = found === -1 ? bytes.length : found;
        if (!isUtf8(bytes.subarray(start, end))) throw notUtf8(file, line);
        start = end + 1;
      }
    }
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) line++;
    return bytes;
  };
  for await (const chunk of readChunks(file)) {
    const cut = chunk.lastIndexOf(NEWLINE) + 1;
    if (cut > 0) yield check(pending.take(chunk.subarray(0, cut)));
    pending.add(Buffer.from(chunk.subarray(cut)));
    checkSize(file, line, pending.length);
  }
  yield check(pending.take(Buffer.alloc(0)));
}

async function* readTable(file: string): AsyncGenerator<SourceRecord> {
  const text = readCheckedText(file);
  const head = await text.next();
  if (head.done === true || head.value.length === 0) return;
  const firstLine = head.value.subarray(0, Math.max(0, head.value.indexOf(NEWLINE)) || head.value.length).toString('utf8');
  let ended = 0;
  const parser = parse({
    delimiter: formatOf(file) === '.tsv' ? '\t' : findDelimiter(firstLine),
    info: true,
    on_record: (cells, { lines }) => {
      ended = lines;
      return cells;
    },
    // Counted below, with a better message.
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
  });
  const rest = async function* (): AsyncGenerator<Buffer> {
    yield head.value;
    yield* text;
  };
  const input = Readable.from(rest(), { objectMode: false });
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);

  let columns: readonly string[] | undefined;
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<{ readonly record: readonly string[]; readonly info: { readonly lines: number } }>) {
      const place = { line: info.lines - cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0) };
      if (columns === undefined) {
        columns = cells.map((name) => name.trim());
        checkHeader(file, placeText(place), columns);
        continue;
      }
      if (cells.length !== columns.length) {
        throw invalid(
          `${file}, ${placeText(place)}: ${cells.length} cells, but the header has ${columns.length} columns. Put cells that hold a delimiter or a line break in double quotes.`,
        );
      }
      if (columns.every((name, index) => cells[index]!.trim() === name))
        throw invalid(`${file}, ${placeText(place)}: the header is there a second time. Remove this line (two files may have been joined).`);
      // An empty cell is no value.
      yield { value: Object.fromEntries(columns.map((name, index) => [name, cells[index]!]).filter(([, cell]) => cell !== '')), place };
    }
  } catch (error) {
    throw error instanceof CsvError ? tableError(file, error, ended) : error;
  } finally {
    input.destroy();
    parser.destroy();
  }
}

function checkHeader(file: string, place: string, columns: readonly string[]): void {
  const seen = new Set<string>();
  for (const [index, name] of columns.entries()) {
    if (name === '') throw invalid(`${file}, ${place}: column ${index + 1} of the header has no name. The first line of a table names its columns.`);
    if (seen.has(name)) throw invalid(`${file}, ${place}: two columns are called "${name}". Rename one of them.`);
    seen.add(name);
  }
}

/** @param ended the line in which the last good record ended. */
function tableError(file: string, error: CsvError, ended: number): WatersmeetError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return invalid(
      `${file}, line ${ended + 1}: a double quote is opened in this record and never closed. Close it; a quote inside of a cell is written twice ("").`,
    );
  const lines: unknown = error['lines'];
  const place = typeof lines === 'number' ? `, line ${lines}` : '';
  if (error.code === 'CSV_INVALID_CLOSING_QUOTE' || error.code === 'INVALID_OPENING_QUOTE') {
    return invalid(`${file}${place}: a double quote stands in the middle of a cell. Put the whole cell in double quotes and write the inner quote twice ("").`);
  }
  return invalid(`${file}${place}: not a valid table: ${error.message}`);
}

/** Comma unless the header has more semicolons (spreadsheets of many countries) or tabs. */
function findDelimiter(header: string): ',' | ';' | '\t' {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => bare.split(delimiter).length;
  if (count(';') > count(',') && count(';') >= count('\t')) return ';';
  return count('\t') > count(',') ? '\t' : ',';
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
