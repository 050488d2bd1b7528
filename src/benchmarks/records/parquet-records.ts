// Parquet files as records: class labels of Hugging Face datasets by their names.

import { parquetText, readParquet } from '../parquet.js';
import { classLabelNames, featuresOf } from './class-labels.js';
import type { SourceRecord } from './record.js';

/**
 * @param features of a Hugging Face dataset, when they stand beside the file; else those in its metadata are used.
 * @throws WatersmeetError 'input.invalid' with file, column and type.
 */
export async function* readParquetRecords(file: string, features?: unknown): AsyncGenerator<SourceRecord> {
  const named = classLabelNames(features ?? featuresOf(await parquetText(file, 'huggingface')));
  for await (const { value, row } of readParquet(file)) {
    yield { value: named === undefined ? value : named(value, `${file}, record ${row}`), place: { record: row } };
  }
}
