// The rows of one column of a row group, page by page: what is held is one page as it is stored, however large the row group is.

import { snappyUncompress, type AsyncBuffer, type ColumnChunk, type Compressors, type SchemaTree } from 'hyparquet';
import { assembleLists } from 'hyparquet/src/assemble.js';
import { parquetHeader, type readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath, isMapLike } from 'hyparquet/src/schema.js';
import { giveBack, ownMemory } from './own-memory.js';
import { plainBytes, valuesStart, type ColumnValues, type Values } from './parquet-bytes.js';
import { MAP_KEY_PARSERS, RAW_PARSERS } from './parquet-values.js';

type ColumnDecoder = Parameters<typeof readPage>[2];
type PageHeader = ReturnType<typeof parquetHeader>;

/** Read at once: the header of a page, and of a small one all. */
const WINDOW_BYTES = 65_536;
/** Page headers take some dozen bytes, with statistics of long texts some thousand. */
const MOST_HEADER_BYTES = 1_048_576;
/** From so many bytes on, nothing of a page waits for the collector. */
const LARGE_PAGE_BYTES = 4_194_304;

/** A page that is decoded as far as its levels; its rows are put together when they are taken. */
interface Page {
  /** Empty: all values are there. */
  readonly definition: readonly number[];
  /** Empty: a value a row. */
  readonly repetition: readonly number[];
  readonly values: Values;
  readonly entries: number;
  /** Entries, and values, that were taken. */
  entry: number;
  value: number;
}

type Indexes = Uint8Array | number[];
type DataPage = ReturnType<typeof readDataPageV2>;

export class ColumnPages {
  readonly path: readonly string[];
  private readonly file: AsyncBuffer;
  private readonly decoder: ColumnDecoder;
  private readonly compressors: Compressors;
  private readonly deepest: number;
  /** Whether a row may hold several values, and go on in the next page. */
  private readonly repeated: boolean;
  /** Whether it holds bytes of any length, which are made text when their record is. */
  private readonly isText: boolean;
  private offset: number;
  private readonly end: number;
  private window: { readonly start: number; readonly bytes: ArrayBuffer } | undefined;
  private dictionary: Values | undefined;
  private page: Page | undefined;
  /** The row that the pages before this one end with, which may go on. */
  private open: unknown[] = [];
  private rows = 0;
  /** Where a large page is unpacked to. */
  private room: ArrayBuffer | undefined;

  constructor(file: AsyncBuffer, chunk: ColumnChunk, schema: SchemaTree, compressors: Compressors) {
    const column = chunk.meta_data!;
    this.path = column.path_in_schema;
    this.file = file;
    this.compressors = compressors;
    const schemaPath = getTreePath(schema, column.path_in_schema);
    const above = schemaPath.at(-3);
    const isKey = above !== undefined && isMapLike(above) && column.path_in_schema.at(-1) === 'key';
    const own = { ...compressors, SNAPPY: (bytes: Uint8Array, size: number) => this.unpackSnappy(bytes, size) };
    const parsers = { ...DEFAULT_PARSERS, ...(isKey ? MAP_KEY_PARSERS : RAW_PARSERS) };
    this.decoder = { ...column, pathInSchema: column.path_in_schema, element: schemaPath.at(-1)!.element, schemaPath, compressors: own, utf8: false, parsers };
    this.isText = column.type === 'BYTE_ARRAY' && !isKey;
    this.deepest = getMaxDefinitionLevel(schemaPath);
    this.repeated = getMaxRepetitionLevel(schemaPath) > 0;
    this.offset = Number(column.dictionary_page_offset || column.data_page_offset);
    this.end = this.offset + Number(column.total_compressed_size);
  }

  /** Rows that can be taken. */
  get ready(): number {
    return this.repeated && this.offset < this.end ? Math.max(0, this.rows - 1) : this.rows;
  }

  /** Reads pages until a row is ready, or the column ends. */
  async fill(): Promise<void> {
    while (this.ready === 0 && this.offset < this.end) {
      // What a page leaves is the beginning of a row.
      if (this.rows > 0) this.open = [...(this.take(1) as readonly unknown[])];
      this.page = undefined;
      const { header, length } = await this.readHeader();
      const start = this.offset + length;
      const [buffer, from, size] = await this.bytesAt(start, header.compressed_page_size);
      this.offset = start + size;
      this.decode(header, new Uint8Array(buffer, from, size));
      if (size >= LARGE_PAGE_BYTES && this.isPacked(header)) giveBack(buffer);
    }
  }

  /** When nobody looks any more at what was taken. */
  close(): void {
    if (this.room !== undefined) giveBack(this.room);
    this.room = undefined;
  }

  private isPacked({ data_page_header_v2: second }: PageHeader): boolean {
    return this.decoder.codec !== 'UNCOMPRESSED' && second?.is_compressed !== false;
  }

  /** The library's own way takes the packed and the unpacked page once more, and never gives that back. Rows of repeated columns go on in the next page. */
  private unpackSnappy(bytes: Uint8Array, size: number): Uint8Array {
    if (size < LARGE_PAGE_BYTES || this.repeated) return this.compressors.SNAPPY!(bytes, size);
    this.close();
    this.room = ownMemory(size);
    const page = new Uint8Array(this.room, 0, size);
    snappyUncompress(bytes, page);
    return page;
  }

  private decode(header: PageHeader, bytes: Uint8Array): void {
    const { decoder } = this;
    const { codec, compressors } = decoder;
    const { dictionary_page_header: dictionary, data_page_header: first, data_page_header_v2: second } = header;
    if (dictionary !== undefined) {
      this.dictionary = this.plainValues(decompressPage(bytes, header.uncompressed_page_size, codec, this.compressors), dictionary.num_values);
      return;
    }
    if (first !== undefined) this.page = this.firstVersion(decompressPage(bytes, header.uncompressed_page_size, codec, compressors), first);
    else if (second !== undefined) this.page = this.pageOf(readDataPageV2(bytes, header, decoder), second);
    else throw new Error(`a page is of the type ${header.type}`);
    if (!this.repeated) {
      this.rows = this.page.entries;
      return;
    }
    this.rows = this.open.length;
    for (const level of this.page.repetition) if (level === 0) this.rows++;
    const goesOn = this.rowEnd(0);
    // What goes on is put together with its beginning at once.
    if (this.open.length > 0 && goesOn > 0) this.assemble(this.open, goesOn);
  }

  private firstVersion(bytes: Uint8Array, data: NonNullable<PageHeader['data_page_header']>): Page {
    if (!this.isText || data.encoding !== 'PLAIN') return this.pageOf(readDataPage(bytes, data, this.decoder), data);
    const start = valuesStart(bytes, (this.repeated ? 1 : 0) + (this.deepest > 0 ? 1 : 0));
    // The library shall read the levels only: after them, places in a dictionary that take no bits.
    const levels = new Uint8Array(start + 1);
    levels.set(bytes.subarray(0, start));
    const read = readDataPage(levels, { ...data, encoding: 'RLE_DICTIONARY' }, this.decoder);
    return page(data.num_values, read, plainBytes(bytes.subarray(start), read.dataPage.length));
  }

  private pageOf(read: DataPage, { num_values: entries, encoding }: { readonly num_values: number; readonly encoding: string }): Page {
    const { dictionary } = this;
    const looked = dictionary !== undefined && encoding.endsWith('_DICTIONARY');
    return page(entries, read, looked ? lookedUp(dictionary, read.dataPage as Indexes) : convert(read.dataPage, this.decoder));
  }

  private plainValues(bytes: Uint8Array, count: number): Values {
    if (this.isText) return plainBytes(bytes, count);
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
    return convert(readPlain(reader, this.decoder.type, count, this.decoder.element.type_length), this.decoder);
  }

  /** The next rows; at most as many as are ready. */
  take(count: number): ColumnValues {
    this.rows -= count;
    const rows = this.open;
    this.open = [];
    if (this.page === undefined || rows.length === count) return rows;
    return this.assemble(rows, this.rowEnd(count - rows.length));
  }

  /** Where so many rows end that begin in the page after what was taken of it; of none, what comes before the next beginning. */
  private rowEnd(count: number): number {
    const { entry, entries, repetition } = this.page!;
    if (!this.repeated) return entry + count;
    let at = entry;
    for (let begun = 0; at < entries; at++) {
      if (repetition[at] === 0 && begun++ === count) break;
    }
    return at;
  }

  /** Adds what the entries hold up to there. */
  private assemble(rows: unknown[], end: number): ColumnValues {
    const page = this.page!;
    const definition = page.definition.slice(page.entry, end);
    const repetition = page.repetition.slice(page.entry, end);
    let count = end - page.entry;
    for (const level of definition) if (level !== this.deepest) count--;
    const values = page.values.slice(page.value, page.value + count);
    page.entry = end;
    page.value += count;
    return assembleLists(rows, definition, repetition, values, this.decoder.schemaPath);
  }

  private async readHeader(): Promise<{ readonly header: PageHeader; readonly length: number }> {
    // What is left of the window may hold the header already.
    const held = this.window === undefined ? 0 : this.window.start + this.window.bytes.byteLength - this.offset;
    for (let size = held > 0 ? held : WINDOW_BYTES; ; size = Math.max(WINDOW_BYTES, 4 * size)) {
      const wanted = Math.min(size, this.end - this.offset);
      const reader = { view: new DataView(...(await this.bytesAt(this.offset, wanted, true))), offset: 0 };
      try {
        return { header: parquetHeader(reader), length: reader.offset };
      } catch (error) {
        if (wanted === this.end - this.offset || size > MOST_HEADER_BYTES) throw error;
      }
    }
  }

  /** @param keep whether more than that may be wanted of these bytes. */
  private async bytesAt(start: number, length: number, keep = false): Promise<[ArrayBuffer, number, number]> {
    const { window } = this;
    if (window !== undefined && start >= window.start && start + length <= window.start + window.bytes.byteLength)
      return [window.bytes, start - window.start, length];
    const bytes = await this.file.slice(start, start + length);
    this.window = keep ? { start, bytes } : undefined;
    return [bytes, 0, length];
  }
}

function page(entries: number, { definitionLevels, repetitionLevels }: DataPage, values: Values): Page {
  return { definition: definitionLevels ?? [], repetition: repetitionLevels, values, entries, entry: 0, value: 0 };
}

/** What the places in a dictionary stand for. */
function lookedUp(dictionary: Values, indexes: Indexes): Values {
  const at = (index: number): unknown => dictionary.at(index);
  return { at: (index) => at(indexes[index]!), slice: (from, to) => Array.from(indexes.slice(from, to), at) };
}
