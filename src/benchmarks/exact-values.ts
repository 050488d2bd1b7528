// Values of columnar files (Parquet, Arrow) as JSON, without losing a digit: exact, or refused with column and type.

import type { Json } from '../core/json.js';

export class UnreadableValue extends Error {
  readonly column: string;

  /** @param problem follows "column "x" ", as in `holds Infinity, which JSON does not have`. */
  constructor(column: string, problem: string) {
    super(`column "${column}" ${problem}`);
    this.name = 'UnreadableValue';
    this.column = column;
  }
}

/** Decimals of more digits are not exact as numbers: they become text. */
const EXACT_DIGITS = 15;
/** Digits of the fraction of a second. */
const FRACTION_DIGITS = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const;
export type TimeUnit = keyof typeof FRACTION_DIGITS;

/** What needs no knowledge of its column: whole numbers beyond 2^53 as text, NaN as null, bytes as their text. Throws UnreadableValue. */
export function plainValue(value: unknown, column: string, type: string): Json {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return BigInt.asIntN(54, value) === value ? Number(value) : value.toString();
  if (typeof value === 'number') {
    // What tables of numbers have for "missing".
    if (Number.isNaN(value)) return null;
    if (Number.isFinite(value)) return value;
    throw new UnreadableValue(column, `holds ${value}, which JSON does not have`);
  }
  if (value instanceof Uint8Array) {
    // Bytes of a fixed number are keys and numbers, not texts.
    const text = /^fixed/i.test(type) ? undefined : utf8Text(value);
    if (text !== undefined) return text;
    throw new UnreadableValue(column, `is of the type ${type} and holds ${value.length} bytes that are no text in UTF-8`);
  }
  throw new UnreadableValue(column, `is of the type ${type}, which is not supported`);
}

/** A number as long as its digits are exact as one, else text. @param precision digits that the column may have. */
export function decimalValue(unscaled: bigint, scale: number, precision: number): number | string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(Math.max(0, scale) + 1, '0') + '0'.repeat(Math.max(0, -scale));
  const whole = scale <= 0 ? digits : digits.slice(0, -scale);
  const text = `${unscaled < 0n ? '-' : ''}${whole}${scale <= 0 ? '' : `.${digits.slice(-scale)}`}`;
  return precision <= EXACT_DIGITS ? Number(text) : text;
}

export function dateText(milliseconds: number, column: string): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) throw new UnreadableValue(column, 'holds a date beyond the years -271,821 to 275,760');
  return date.toISOString();
}

/** `2024-05-01T12:30:00` with the fraction there is, and `Z` where the column is in UTC. */
export function timestampText(value: bigint, unit: TimeUnit, utc: boolean, column: string): string {
  const perSecond = 10n ** BigInt(FRACTION_DIGITS[unit]);
  const fraction = ((value % perSecond) + perSecond) % perSecond;
  const seconds = Number((value - fraction) / perSecond);
  return `${dateText(seconds * 1_000, column).slice(0, -'.000Z'.length)}${fractionText(fraction, unit)}${utc ? 'Z' : ''}`;
}

export function timeText(value: bigint, unit: TimeUnit): string {
  const perSecond = 10n ** BigInt(FRACTION_DIGITS[unit]);
  const seconds = value / perSecond;
  const two = (part: bigint) => part.toString().padStart(2, '0');
  return `${two(seconds / 3_600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fractionText(value % perSecond, unit)}`;
}

function fractionText(fraction: bigint, unit: TimeUnit): string {
  return fraction === 0n ? '' : `.${fraction.toString().padStart(FRACTION_DIGITS[unit], '0')}`;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
