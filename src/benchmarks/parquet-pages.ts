// The rows of one column of a row group, decoded page by page: what is held is one page, however large the row group is.

import type { AsyncBuffer, ColumnChunk, Compressors, SchemaTree } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { getMaxRepetitionLevel, getTreePath, isMapLike } from 'hyparquet/src/schema.js';
import { MAP_KEY_PARSERS, RAW_PARSERS } from './parquet-values.js';

type ColumnDecoder = Parameters<typeof readPage>[2];
type PageHeader = ReturnType<typeof parquetHeader>;
/** Values of a column, one a row. */
export type ColumnValues = NonNullable<Parameters<typeof readPage>[3]>;

/** Read at once: the header of a page, and of a small one all. */
const WINDOW_BYTES = 65_536;
/** Page headers take some dozen bytes, with statistics of long texts some thousand. */
const MOST_HEADER_BYTES = 1_048_576;

export class ColumnPages {
  readonly path: readonly string[];
  private readonly file: AsyncBuffer;
  private readonly decoder: ColumnDecoder;
  /** Whether a row holds several values: then it may go on in the next page. */
  private readonly repeated: boolean;
  private offset: number;
  private readonly end: number;
  private window: { readonly start: number; readonly bytes: ArrayBuffer } | undefined;
  private dictionary: ColumnValues | undefined;
  private values: ColumnValues = [];
  /** Values that were taken. */
  private taken = 0;

  constructor(file: AsyncBuffer, chunk: ColumnChunk, schema: SchemaTree, compressors: Compressors) {
    const column = chunk.meta_data!;
    this.path = column.path_in_schema;
    this.file = file;
    const schemaPath = getTreePath(schema, column.path_in_schema);
    const isKey = schemaPath.at(-3) !== undefined && isMapLike(schemaPath.at(-3)!) && column.path_in_schema.at(-1) === 'key';
    const element = schemaPath.at(-1)!.element;
    const parsers = { ...DEFAULT_PARSERS, ...(isKey ? MAP_KEY_PARSERS : RAW_PARSERS) };
    this.decoder = { ...column, pathInSchema: column.path_in_schema, element, schemaPath, compressors, utf8: false, parsers };
    this.repeated = getMaxRepetitionLevel(schemaPath) > 0;
    this.offset = Number(column.dictionary_page_offset || column.data_page_offset);
    this.end = this.offset + Number(column.total_compressed_size);
  }

  /** Rows that can be taken. */
  get ready(): number {
    const left = this.values.length - this.taken;
    return this.repeated && this.offset < this.end ? Math.max(0, left - 1) : left;
  }

  /** Decodes pages until a row is ready, or the column ends. */
  async fill(): Promise<void> {
    while (this.ready === 0 && this.offset < this.end) {
      const { header, length } = await this.readHeader();
      const start = this.offset + length;
      const body = new DataView(...(await this.bytesAt(start, header.compressed_page_size)));
      this.offset = start + header.compressed_page_size;
      const reader = { view: body, offset: 0 };
      if (header.type === 'DICTIONARY_PAGE') {
        const { data } = readPage(reader, header, this.decoder, undefined, undefined, 0);
        if (data !== undefined) this.dictionary = convert(data, this.decoder);
      } else if ((header.data_page_header ?? header.data_page_header_v2)?.num_values !== 0) {
        const begun = this.repeated ? Array.from(this.values.slice(this.taken) as readonly unknown[]) : undefined;
        this.values = readPage(reader, header, this.decoder, this.dictionary, begun, 0).data ?? [];
        this.taken = 0;
      }
    }
  }

  /** The next rows; at most as many as are ready. */
  take(count: number): ColumnValues {
    const from = this.taken;
    this.taken += count;
    return this.values.slice(from, this.taken);
  }

  private async readHeader(): Promise<{ readonly header: PageHeader; readonly length: number }> {
    for (let size = WINDOW_BYTES; ; size *= 4) {
      const wanted = Math.min(size, this.end - this.offset);
      const held = this.window === undefined ? 0 : this.window.start + this.window.bytes.byteLength - this.offset;
      // What is left of the window may hold the header already.
      const reader = { view: new DataView(...(await this.bytesAt(this.offset, size === WINDOW_BYTES && held > 0 ? held : wanted, true))), offset: 0 };
      try {
        return { header: parquetHeader(reader), length: reader.offset };
      } catch (error) {
        if (held > 0 && size === WINDOW_BYTES) this.window = undefined;
        if (reader.view.byteLength >= this.end - this.offset || size > MOST_HEADER_BYTES) throw error;
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
