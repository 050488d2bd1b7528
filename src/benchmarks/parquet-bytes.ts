// The texts of a page of a Parquet file as they lie in it: an object for each would take more memory than a short text itself.

import type { readPage } from 'hyparquet/src/column.js';

/** Values of a column, as the library decodes them. */
export type ColumnValues = NonNullable<Parameters<typeof readPage>[3]>;

export interface Values {
  at(index: number): unknown;
  slice(from: number, to: number): ColumnValues;
}

/**
 * Texts as they are stored plainly: the length of each in 4 bytes before it.
 *
 * @param bytes from where the first begins.
 */
export function plainBytes(bytes: Uint8Array, count: number): Values {
  const lengths = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = new Uint32Array(count);
  let offset = 0;
  for (let index = 0; index < count; index++) {
    starts[index] = offset + 4;
    offset += 4 + lengths.getUint32(offset, true);
  }
  if (offset > bytes.byteLength) throw new Error('a text goes on beyond the end of its page');
  const at = (index: number) => bytes.subarray(starts[index], starts[index]! + lengths.getUint32(starts[index]! - 4, true));
  return {
    at: (index) => (index < count ? at(index) : undefined),
    slice: (from, to) => Array.from({ length: Math.max(0, Math.min(to, count) - from) }, (_, index) => at(from + index)),
  };
}

/** Where the values of a page of the first version begin: each kind of levels has its length in 4 bytes before it. */
export function valuesStart(bytes: Uint8Array, kindsOfLevels: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  for (let kind = 0; kind < kindsOfLevels; kind++) offset += 4 + view.getUint32(offset, true);
  return offset;
}
