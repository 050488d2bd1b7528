// Arrow files, in stream format (as Hugging Face's save_to_disk writes them) or file format (Feather): a few rows at a time.

import { open, type FileHandle } from 'node:fs/promises';
import type * as Arrow from 'apache-arrow';
import type { DataType, Decimal, Dictionary, Field, Map_, RecordBatch, Time, Timestamp, Vector } from 'apache-arrow';
import type { Json } from '../../core/json.js';
import { dateText, decimalValue, plainValue, timestampText, timeText, UnreadableValue } from '../exact-values.js';
import { ArrowSlices } from './arrow-slices.js';
import { classLabelNames, featuresOf } from './class-labels.js';
import { invalid, type SourceRecord } from './record.js';

const END_OF_STREAM = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
const FILE_MAGIC = Buffer.from('ARROW1');

/** What is stored, as JSON has it. Throws UnreadableValue. */
type Conversion = (value: unknown) => Json;

/**
 * @param features of a Hugging Face dataset, when they stand beside the file; else those in its metadata are used.
 * @throws WatersmeetError 'input.invalid' with file, column and what to do.
 */
export async function* readArrow(file: string, features?: unknown): AsyncGenerator<SourceRecord> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw invalid(`${file} cannot be read (${error.code ?? error.message}). If it belongs to a dataset, that is not whole: write or get it again.`);
  });
  let number = 0;
  try {
    await requireWhole(file, handle);
    const arrow = await import('apache-arrow');
    // Of a handle, not of a stream, whose pieces would be held beside the batch that they make.
    const reader = await arrow.RecordBatchReader.from(handle);
    await reader.open();
    // A reader of something else has no schema, whatever its type says.
    if ((reader.schema as unknown) === undefined) throw notArrow(file);
    const columns = reader.schema.fields.map((field) => ({ name: field.name, convert: conversion(arrow, field.type as DataType, file, field.name) }));
    const named = classLabelNames(features ?? featuresOf(reader.schema.metadata.get('huggingface')));
    const rowsOf = function* (batch: RecordBatch): Generator<SourceRecord> {
      const vectors = columns.map((_, index) => batch.getChildAt(index) as Vector);
      for (let row = 0; row < batch.numRows; row++) {
        const place = { record: ++number };
        const value = Object.fromEntries(columns.map(({ name, convert }, index) => [name, present(vectors[index]!.get(row), convert)]));
        yield { value: named === undefined ? value : named(value, `${file}, record ${number}`), place };
      }
    };
    for await (const batch of new ArrowSlices(arrow, handle, reader)) yield* rowsOf(batch);
  } catch (error) {
    throw arrowError(file, number, error);
  } finally {
    await handle.close();
  }
}

/** A stream that was cut between two batches would read as a shorter one. */
async function requireWhole(file: string, handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  if (size < END_OF_STREAM.length) throw notArrow(file);
  const [head, tail] = [Buffer.alloc(FILE_MAGIC.length), Buffer.alloc(END_OF_STREAM.length)];
  await handle.read(head, 0, head.length, 0);
  await handle.read(tail, 0, tail.length, size - tail.length);
  const isFile = head.equals(FILE_MAGIC);
  if (!isFile && head.readUInt32LE(0) !== 0xff_ff_ff_ff) throw notArrow(file);
  if (isFile ? !tail.subarray(-FILE_MAGIC.length).equals(FILE_MAGIC) : !tail.equals(END_OF_STREAM)) throw cutOff(file);
}

function cutOff(file: string) {
  return invalid(`${file} is cut off: it does not end as an Arrow file does. Get or write it again.`);
}

function notArrow(file: string) {
  return invalid(`${file} is no Arrow file. Check that its ending says what it holds.`);
}

/** Errors of the library that a user's file can cause. */
function arrowError(file: string, record: number, error: unknown): unknown {
  if (error instanceof UnreadableValue) return invalid(`${file}, record ${record}: ${error.message}. Write the column as text or numbers, or leave it out.`);
  if (!(error instanceof Error)) return error;
  if (error.message.startsWith('Expected to read')) return cutOff(file);
  if (error instanceof RangeError) return invalid(`${file} is damaged after record ${record}: ${error.message}. Get or write it again.`);
  if (error.message.includes('codec not found'))
    return invalid(`${file} is compressed inside, which is not supported. Write it without compression (pyarrow: compression="uncompressed"), or as Parquet.`);
  return error;
}

function present(value: unknown, convert: Conversion): Json {
  return value === null || value === undefined ? null : convert(value);
}

/** Values as Parquet files give the same (`readParquet`). @throws WatersmeetError 'input.invalid' for a type that is not supported. */
function conversion(arrow: typeof Arrow, type: DataType, file: string, column: string): Conversion {
  const { Type } = arrow;
  // The types of the library do not say that it has a form as text of its own.
  const typeName = (type as { toString(): string }).toString();
  const inner = (field: Field, name = field.name) => conversion(arrow, field.type as DataType, file, `${column}.${name}`);
  switch (type.typeId) {
    case Type.Null:
    case Type.Bool:
    case Type.Int:
    case Type.Float:
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return (value) => plainValue(value, column, typeName);
    case Type.Date:
      return (value) => dateText(Number(value), column).slice(0, -'T00:00:00.000Z'.length);
    case Type.Timestamp: {
      const { timezone } = type as Timestamp;
      // The library gives milliseconds with a fraction: exact to the microsecond.
      return (value) => timestampText(BigInt(Math.round(Number(value) * 1_000)), 'MICROS', typeof timezone === 'string' && timezone !== '', column);
    }
    case Type.Time: {
      const [unit, factor] = (
        [
          ['MILLIS', 1_000n],
          ['MILLIS', 1n],
          ['MICROS', 1n],
          ['NANOS', 1n],
        ] as const
      )[(type as Time).unit];
      return (value) => timeText(BigInt(value as number | bigint) * factor, unit);
    }
    case Type.Decimal: {
      const { scale, precision } = type as Decimal;
      return (value) => decimalValue(BigInt(String(value)), scale, precision);
    }
    case Type.Dictionary:
      return conversion(arrow, (type as Dictionary).dictionary as DataType, file, column);
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList: {
      const each = inner(type.children[0] as Field, '0');
      return (value) => Array.from(value as Iterable<unknown>, (element) => present(element, each));
    }
    case Type.Struct: {
      const fields = (type.children as readonly Field[]).map((field) => ({ name: field.name, convert: inner(field) }));
      return (value) => Object.fromEntries(fields.map(({ name, convert }) => [name, present((value as Record<string, unknown>)[name], convert)]));
    }
    case Type.Map: {
      const each = conversion(arrow, (type as Map_).valueType as DataType, file, column);
      return (value) =>
        Object.fromEntries([...(value as Iterable<readonly [unknown, unknown]>)].map(([key, element]) => [String(key), present(element, each)]));
    }
    default:
      throw invalid(`${file}: column "${column}" is of the type ${typeName}, which is not supported. Write the column as text or numbers, or leave it out.`);
  }
}
