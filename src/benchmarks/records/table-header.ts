// What may be wrong with the header of a table: a title above it, names that are missing or there twice, the same or another header further down.

import { USUAL_NAMES } from '../usual-names.js';
import { invalid } from './record.js';

/** A line of a table, which a line break within a cell makes longer. */
export interface TableRow {
  /** Its first, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const USUAL: ReadonlySet<string> = new Set<string>(Object.values(USUAL_NAMES).flat());
const INPUTS: ReadonlySet<string> = new Set<string>([...USUAL_NAMES.input, ...USUAL_NAMES.id]);
/** One of them stands between the names when the table's own delimiter is another: taken from a title, or from the file's ending. */
const DELIMITERS = /[,;\t|]/;

/**
 * @param next the line after it, if there is one.
 * @throws WatersmeetError 'input.invalid', as all here.
 */
export function checkHeader(file: string, header: TableRow, next?: TableRow): void {
  if (next !== undefined && isTitle(header, next)) {
    throw invalid(
      `${file}, line ${header.line}: "${shortened(header)}" looks like a title, and line ${next.line} like the header. Remove line ${header.line}: the first line of a table names its columns.`,
    );
  }
  const [only = ''] = header.cells;
  const other = header.cells.length === 1 && looksLikeHeader(header.cells) ? DELIMITERS.exec(only)?.[0] : undefined;
  if (other !== undefined)
    throw invalid(`${file}, line ${header.line}: the names of the columns are separated by "${other}", not by tabs. Give the file the ending .csv.`);
  const seen = new Set<string>();
  for (const [index, name] of header.cells.entries()) {
    if (name === '')
      throw invalid(
        `${file}, line ${header.line}: column ${index + 1} of the header has no name. The first line of a table names its columns: give it a name, or remove the column.`,
      );
    if (seen.has(name)) throw invalid(`${file}, line ${header.line}: two columns are called "${name}". Rename one of them.`);
    seen.add(name);
  }
}

/** @param isFirst whether no record stands above it. */
export function checkRow(file: string, header: TableRow, row: TableRow, isFirst: boolean): void {
  if (isSameHeader(header, row)) {
    const order = header.cells.every((name, index) => isName(row.cells[index], name)) ? '' : ', in another order';
    const remedy = order === '' ? 'Remove this line' : 'Bring the columns below it into the order of the first header, and remove this line';
    throw invalid(`${file}, line ${row.line}: the header is there a second time${order}. ${remedy} (two files may have been joined).`);
  }
  if (row.cells.length > 1 && looksLikeHeader(row.cells)) {
    throw invalid(
      `${file}, line ${row.line}: "${shortened(row)}" looks like a second header (two files may have been joined). Make two files of it, or rename the columns and remove this line; write records that look so as .jsonl.`,
    );
  }
  if (row.cells.length === header.cells.length) return;
  const differs = `${cellCount(row)}, but the header has ${header.cells.length === 1 ? '1 column' : `${header.cells.length} columns`}`;
  const titleRemedy = isFirst && row.cells.length > header.cells.length ? `; if line ${header.line} is a title and not the header, remove it` : '';
  throw invalid(`${file}, line ${row.line}: ${differs}. Put cells that hold a delimiter or a line break in double quotes${titleRemedy}.`);
}

function isTitle(header: TableRow, next: TableRow): boolean {
  const [first = '', ...others] = header.cells;
  // As a spreadsheet writes it: the title's line has as many cells as all others.
  if (first !== '' && others.length > 0 && others.every((cell) => cell === '') && filled(next) > 1) return true;
  return !header.cells.some((cell) => USUAL.has(cell.toLowerCase())) && looksLikeHeader(next.cells);
}

/** Nothing but usual names, among them one of what tasks are asked: no record says so by chance. */
function looksLikeHeader(cells: readonly string[]): boolean {
  const [only = ''] = cells;
  const names = (cells.length === 1 ? only.split(DELIMITERS) : cells).map((cell) => (cell.length > 40 ? '' : cell.trim().toLowerCase()));
  return names.some((name) => INPUTS.has(name)) && names.every((name) => USUAL.has(name)) && new Set(names).size === names.length;
}

/** In whatever order. */
function isSameHeader(header: TableRow, row: TableRow): boolean {
  if (row.cells.length !== header.cells.length) return false;
  return header.cells.every((name, index) => isName(row.cells[index], name) || (header.cells.length > 1 && row.cells.some((cell) => isName(cell, name))));
}

function isName(cell: string | undefined, name: string): boolean {
  return cell !== undefined && cell.length < 2 * name.length + 8 && cell.trim().toLowerCase() === name.toLowerCase();
}

function filled({ cells }: TableRow): number {
  return cells.filter((cell) => cell.trim() !== '').length;
}

function cellCount({ cells }: TableRow): string {
  return cells.length === 1 ? '1 cell' : `${cells.length} cells`;
}

/** The filled cells, for messages. */
function shortened({ cells }: TableRow): string {
  const text = cells.filter((cell) => cell !== '').join(', ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
