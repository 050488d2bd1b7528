// Raw records of a benchmark, one at a time, from a file of any format, a folder of a dataset, or an array in code. Never holds a whole file.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readArrow } from './records/arrow.js';
import { isGzipped } from './records/bytes.js';
import { datasetFiles } from './records/dataset-folder.js';
import { readJsonArray } from './records/json-array.js';
import { readJsonLines } from './records/json-lines.js';
import { readParquetRecords } from './records/parquet-records.js';
import { invalid, type PartWord, type SourceRecord } from './records/record.js';
import { readTable } from './records/table.js';
import { readYaml } from './records/yaml.js';

export { placeText, type PartWord } from './records/record.js';

/** A path of a file (`FORMATS`), plain or, if it is text, gzipped (.gz); a path of a folder with a Hugging Face dataset; or the records themselves. */
export type BenchmarkSource = string | readonly unknown[];

interface Format {
  readonly word: PartWord;
  /** Whether it may have .gz after its ending. */
  readonly text: boolean;
  /** @param features of a dataset, where a file beside the data has them. */
  read(file: string, features?: unknown): AsyncGenerator<SourceRecord>;
}

const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['.jsonl', { word: 'field', text: true, read: readJsonLines }],
  ['.ndjson', { word: 'field', text: true, read: readJsonLines }],
  ['.json', { word: 'field', text: true, read: readJsonArray }],
  ['.csv', { word: 'column', text: true, read: (file) => readTable(file, '.csv') }],
  ['.tsv', { word: 'column', text: true, read: (file) => readTable(file, '.tsv') }],
  ['.yaml', { word: 'field', text: true, read: readYaml }],
  ['.yml', { word: 'field', text: true, read: readYaml }],
  ['.parquet', { word: 'column', text: false, read: readParquetRecords }],
  ['.arrow', { word: 'column', text: false, read: readArrow }],
  ['.feather', { word: 'column', text: false, read: readArrow }],
]);

const KNOWN = [...FORMATS.keys()].join(', ');
const GZIPPED = [...FORMATS].filter(([, { text }]) => text).map(([ending]) => ending);

/** The name of a source in messages. */
export function sourceName(source: BenchmarkSource): string {
  return typeof source === 'string' ? source : 'The benchmark';
}

export function partWord(source: BenchmarkSource): PartWord {
  return typeof source === 'string' ? (formatOf(source)?.word ?? 'field') : 'field';
}

/** @throws WatersmeetError 'input.invalid' with file, line, what is wrong and what to do. */
export async function* readRecords(source: BenchmarkSource): AsyncGenerator<SourceRecord> {
  if (typeof source !== 'string') {
    for (const [index, value] of source.entries()) yield { value, place: { record: index + 1 } };
    return;
  }
  const found = await stat(source).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw invalid(`${source} does not exist. Check the path of the benchmark; it is relative to the configuration file.`);
    throw invalid(`${source} cannot be read (${error.code ?? error.message}). Check its permissions.`);
  });
  if (found.isDirectory()) yield* readFolder(source);
  else yield* knownFormat(source).read(source);
}

async function* readFolder(folder: string): AsyncGenerator<SourceRecord> {
  for (const { name, split, features } of await datasetFiles(folder, (file) => formatOf(file) !== undefined)) {
    const file = path.join(folder, name);
    for await (const { value, place } of knownFormat(file).read(file, features)) {
      yield { value, place: { file: name, ...place }, ...(split === undefined ? {} : { split }) };
    }
  }
}

function knownFormat(file: string): Format {
  const format = formatOf(file);
  if (format !== undefined) return format;
  const ending = path.extname(file).toLowerCase();
  if (['.xlsx', '.xls', '.ods'].includes(ending)) throw invalid(`${file} is a workbook, which is not read. Save its table as CSV in UTF-8, and name that.`);
  if (['.zip', '.tar', '.tgz', '.7z'].includes(ending))
    throw invalid(`${file} is an archive, which is not read. Unpack it, and name the file or folder in it.`);
  throw invalid(
    `${file} has an unknown ending. A benchmark is one of ${KNOWN} (${GZIPPED.join(', ')} also with .gz), or a folder with a Hugging Face dataset.`,
  );
}

/** By the ending, whatever its case, without that of a compression. */
function formatOf(file: string): Format | undefined {
  const gzipped = isGzipped(file);
  const format = FORMATS.get(path.extname(gzipped ? file.slice(0, -'.gz'.length) : file).toLowerCase());
  return gzipped && format?.text === false ? undefined : format;
}
