// The cells of an Excel workbook as text: values as shown dates and numbers, formulas, fills and merged cells below each sheet.

import path from 'node:path';
import { unpackText } from './archive.js';
import { walkXml } from './xml.js';

const WORKBOOK = 'xl/workbook.xml';
/** Formulas, fills or merged cells of a sheet that are listed at most. */
const MOST_LISTED = 400;
/** Columns without a value that are shown one by one, so that tables keep their form; a cell may stand 16,000 columns further. */
const MOST_EMPTY_COLUMNS = 30;

interface Cell {
  readonly row: number;
  /** From 0. */
  readonly column: number;
  readonly value: string;
  readonly formula: string;
  readonly fill: string | undefined;
}

/** What a style of a cell means. */
interface CellStyle {
  readonly shows: 'number' | 'date' | 'duration';
  /** RRGGBB. */
  readonly fill: string | undefined;
}

interface Workbook {
  readonly sheets: readonly { readonly name: string; readonly file: string; readonly hidden: boolean }[];
  readonly sharedTexts: readonly string[];
  readonly styles: readonly CellStyle[];
  /** Days count from 1904 instead of 1900. */
  readonly from1904: boolean;
}

/** Throws for what is no workbook of the kind .xlsx. */
export function xlsxText(bytes: Uint8Array): string {
  const files = unpackText(bytes, (name) => /^xl\/.*\.(?:xml|rels)$/.test(name) && !/^xl\/(?:drawings|media|charts)\//.test(name));
  const workbook = readWorkbook(files);
  const names = workbook.sheets.map(({ name, hidden }) => `"${name}"${hidden ? ' (hidden)' : ''}`).join(', ');
  return [`Sheets: ${names}`, ...workbook.sheets.map(({ name, file }) => sheetText(name, files.get(file) ?? '', workbook))].join('\n\n');
}

function readWorkbook(files: ReadonlyMap<string, string>): Workbook {
  const source = files.get(WORKBOOK);
  if (source === undefined) throw new Error('it holds no workbook');
  const targets = new Map<string, string>();
  walk(files.get('xl/_rels/workbook.xml.rels'), (name, { Id, Target = '' }) => {
    if (name === 'Relationship' && Id !== undefined) targets.set(Id, Target.startsWith('/') ? Target.slice(1) : path.posix.join('xl', Target));
  });
  const sheets: Workbook['sheets'][number][] = [];
  let from1904 = false;
  walk(source, (name, attributes) => {
    if (name === 'workbookPr') from1904 = isTrue(attributes['date1904']);
    if (name !== 'sheet') return;
    const relation = Object.keys(attributes).find((key) => key.endsWith(':id'));
    const file = targets.get(attributes[relation ?? ''] ?? '');
    if (file !== undefined) sheets.push({ name: attributes['name'] ?? '', file, hidden: (attributes['state'] ?? 'visible') !== 'visible' });
  });
  return {
    sheets,
    sharedTexts: readSharedTexts(files.get('xl/sharedStrings.xml')),
    styles: readStyles(files.get('xl/styles.xml'), themeColours(files)),
    from1904,
  };
}

function walk(source: string | undefined, open: (name: string, attributes: Readonly<Record<string, string>>) => void): void {
  if (source !== undefined) walkXml(source, { open });
}

function readSharedTexts(source: string | undefined): readonly string[] {
  const texts: string[] = [];
  if (source === undefined) return texts;
  let current = '';
  let inText = false;
  // How a Japanese text is read aloud: no part of it.
  let inPhonetic = false;
  walkXml(source, {
    open: (name) => {
      if (name === 'si') current = '';
      else if (name === 't') inText = true;
      else if (name === 'rPh') inPhonetic = true;
    },
    text: (text) => {
      if (inText && !inPhonetic) current += text;
    },
    close: (name) => {
      if (name === 'si') texts.push(current);
      else if (name === 't') inText = false;
      else if (name === 'rPh') inPhonetic = false;
    },
  });
  return texts;
}

/** The format `[h]:mm:ss`. */
const ELAPSED = 46;

/** Formats of dates and times that every workbook has without naming them (ECMA-376, part 1, 18.8.30). */
function isBuiltInDate(format: number): boolean {
  return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 45 && format <= 47) || (format >= 50 && format <= 58);
}

function shownBy(format: number, code: string | undefined): CellStyle['shows'] {
  if (code === undefined) return format === ELAPSED ? 'duration' : isBuiltInDate(format) ? 'date' : 'number';
  const bare = code.replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  if (/\[(?:h+|m+|s+)\]/i.test(bare)) return 'duration';
  return /[ymdhs]/i.test(bare) && !/general/i.test(bare) ? 'date' : 'number';
}

function readStyles(source: string | undefined, theme: readonly string[]): readonly CellStyle[] {
  const formats = new Map<number, string>();
  const fills: (string | undefined)[] = [];
  const styles: CellStyle[] = [];
  let inCellStyles = false;
  let solid = false;
  if (source === undefined) return styles;
  walkXml(source, {
    open: (name, attributes) => {
      if (name === 'numFmt') formats.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
      else if (name === 'fill') fills.push(undefined);
      else if (name === 'patternFill') solid = (attributes['patternType'] ?? 'none') !== 'none';
      else if (name === 'fgColor' && solid && fills.length > 0) fills[fills.length - 1] = colourOf(attributes, theme);
      else if (name === 'cellXfs') inCellStyles = true;
      else if (name === 'xf' && inCellStyles) {
        const format = Number(attributes['numFmtId'] ?? 0);
        styles.push({ shows: shownBy(format, formats.get(format)), fill: fills[Number(attributes['fillId'] ?? 0)] });
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inCellStyles = false;
      else if (name === 'fills') solid = false;
    },
  });
  return styles;
}

/** In the order in which cells number them: the first two pairs of the theme's list are exchanged. */
function themeColours(files: ReadonlyMap<string, string>): readonly string[] {
  const file = [...files.keys()].find((name) => name.startsWith('xl/theme/'));
  const colours: string[] = [];
  let inScheme = false;
  if (file === undefined) return colours;
  walkXml(files.get(file)!, {
    open: (name, attributes) => {
      if (name === 'clrScheme') inScheme = true;
      else if (inScheme && name === 'sysClr') colours.push(attributes['lastClr'] ?? '');
      else if (inScheme && name === 'srgbClr') colours.push(attributes['val'] ?? '');
    },
    close: (name) => {
      if (name === 'clrScheme') inScheme = false;
    },
  });
  const [dark1 = '', light1 = '', dark2 = '', light2 = '', ...rest] = colours;
  return [light1, dark1, light2, dark2, ...rest];
}

/** The eight first colours of the old palette, twice; then those of Excel 97 (ECMA-376, part 1, 18.8.27). */
const PALETTE =
  '000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333'.split(
    ' ',
  );

function colourOf(attributes: Readonly<Record<string, string>>, theme: readonly string[]): string | undefined {
  const { rgb, theme: number, indexed, tint } = attributes;
  const base = rgb?.slice(-6) ?? (number === undefined ? (indexed === undefined ? undefined : PALETTE[Number(indexed)]) : theme[Number(number)]);
  if (base === undefined || !/^[0-9a-f]{6}$/i.test(base)) return undefined;
  return tint === undefined ? base.toUpperCase() : tinted(base, Number(tint));
}

/** Lightness moved towards white or black; each channel alone comes close to what is shown. */
function tinted(colour: string, tint: number): string {
  const channels = [0, 2, 4].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
  const moved = channels.map((value) => Math.round(tint < 0 ? value * (1 + tint) : value + (255 - value) * tint));
  return moved
    .map((value) => Math.min(255, Math.max(0, value)).toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

function sheetText(name: string, source: string, workbook: Workbook): string {
  const { cells, merged } = readSheet(source, workbook);
  const filled = cells.filter(({ value, formula }) => value !== '' || formula !== '');
  if (filled.length === 0 && cells.every(({ fill }) => fill === undefined)) return `## Sheet "${name}": empty`;
  const columns = shownColumns(new Set(filled.map(({ column }) => column)));
  const rows = new Map<number, Map<number, string>>();
  for (const { row, column, value } of filled) rows.set(row, (rows.get(row) ?? new Map<number, string>()).set(column, value));
  const header = ['row', ...columns.map(({ title }) => title)].join('\t');
  const lines = [...rows].map(([row, values]) => [row, ...columns.map(({ column }) => values.get(column) ?? '')].join('\t').trimEnd());
  const formulas = cells.filter(({ formula }) => formula !== '').map((cell) => `${address(cell.row, cell.column)} =${cell.formula}`);
  return [
    `## Sheet "${name}"`,
    header,
    ...lines,
    ...listed('Formulas', formulas),
    ...listed('Fills (RRGGBB)', fillRanges(cells)),
    ...listed('Merged', merged),
  ].join('\n');
}

/** In their order, each by its letters; a long run of columns without a value is one. */
function shownColumns(filled: ReadonlySet<number>): readonly { readonly column: number; readonly title: string }[] {
  const columns: { readonly column: number; readonly title: string }[] = [];
  let next = 0;
  for (const column of [...filled].toSorted((left, right) => left - right)) {
    if (column - next > MOST_EMPTY_COLUMNS) {
      columns.push({ column: next, title: `[${columnName(next)} to ${columnName(column - 1)} are empty]` });
      next = column;
    }
    for (; next <= column; next++) columns.push({ column: next, title: columnName(next) });
  }
  return columns;
}

function listed(title: string, entries: readonly string[]): readonly string[] {
  if (entries.length === 0) return [];
  const more = entries.length > MOST_LISTED ? `; and ${entries.length - MOST_LISTED} more` : '';
  return [`${title}: ${entries.slice(0, MOST_LISTED).join('; ')}${more}`];
}

function readSheet(source: string, workbook: Workbook): { readonly cells: readonly Cell[]; readonly merged: readonly string[] } {
  const cells: Cell[] = [];
  const merged: string[] = [];
  let row = 0;
  let column = -1;
  let attributes: Readonly<Record<string, string>> = {};
  let value = '';
  let formula = '';
  let part: 'v' | 'f' | 't' | undefined;
  let inPhonetic = false;
  if (source === '') return { cells, merged };
  walkXml(source, {
    open: (name, found) => {
      if (name === 'row') {
        row = found['r'] === undefined ? row + 1 : Number(found['r']);
        column = -1;
      } else if (name === 'c') {
        attributes = found;
        column = found['r'] === undefined ? column + 1 : columnIndex(found['r']);
        value = '';
        formula = '';
      } else if (name === 'v' || name === 'f' || name === 't') part = name;
      else if (name === 'rPh') inPhonetic = true;
      else if (name === 'mergeCell' && found['ref'] !== undefined) merged.push(found['ref']);
    },
    text: (text) => {
      if (part === 'f') formula += text;
      else if (part !== undefined && !inPhonetic) value += text;
    },
    close: (name) => {
      if (name === 'v' || name === 'f' || name === 't') part = undefined;
      else if (name === 'rPh') inPhonetic = false;
      else if (name === 'c') {
        const style = workbook.styles[Number(attributes['s'] ?? 0)];
        cells.push({ row, column, value: cellText(value, attributes['t'] ?? 'n', style, workbook), formula, fill: style?.fill });
      }
    },
  });
  return { cells, merged };
}

function cellText(value: string, type: string, style: CellStyle | undefined, workbook: Workbook): string {
  if (value === '') return '';
  switch (type) {
    case 's':
      return oneLine(workbook.sharedTexts[Number(value)] ?? '');
    case 'b':
      return isTrue(value) ? 'TRUE' : 'FALSE';
    case 'n':
      if (style?.shows === 'duration') return durationText(Number(value));
      return style?.shows === 'date' ? dateText(Number(value), workbook.from1904) : numberText(value);
    default:
      return oneLine(value);
  }
}

/** Files hold 0.1 + 0.2 with all its digits; 15 are what the program shows at most. */
function numberText(value: string): string {
  const number = Number(value);
  return Number.isFinite(number) ? String(Number(number.toPrecision(15))) : value;
}

/** A day number as date, time or both. Before March 1900 the 1900 calendar is one day off: it has a 29 February 1900. */
function dateText(serial: number, from1904: boolean): string {
  if (!Number.isFinite(serial)) return String(serial);
  const seconds = Math.round(serial * 86_400);
  const dayOffset = from1904 ? 24_107 : serial < 60 ? 25_568 : 25_569;
  const date = new Date((seconds - dayOffset * 86_400) * 1_000);
  if (Number.isNaN(date.getTime())) return String(serial);
  const [day, time] = [date.toISOString().slice(0, 10), date.toISOString().slice(11, 19)];
  if (serial < 1 && !from1904) return time;
  return time === '00:00:00' ? day : `${day} ${time}`;
}

/** Days as hours, minutes and seconds. */
function durationText(days: number): string {
  if (!Number.isFinite(days)) return String(days);
  const seconds = Math.round(Math.abs(days) * 86_400);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${days < 0 ? '-' : ''}${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\r?\n/g, '\\n').replaceAll('\t', ' ');
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

/** By colour, neighbours in a row as a range. */
function fillRanges(cells: readonly Cell[]): readonly string[] {
  const ranges = new Map<string, string[]>();
  const more = new Set<string>();
  let run: { readonly fill: string; readonly row: number; readonly from: number; to: number } | undefined;
  const end = () => {
    if (run === undefined) return;
    const range = `${address(run.row, run.from)}${run.to === run.from ? '' : `:${address(run.row, run.to)}`}`;
    const found = ranges.get(run.fill);
    if (found === undefined) ranges.set(run.fill, [range]);
    else if (found.length < MOST_LISTED) found.push(range);
    else more.add(run.fill);
    run = undefined;
  };
  for (const { row, column, fill } of cells) {
    if (run !== undefined && fill === run.fill && row === run.row && column === run.to + 1) run.to = column;
    else {
      end();
      if (fill !== undefined) run = { fill, row, from: column, to: column };
    }
  }
  end();
  return [...ranges].map(([fill, found]) => `${fill}: ${found.join(' ')}${more.has(fill) ? ' and more' : ''}`);
}

function address(row: number, column: number): string {
  return `${columnName(column)}${row}`;
}

function columnName(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : columnName(Math.floor(column / 26) - 1) + columnName(column % 26);
}

function columnIndex(reference: string): number {
  let index = 0;
  for (const letter of /^[A-Z]+/.exec(reference)?.[0] ?? 'A') index = index * 26 + letter.charCodeAt(0) - 64;
  return index - 1;
}
