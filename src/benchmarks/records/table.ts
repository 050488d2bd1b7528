// CSV and TSV: the first line names the columns.

import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { WatersmeetError } from '../../core/failures.js';
import { MAX_RECORD_BYTES, NEWLINE, readCheckedText } from './bytes.js';
import { invalid, type SourceRecord } from './record.js';
import { checkHeader, checkRow, type TableRow } from './table-header.js';

/** As Excel writes it above the header; the program itself does not show it. */
const SEPARATOR_LINE = /^sep=(.)\r?$/i;
/** Above the header. */
const MOST_BLANK_LINES = 100;

export async function* readTable(file: string, format: '.csv' | '.tsv'): AsyncGenerator<SourceRecord> {
  const text = readCheckedText(file);
  const head = await text.next();
  if (head.done === true || head.value.length === 0) return;
  const [firstLine = '', ...others] = firstLines(head.value);
  const separator = SEPARATOR_LINE.exec(firstLine)?.[1];
  const names = [firstLine, ...others].find((line) => line.trim() !== '') ?? '';
  if (/^\s*\{\s*"/.test(names)) throw invalid(`${file}, line 1 is JSON, not the header of a table. Give the file the ending .jsonl.`);
  let ended = 0;
  const delimiter = separator ?? (format === '.tsv' ? '\t' : findDelimiter(names));
  const parser = parse({
    delimiter,
    // Many programs write cells between tabs as they are; only one that is in quotes as a whole is taken out of them.
    relax_quotes: delimiter === '\t',
    ...(separator === undefined ? {} : { from_line: 2 }),
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

  let header: TableRow | undefined;
  let records = 0;
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<{ readonly record: readonly string[]; readonly info: { readonly lines: number } }>) {
      // Spreadsheets end with such rows.
      if (cells.length > 1 && cells.every((cell) => cell.trim() === '')) continue;
      const row: TableRow = { line: info.lines - cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0), cells };
      if (header === undefined) {
        header = { line: row.line, cells: cells.map((name) => name.trim()) };
        continue;
      }
      if (records === 0) checkHeader(file, header, row);
      checkRow(file, header, row, records++ === 0);
      // An empty cell is no value.
      yield {
        value: Object.fromEntries(header.cells.map((name, index) => [name, cells[index]!]).filter(([, cell]) => cell !== '')),
        place: { line: row.line },
      };
    }
    if (header !== undefined && records === 0) checkHeader(file, header);
  } catch (error) {
    throw error instanceof CsvError ? tableError(file, error, ended) : error;
  } finally {
    input.destroy();
    parser.destroy();
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

/** Those of the first chunk, as texts. */
function firstLines(chunk: Buffer): readonly string[] {
  const lines: string[] = [];
  for (let start = 0; start < chunk.length && lines.length < MOST_BLANK_LINES; ) {
    const found = chunk.indexOf(NEWLINE, start);
    const end = found === -1 ? chunk.length : found;
    lines.push(chunk.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

/** Comma unless the header has more semicolons (spreadsheets of many countries), tabs or bars. */
function findDelimiter(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => bare.split(delimiter).length;
  return [',', ';', '\t', '|'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}
