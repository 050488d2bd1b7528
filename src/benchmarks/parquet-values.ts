// What the cells of a Parquet file hold, as plain JSON: exact, or refused with column and type.

import type { SchemaElement, SchemaTree } from 'hyparquet';
import { isListLike, isMapLike } from 'hyparquet/src/schema.js';
import type { Json } from '../core/json.js';
import { dateText, decimalValue, plainValue, timestampText, timeText, UnreadableValue, utf8Text, type TimeUnit } from './exact-values.js';

/** A value of a column as the library decodes it, made JSON. Throws UnreadableValue. */
export type ParquetConverter = (value: unknown) => Json;

const MILLISECONDS_A_DAY = 86_400_000;
/** Decoded here, not by the library. */
const OWN_TYPES: readonly string[] = ['DECIMAL', 'DATE', 'TIME', 'TIMESTAMP', 'JSON', 'ENUM'];
const REFUSED_TYPES: readonly string[] = ['BSON', 'INTERVAL', 'VARIANT', 'GEOMETRY', 'GEOGRAPHY'];

/** Files of newer writers may say "list" and "map" in the newer way only, which the library does not look at. */
export function withListType(element: SchemaElement): SchemaElement {
  const type = element.logical_type?.type;
  return type === 'LIST' || type === 'MAP' ? { ...element, converted_type: type } : element;
}

/**
 * The schema element as the library shall decode it: without what it would turn into inexact numbers or dates (its decimals are floats with
 * rounding errors, its timestamps lose micro- and nanoseconds); {@link converterOf} does that from the original element.
 */
export function rawElement(element: SchemaElement): SchemaElement {
  const { converted_type: _converted, logical_type: _logical, ...rest } = element;
  const kind = annotation(element);
  return kind !== undefined && OWN_TYPES.includes(kind) ? rest : element;
}

/** How the library gives texts: as their bytes, which {@link converterOf} makes text, record by record. Of a page of texts only the bytes are held. */
export const RAW_PARSERS = {
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes,
  timestampFromNanoseconds: (nanoseconds: bigint) => nanoseconds,
};

/** The library makes objects of maps: their keys have to be text. */
export const MAP_KEY_PARSERS = {
  ...RAW_PARSERS,
  stringFromBytes: (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : (utf8Text(bytes) ?? bytes)),
};

/** @throws UnreadableValue if the type of the column, or of a part of it, cannot be JSON. */
export function converterOf(node: SchemaTree): ParquetConverter {
  const column = node.path.join('.');
  const kind = annotation(node.element);
  if (kind !== undefined && REFUSED_TYPES.includes(kind)) throw new UnreadableValue(column, `is of the type ${kind}, which is not supported`);
  const convert = partConverter(node, column);
  return (value) => (value === null || value === undefined ? null : convert(value));
}

function partConverter(node: SchemaTree, column: string): ParquetConverter {
  if (isListLike(node)) {
    const repeated = node.children[0]!;
    const convert = converterOf(repeated.children.length === 1 ? repeated.children[0]! : repeated);
    return (value) => asList(value, column).map(convert);
  }
  if (isMapLike(node)) {
    const convert = converterOf(node.children[0]!.children[1]!);
    return (value) => Object.fromEntries(Object.entries(value as object).map(([key, part]) => [key, convert(part)]));
  }
  if (node.children.length > 0) {
    const fields = node.children.map((child) => [child.element.name, converterOf(child)] as const);
    const convert: ParquetConverter = (value) =>
      Object.fromEntries(fields.map(([name, convertField]) => [name, convertField((value as Readonly<Record<string, unknown>>)[name])]));
    return (value) => (Array.isArray(value) ? value.map(convert) : convert(value));
  }
  const convert = leafConverter(node.element, column);
  // A repeated field without the annotation of a list.
  return (value) => (Array.isArray(value) ? value.map((part) => (part === null || part === undefined ? null : convert(part))) : convert(value));
}

function asList(value: unknown, column: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value)) return [...(value as unknown as Iterable<unknown>)];
  throw new UnreadableValue(column, 'holds something else than the list its type promises');
}

function leafConverter(element: SchemaElement, column: string): ParquetConverter {
  const { type } = element;
  switch (annotation(element)) {
    case 'DECIMAL':
      return (value) => decimal(value, element);
    case 'DATE':
      return (value) => dateText(Number(value) * MILLISECONDS_A_DAY, column).slice(0, -'T00:00:00.000Z'.length);
    case 'TIME':
      return (value) => timeText(BigInt(value as number | bigint), unitOf(element));
    case 'TIMESTAMP':
      return (value) => timestampText(BigInt(value as number | bigint), unitOf(element), isUtc(element), column);
    case 'JSON':
      return (value) => parsedJson(value, column);
    default:
      if (type === 'INT96') return (value) => timestampText(value as bigint, 'NANOS', true, column);
      return (value) => plainValue(value, column, type ?? 'unknown');
  }
}

/** The one word for what a column means, of the two ways a file may say it. */
function annotation({ converted_type: converted, logical_type: logical }: SchemaElement): string | undefined {
  if (logical !== undefined) return logical.type;
  if (converted === undefined) return undefined;
  return /^(TIMESTAMP|TIME)_/.exec(converted)?.[1] ?? converted;
}

function unitOf({ converted_type: converted, logical_type: logical }: SchemaElement): TimeUnit {
  if (logical?.type === 'TIME' || logical?.type === 'TIMESTAMP') return logical.unit;
  return converted?.endsWith('_MICROS') === true ? 'MICROS' : 'MILLIS';
}

function isUtc({ logical_type: logical }: SchemaElement): boolean {
  return logical?.type === 'TIMESTAMP' ? logical.isAdjustedToUTC : true;
}

function decimal(value: unknown, element: SchemaElement): Json {
  const unscaled = value instanceof Uint8Array ? twosComplement(value) : BigInt(value as number | bigint);
  const { logical_type: logical } = element;
  const scale = (logical?.type === 'DECIMAL' ? logical.scale : element.scale) ?? 0;
  const precision = (logical?.type === 'DECIMAL' ? logical.precision : element.precision) ?? Number.POSITIVE_INFINITY;
  return decimalValue(unscaled, scale, precision);
}

function twosComplement(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}

function parsedJson(value: unknown, column: string): Json {
  const text = value instanceof Uint8Array ? utf8Text(value) : undefined;
  try {
    return JSON.parse(text ?? '') as Json;
  } catch {
    throw new UnreadableValue(column, 'is of the type JSON and holds something else');
  }
}
