// One raw record of a source, and where it stands.

import { WatersmeetError } from '../../core/failures.js';

/** Where a record stands; line and record count from 1. */
export interface Place {
  /** Of several files: the one, as a path from their folder. */
  readonly file?: string;
  readonly line?: number;
  readonly record?: number;
}

export interface SourceRecord {
  readonly value: unknown;
  readonly place: Place;
  /** The split that the record's file says it belongs to. */
  readonly split?: string;
}

/** What the parts of a record are called in messages. */
export type PartWord = 'field' | 'column';

/** `line 3`, `line 3 (record 2)` or `record 2`; of several files with the file before it, as in `test.csv, line 3`. */
export function placeText({ file, line, record }: Place): string {
  const within = line === undefined ? `record ${record ?? 0}` : record === undefined ? `line ${line}` : `line ${line} (record ${record})`;
  return file === undefined ? within : `${file}, ${within}`;
}

export function invalid(message: string, cause?: unknown): WatersmeetError {
  return new WatersmeetError('input.invalid', message, cause === undefined ? {} : { cause });
}
