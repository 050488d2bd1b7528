// Rows of a row group of a Parquet file, put together from its columns, a few at a time.

import type { SchemaTree } from 'hyparquet';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import type { ColumnValues } from './parquet-bytes.js';
import type { ColumnPages } from './parquet-pages.js';
import { RAW_PARSERS } from './parquet-values.js';

const PARSERS = { ...DEFAULT_PARSERS, ...RAW_PARSERS };

export interface Rows {
  readonly count: number;
  /** By top-level column. */
  readonly values: ReadonlyMap<string, ColumnValues>;
}

/** The next rows, at least one and at most so many: as far as the pages reach that are decoded. */
export async function takeRows(columns: readonly ColumnPages[], schema: SchemaTree, most: number): Promise<Rows> {
  let count = most;
  for (const column of columns) {
    if (column.ready === 0) await column.fill();
    if (column.ready === 0) throw new Error(`the column "${column.path.join('.')}" has fewer values than the row group has rows`);
    count = Math.min(count, column.ready);
  }
  const parts = new Map(columns.map((column) => [column.path.join('.'), column.take(count)]));
  for (const node of schema.children) {
    const { name } = node.element;
    if (node.children.length > 0 && columns.some(({ path }) => path[0] === name)) assembleNested(parts, node, PARSERS);
  }
  return { count, values: parts };
}
