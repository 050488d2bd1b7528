// Needs a temporary folder. fixtures/arrow-types.parquet was written with pyarrow 26 (5 invented rows, 3 row groups, LZ4): another writer than the tests'.
// So was fixtures/arrow-pages.parquet: small pages of the first version.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { readParquet, type ParquetOptions } from '../../src/benchmarks/parquet.js';

const PAGES = fileURLToPath(new URL('../../../test/benchmarks/fixtures/arrow-pages.parquet', import.meta.url));
const ARROW = fileURLToPath(new URL('../../../test/benchmarks/fixtures/arrow-types.parquet', import.meta.url));

describe('readParquet', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-parquet-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function write(name: string, content: Parameters<typeof parquetWriteBuffer>[0]): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, new Uint8Array(parquetWriteBuffer(content)));
    return file;
  }
  async function read(file: string, options?: ParquetOptions) {
    const records = [];
    for await (const record of readParquet(file, options)) records.push(record);
    return records;
  }
  async function values(file: string, options?: ParquetOptions) {
    return (await read(file, options)).map(({ value }) => value);
  }
  const refuses = (file: string, message: RegExp, options?: ParquetOptions) => assert.rejects(read(file, options), { failureType: 'input.invalid', message });

  it('reads every type of another writer exactly, with nulls', async () => {
    const [first, second, third, fourth, fifth] = await values(ARROW);
    assert.deepEqual(first, {
      s: 'a',
      i64: 1,
      u64: 1,
      u32: 1,
      u8: 1,
      i8: 1,
      f: 0.5,
      d: 0.1,
      h: 0.5,
      b: true,
      dec9: 19.99,
      dec38: '19.99',
      date: '2024-05-01',
      t32: '12:30:00',
      t64: '12:30:00',
      tsms: '2024-05-01T12:30:00',
      tsus: '2024-05-01T12:30:00.000001Z',
      tsns: '1970-01-01T00:00:00Z',
      ls: ['a', 'b'],
      lli: [[1, 2], []],
      st: { a: 1, b: ['x'] },
      lst: [{ q: 'x', d: 1.5 }],
      m: { k: 1, l: null },
      bin: 'ab',
      dict: 'r',
    });
    assert.deepEqual(
      [second?.['s'], second?.['u32'], second?.['f'], second?.['dec9'], second?.['t32'], second?.['t64'], second?.['tsus'], second?.['tsns'], second?.['st']],
      [
        'ü€😀',
        4_294_967_295,
        null,
        -0.01,
        '00:00:00.001',
        '00:00:00.000001',
        '1969-12-31T23:59:59.999999Z',
        '1970-01-01T00:00:00.000000001Z',
        { a: null, b: null },
      ],
    );
    assert.deepEqual(
      [third?.['i64'], third?.['u64'], third?.['dec38'], third?.['st'], third?.['ls'], third?.['m'], third?.['date']],
      ['9007199254740992', '18446744073709551615', '123456789012345678901234567890.12', null, null, null, null],
    );
    assert.deepEqual(
      [fourth?.['lli'], fourth?.['ls'], fourth?.['lst'], fourth?.['date'], fourth?.['dict']],
      [[null, [3]], ['c', null], [{ q: null, d: null }], '0001-01-01', null],
    );
    assert.deepEqual(
      [fifth?.['lst'], fifth?.['tsns']],
      [
        [
          { q: 'y', d: 2.25 },
          { q: 'z', d: 3 },
        ],
        '2001-09-09T01:46:40.123456789Z',
      ],
    );
    assert.deepEqual((await read(ARROW, { columns: ['u8', 's'] })).at(-1), { value: { s: 'xxxxxxxxxx', u8: null }, row: 5 });
  });

  it('reads a large row group page by page, with and without a page index, and counts on over row groups', async () => {
    const rows = 24_000;
    const long = 'x'.repeat(400);
    for (const offsetIndex of [true, false]) {
      const file = await write(`large-${offsetIndex}.parquet`, {
        columnData: [
          { name: 'id', data: Array.from({ length: rows }, (_, index) => `${long}${index}`), type: 'STRING', offsetIndex },
          { name: 'number', data: Array.from({ length: rows }, (_, index) => (index % 3 === 0 ? null : index)), type: 'INT32', offsetIndex },
        ],
        rowGroupSize: [100, 20_000],
        pageSize: 100_000,
      });
      let row = 0;
      for await (const record of readParquet(file)) {
        assert.deepEqual(record, { value: { id: `${long}${row}`, number: row % 3 === 0 ? null : row }, row: row + 1 });
        row++;
      }
      assert.equal(row, rows);
    }
  });

  it('reads large pages one in place of the other, of texts and of lists', async () => {
    const rows = Array.from({ length: 12_000 }, (_, number) => ({ input: `${number} ${'word '.repeat(200)}`, parts: [`a${number}`, 'b'.repeat(1_000)] }));
    const file = await write('large-pages.parquet', {
      columnData: [
        { name: 'input', data: rows.map(({ input }) => input) },
        { name: 'parts', data: rows.map(({ parts }) => parts) },
      ],
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'input', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'parts', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
        { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
        { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      ],
      pageSize: 5_000_000,
      rowGroupSize: rows.length,
    });
    const found = await values(file);
    assert.equal(found.length, rows.length);
    for (const [index, value] of found.entries()) assert.deepEqual(value, rows[index]);
  });

  it('reads lists of many pages, beside a column of other pages', async () => {
    const rows = 12_000;
    const text = (index: number) => `${'y'.repeat(400)}${index}`;
    const file = await write('lists.parquet', {
      columnData: [
        { name: 'words', data: Array.from({ length: rows }, (_, index) => [text(index), 'z']), offsetIndex: false },
        { name: 'text', data: Array.from({ length: rows }, (_, index) => text(-index)), offsetIndex: false },
      ],
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'words', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
        { name: 'text', repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
      ],
      rowGroupSize: 7_000,
      pageSize: 100_000,
    });
    let row = 0;
    for await (const record of readParquet(file)) {
      assert.deepEqual(record, { value: { words: [text(row), 'z'], text: text(-row) }, row: row + 1 });
      row++;
    }
    assert.equal(row, rows);
  });

  it('reads small pages of the first version: nulls, a dictionary that ends, long lists', async () => {
    const word = (row: number, index: number) => (index % 5 === 0 ? null : `${row} ${index}`);
    const words = (row: number) => Array.from({ length: row === 20 || row === 21 ? 300 : row % 4 }, (_, index) => word(row, index));
    const expected = Array.from({ length: 60 }, (_, row) => ({ text: row % 7 === 0 ? null : `text ${row}`, words: row % 11 === 0 ? null : words(row) }));
    assert.deepEqual(await values(PAGES), expected);
    assert.deepEqual(
      await values(PAGES, { columns: ['words'] }),
      expected.map((each) => ({ words: each.words })),
    );
  });

  const column = (element: Partial<SchemaElement>): SchemaElement[] => [
    { name: 'root', num_children: 1 },
    { name: 'x', repetition_type: 'OPTIONAL', ...element },
  ];

  it('refuses what JSON does not have, with column, type and record', async () => {
    const bytes = await write('bytes.parquet', { columnData: [{ name: 'x', data: [new Uint8Array([0x61]), new Uint8Array([0xff, 0])], type: 'BYTE_ARRAY' }] });
    await refuses(
      bytes,
      /bytes\.parquet, record 2: column "x" is of the type BYTE_ARRAY and holds 2 bytes that are no text in UTF-8\. Write the column as text/,
    );
    const text = await write('text.parquet', {
      columnData: [{ name: 'x', data: [new Uint8Array([0xff, 0xfe])] }],
      schema: column({ type: 'BYTE_ARRAY', converted_type: 'UTF8' }),
    });
    await refuses(text, /record 1: column "x" is of the type BYTE_ARRAY and holds 2 bytes/);
    const infinite = await write('infinite.parquet', { columnData: [{ name: 'x', data: [1.5, Number.NaN, Number.NEGATIVE_INFINITY], type: 'DOUBLE' }] });
    await refuses(infinite, /record 3: column "x" holds -Infinity, which JSON does not have/);
    const interval = await write('interval.parquet', {
      columnData: [
        { name: 'x', data: [new Uint8Array(12)] },
        { name: 'y', data: [1] },
      ],
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'x', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, converted_type: 'INTERVAL' },
        { name: 'y', type: 'INT32' },
      ],
    });
    await refuses(interval, /interval\.parquet: column "x" is of the type INTERVAL, which is not supported/);
    assert.deepEqual(await values(interval, { columns: ['y'] }), [{ y: 1 }]);
    await refuses(interval, /has no column "z"\. It has: x, y\./, { columns: ['z'] });
  });

  it('refuses a file that is cut off, damaged, of another format or not there', async () => {
    const file = await write('whole.parquet', {
      columnData: [{ name: 'x', data: Array.from({ length: 1_000 }, (_, index) => `text ${index}`), type: 'STRING' }],
    });
    const content = await readFile(file);
    const torn = path.join(folder, 'torn.parquet');
    await writeFile(torn, content);
    await truncate(torn, content.length - 100);
    await refuses(torn, /torn\.parquet cannot be read as Parquet: .*footer.*cut off, damaged, or of another format/);
    await writeFile(torn, content.fill(0xff, 8, content.length / 2));
    await refuses(torn, /torn\.parquet, row group 1 of 1 cannot be read as Parquet: /);
    await writeFile(torn, '');
    await refuses(torn, /torn\.parquet cannot be read as Parquet/);
    await writeFile(torn, '{"input": 1}\n');
    await refuses(torn, /torn\.parquet cannot be read as Parquet/);
    await refuses(path.join(folder, 'none.parquet'), /none\.parquet does not exist/);
    await refuses(folder, /is a folder\. Name one \.parquet file/);
  });
});
