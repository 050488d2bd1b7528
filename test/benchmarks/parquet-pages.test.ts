// Needs nothing: pages are made by hand, since no writer at hand lets a list go on in the next page, as older ones did.

import assert from 'node:assert/strict';
import { parquetSchema, type ColumnChunk, type SchemaElement } from 'hyparquet';
import { ColumnPages } from '../../src/benchmarks/parquet-pages.js';
import { takeRows } from '../../src/benchmarks/parquet-rows.js';

/** Of an optional list of optional texts: repetition level (0: a new row), definition level (3: a text), the text. */
type Entry = readonly [repetition: 0 | 1, definition: 0 | 1 | 2 | 3, text?: string];

const ELEMENTS: SchemaElement[] = [
  { name: 'root', num_children: 1 },
  { name: 'words', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
];
const SCHEMA = parquetSchema({ schema: ELEMENTS } as Parameters<typeof parquetSchema>[0]);

describe('ColumnPages', () => {
  it('goes on with a list in the next pages, in those that hold nothing else too', async () => {
    const pages = columnOf(
      [
        [0, 3, 'a'],
        [0, 3, 'b'],
        [1, 3, 'c'],
      ],
      [
        [1, 2],
        [1, 3, 'd'],
      ],
      [[1, 3, 'e']],
      [
        [1, 3, 'f'],
        [0, 0],
        [0, 1],
        [0, 3, 'g'],
      ],
      [[0, 3, 'h']],
    );
    assert.deepEqual(await rowsOf(pages, 6), [['a'], ['b', 'c', null, 'd', 'e', 'f'], null, [], ['g'], ['h']]);
  });

  it('ends with a list that goes on to the last page', async () => {
    assert.deepEqual(await rowsOf(columnOf([[0, 3, 'a']], [[1, 3, 'b']], [], [[1, 3, 'c']]), 1), [['a', 'b', 'c']]);
  });
});

/** So many rows, two at a time. */
async function rowsOf(pages: ColumnPages, most: number): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  while (rows.length < most) {
    const { count, values } = await takeRows([pages], SCHEMA, Math.min(2, most - rows.length));
    assert.ok(count > 0);
    for (const row of values.get('words') as readonly ((Uint8Array | null)[] | null | undefined)[])
      rows.push(row?.map((text) => (text === null ? null : Buffer.from(text).toString())) ?? null);
  }
  await assert.rejects(takeRows([pages], SCHEMA, 1), /the column "words\.list\.element" has fewer values than the row group has rows/);
  return rows;
}

function columnOf(...pages: readonly (readonly Entry[])[]): ColumnPages {
  const bytes = new Uint8Array(pages.flatMap(pageOf));
  const chunk = {
    meta_data: {
      path_in_schema: ['words', 'list', 'element'],
      type: 'BYTE_ARRAY',
      codec: 'UNCOMPRESSED',
      data_page_offset: 0n,
      total_compressed_size: BigInt(bytes.length),
    },
  } as unknown as ColumnChunk;
  const file = { byteLength: bytes.length, slice: (start: number, end?: number) => Promise.resolve(bytes.slice(start, end).buffer) };
  return new ColumnPages(file, chunk, SCHEMA, {});
}

/** A page of the first version, plain: header in Thrift's compact protocol, then levels and texts. */
function pageOf(entries: readonly Entry[]): number[] {
  const levels = (values: readonly number[]) => {
    const runs = values.flatMap((value) => [2, value]);
    return [...inFour(runs.length), ...runs];
  };
  const body = [
    ...levels(entries.map(([repetition]) => repetition)),
    ...levels(entries.map(([, definition]) => definition)),
    ...entries.flatMap(([, , text]) => (text === undefined ? [] : [...inFour(text.length), ...Buffer.from(text)])),
  ];
  const [size, count] = [zigzag(body.length), zigzag(entries.length)];
  return [0x15, ...zigzag(0), 0x15, ...size, 0x15, ...size, 0x2c, 0x15, ...count, 0x15, ...zigzag(0), 0x15, ...zigzag(3), 0x15, ...zigzag(3), 0, 0, ...body];
}

function inFour(value: number): number[] {
  return [value & 0xff, value >> 8, 0, 0];
}

/** Of at most 8,191. */
function zigzag(value: number): number[] {
  const doubled = 2 * value;
  return doubled < 128 ? [doubled] : [(doubled & 0x7f) | 0x80, doubled >> 7];
}
