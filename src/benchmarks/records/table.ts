// CSV and TSV: the first line names the columns.

import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { WatersmeetError } from '../../core/failures.js';
import { MAX_RECORD_BYTES, NEWLINE, readCheckedText } from './bytes.js';
import { invalid, placeText, type SourceRecord } from './record.js';

export async function* readTable(file: string, format: '.csv' | '.tsv'): AsyncGenerator<SourceRecord> {
  const text = readCheckedText(file);
  const head = await text.next();
  if (head.done === true || head.value.length === 0) return;
  const firstLine = head.value.subarray(0, Math.max(0, head.value.indexOf(NEWLINE)) || head.value.length).toString('utf8');
  let ended = 0;
  const parser = parse({
    delimiter: format === '.tsv' ? '\t' : findDelimiter(firstLine),
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
      if (columns.every((name, index) => sameWord(cells[index]!, name)))
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

function sameWord(cell: string, name: string): boolean {
  return cell.length < 2 * name.length + 8 && cell.trim().toLowerCase() === name.toLowerCase();
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
