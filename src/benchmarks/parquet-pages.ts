// Where the pages of a column of a Parquet file lie and which rows they hold, so that a part of a large row group can be read alone.

import { readOffsetIndex, type AsyncBuffer, type ColumnChunk, type SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { getTreePath, isFlatColumn } from 'hyparquet/src/schema.js';

export type PageLocation = ReturnType<typeof readOffsetIndex>['page_locations'][number];

/** Page headers take some dozen bytes, with statistics of long texts some thousand. */
const HEADER_BYTES = [4_096, 65_536, 1_048_576];

/**
 * From the file's index where it has one, else from the headers of the pages, one after the other.
 *
 * @returns undefined if the rows of a page cannot be known without decoding it: lists in pages of the first version, without an index.
 */
export async function pageLocations(file: AsyncBuffer, chunk: ColumnChunk, schema: SchemaTree): Promise<PageLocation[] | undefined> {
  const { offset_index_offset: indexStart, offset_index_length: indexLength, meta_data: column } = chunk;
  if (column === undefined) return undefined;
  if (indexStart !== undefined && indexLength !== undefined) {
    const bytes = await file.slice(Number(indexStart), Number(indexStart) + indexLength);
    return readOffsetIndex({ view: new DataView(bytes), offset: 0 }).page_locations;
  }
  const flat = isFlatColumn(getTreePath(schema, column.path_in_schema));
  const start = Number(column.dictionary_page_offset || column.data_page_offset);
  const end = start + Number(column.total_compressed_size);
  const pages: PageLocation[] = [];
  let row = 0;
  for (let offset = start; offset < end; ) {
    const { header, length } = await readHeader(file, offset, end);
    const size = length + header.compressed_page_size;
    const rows = header.data_page_header_v2?.num_rows ?? (flat ? header.data_page_header?.num_values : undefined);
    if (header.type === 'DATA_PAGE' || header.type === 'DATA_PAGE_V2') {
      if (rows === undefined) return undefined;
      pages.push({ offset: BigInt(offset), compressed_page_size: size, first_row_index: BigInt(row) });
      row += rows;
    }
    offset += size;
  }
  return pages.length === 0 ? undefined : pages;
}

async function readHeader(
  file: AsyncBuffer,
  offset: number,
  end: number,
): Promise<{ readonly header: ReturnType<typeof parquetHeader>; readonly length: number }> {
  for (const bytes of HEADER_BYTES) {
    const reader = { view: new DataView(await file.slice(offset, Math.min(offset + bytes, end))), offset: 0 };
    try {
      return { header: parquetHeader(reader), length: reader.offset };
    } catch (error) {
      if (offset + bytes >= end || bytes === HEADER_BYTES.at(-1)) throw error;
    }
  }
  throw new Error('no page header');
}
