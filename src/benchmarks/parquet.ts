// Records of a Parquet file, page by page. The libraries are loaded when a file is read.

import { open, type FileHandle } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { AsyncBuffer, ColumnChunk, Compressors, RowGroup, SchemaTree } from 'hyparquet';
import { WatersmeetError } from '../core/failures.js';
import type { JsonObject } from '../core/json.js';
import { ownMemory } from './own-memory.js';
import type { ColumnPages } from './parquet-pages.js';
import type { ParquetConverter } from './parquet-values.js';

export interface ParquetRecord {
  readonly value: JsonObject;
  /** Counts from 1, over all row groups. */
  readonly row: number;
}

export interface ParquetOptions {
  /** Top-level columns to read; a column of a type that is not supported is an error only if it is read. Default: all. */
  readonly columns?: readonly string[];
}

/** Rows that are put together at once. */
const MOST_ROWS = 1_000;

/**
 * Texts, numbers, booleans, null, lists, structs and maps as they are. NaN is null. Whole numbers beyond 2^53 and decimals of more than 15
 * digits are text, so that no digit is lost. Dates are `2024-05-01`, times `12:30:00`, timestamps `2024-05-01T12:30:00.000001` with `Z` where
 * the column is in UTC. Columns of bytes are read as UTF-8.
 *
 * Memory is that of one page of each column, unpacked (most writers: 1 MB), and of the dictionaries of one row group.
 *
 * @throws WatersmeetError 'input.invalid' with file, record, column and type: cut off or damaged files, encryption, LZO, and the types BSON,
 * INTERVAL, VARIANT, GEOMETRY, GEOGRAPHY, bytes that are no text, infinite numbers.
 */
export async function* readParquet(file: string, options: ParquetOptions = {}): AsyncGenerator<ParquetRecord> {
  const { handle, bytes } = await openParquet(file);
  try {
    yield* readFile(file, bytes, options.columns);
  } finally {
    await handle.close();
  }
}

/** A text that its writer put beside the data under a key, such as `huggingface` for the features of a dataset. @throws as `readParquet`. */
export async function parquetText(file: string, key: string): Promise<string | undefined> {
  const { parquetMetadataAsync } = await import('hyparquet');
  const { handle, bytes } = await openParquet(file);
  try {
    const { key_value_metadata: texts } = await parquetMetadataAsync(bytes, { geoparquet: false });
    return texts?.find((text) => text.key === key)?.value;
  } catch (error) {
    throw damaged(file, error);
  } finally {
    await handle.close();
  }
}

async function openParquet(file: string): Promise<{ readonly handle: FileHandle; readonly bytes: AsyncBuffer }> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw invalid(
      error.code === 'ENOENT'
        ? `${file} does not exist. Check the path of the benchmark.`
        : `${file} cannot be read (${error.code ?? error.message}). Check its permissions.`,
    );
  });
  const found = await handle.stat();
  if (!found.isDirectory()) return { handle, bytes: bufferOf(handle, found.size) };
  await handle.close();
  throw invalid(`${file} is a folder. Name one .parquet file.`);
}

async function* readFile(file: string, bytes: AsyncBuffer, wanted: readonly string[] | undefined): AsyncGenerator<ParquetRecord> {
  const [{ parquetMetadataAsync, parquetSchema }, { compressors: others }, values, pagesOf, { takeRows }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
    import('./parquet-values.js'),
    import('./parquet-pages.js'),
    import('./parquet-rows.js'),
  ]);
  const parsers = { stringFromBytes: values.RAW_PARSERS.stringFromBytes };
  const original = await parquetMetadataAsync(bytes, { geoparquet: false, parsers }).catch((error: unknown) => {
    throw damaged(file, error);
  });
  const annotated = original.schema.map(values.withListType);
  const columns = selectColumns(file, parquetSchema({ schema: annotated }), wanted, values.converterOf);
  const schema = parquetSchema({ schema: annotated.map(values.rawElement) });
  const compressors = { ...others, ...NODE_COMPRESSORS, LZ4: lz4(others.LZ4!), LZ4_RAW: lz4(others.LZ4_RAW!) };

  let done = 0;
  for (const [number, rowGroup] of original.row_groups.entries()) {
    const groupRows = Number(rowGroup.num_rows);
    const chunks = rowGroup.columns.filter((chunk) => columns.has(columnOf(chunk)));
    let pages: readonly ColumnPages[] = [];
    try {
      checkCodecs(chunks);
      pages = chunks.map((chunk) => new pagesOf.ColumnPages(bytes, chunk, schema, compressors));
      for (let left = groupRows; left > 0; ) {
        const { count, values: rows } = await takeRows(pages, schema, Math.min(left, MOST_ROWS));
        for (let index = 0; index < count; index++) {
          done++;
          yield { value: recordOf(file, rows, index, done, columns), row: done };
        }
        left -= count;
      }
    } catch (error) {
      throw error instanceof WatersmeetError ? error : damaged(`${file}, row group ${number + 1} of ${original.row_groups.length}`, error);
    } finally {
      for (const column of pages) column.close();
    }
  }
}

function selectColumns(
  file: string,
  schema: SchemaTree,
  wanted: readonly string[] | undefined,
  converterOf: (node: SchemaTree) => ParquetConverter,
): ReadonlyMap<string, ParquetConverter> {
  const missing = wanted?.find((name) => !schema.children.some(({ element }) => element.name === name));
  const names = schema.children.map(({ element }) => element.name);
  if (missing !== undefined) throw invalid(`${file} has no column "${missing}". It has: ${names.join(', ')}.`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`${file}: two columns are called "${twice}". Rename one of them.`);
  return new Map(
    schema.children
      .filter(({ element }) => wanted === undefined || wanted.includes(element.name))
      .map((node) => {
        try {
          return [node.element.name, converterOf(node)];
        } catch (error) {
          throw invalid(`${file}: ${(error as Error).message}. Write the column as text or numbers, or leave it out.`);
        }
      }),
  );
}

function recordOf(
  file: string,
  rows: ReadonlyMap<string, ArrayLike<unknown>>,
  index: number,
  number: number,
  columns: ReadonlyMap<string, ParquetConverter>,
): JsonObject {
  try {
    return Object.fromEntries([...columns].map(([name, convert]) => [name, convert(rows.get(name)?.[index])]));
  } catch (error) {
    throw invalid(`${file}, record ${number}: ${(error as Error).message}. Write the column as text or numbers, or leave it out.`);
  }
}

/** The top-level column that a chunk belongs to. */
function columnOf(chunk: ColumnChunk): string {
  return chunk.meta_data?.path_in_schema[0] ?? '';
}

function checkCodecs(chunks: RowGroup['columns']): void {
  for (const { meta_data: column, file_path: elsewhere } of chunks) {
    if (column === undefined) throw new Error('a column is encrypted');
    if (elsewhere !== undefined) throw new Error(`the column "${column.path_in_schema.join('.')}" lies in another file (${elsewhere})`);
    if (column.codec === 'LZO') throw new Error(`the column "${column.path_in_schema.join('.')}" is packed with LZO, which is not supported`);
  }
}

/** Node's own are faster, and check sums. */
const NODE_COMPRESSORS: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
};

type Decompress = NonNullable<Compressors['LZ4']>;

/** The library does not know the packed form of nothing, which columns of nulls have. */
function lz4(decompress: Decompress): Decompress {
  return (input, length) => (length === 0 ? new Uint8Array(0) : decompress(input, length));
}

function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      const length = Math.min(end, byteLength) - start;
      if (start < 0 || length < 0) throw new Error(`bytes ${start} to ${end} are beyond its end`);
      const buffer = ownMemory(length);
      const { bytesRead } = await handle.read(new Uint8Array(buffer), 0, length, start);
      if (bytesRead < length) throw new Error(`bytes ${start} to ${end} are beyond its end`);
      return buffer;
    },
  };
}

function damaged(where: string, error: unknown): WatersmeetError {
  // Of whoever reads bytes that are not there.
  const reason = error instanceof RangeError ? 'it ends too early' : error instanceof Error ? error.message : String(error);
  return invalid(`${where} cannot be read as Parquet: ${reason}. It is cut off, damaged, or of another format; get it again, or write it again.`);
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
