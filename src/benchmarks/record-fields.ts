// Fields of a known benchmark's records: there, and of the type that the benchmark says, or a sentence with the place.

import { WatersmeetError } from '../core/failures.js';
import { describeValue } from './task-from-record.js';

export type RawRecord = Readonly<Record<string, unknown>>;

/** @param where file and place, as in `train.jsonl, line 3`. @throws WatersmeetError 'input.invalid', as all here. */
export function requireRecord(value: unknown, where: string): RawRecord {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RawRecord;
  throw invalidRecord(where, `${describeValue(value)} stands there, not an object`);
}

export function requireText(record: RawRecord, name: string, where: string): string {
  const value = requireField(record, name, where);
  if (typeof value === 'string') return value;
  throw wrongType(name, value, 'a text', where);
}

export function requireFlag(record: RawRecord, name: string, where: string): boolean {
  const value = requireField(record, name, where);
  if (typeof value === 'boolean') return value;
  throw wrongType(name, value, 'true or false', where);
}

export function requireList(record: RawRecord, name: string, where: string): readonly unknown[] {
  const value = requireField(record, name, where);
  if (Array.isArray(value)) return value;
  throw wrongType(name, value, 'a list', where);
}

export function requireObject(record: RawRecord, name: string, where: string): RawRecord {
  const value = requireField(record, name, where);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RawRecord;
  throw wrongType(name, value, 'an object', where);
}

/** The sentence of a record that is not as its benchmark has it. */
export function invalidRecord(where: string, problem: string): WatersmeetError {
  return new WatersmeetError('input.invalid', `${where}: ${problem}. Get the file again, or correct it.`);
}

function requireField(record: RawRecord, name: string, where: string): unknown {
  if (Object.hasOwn(record, name)) return record[name];
  const names = Object.keys(record).slice(0, 12);
  throw invalidRecord(where, `the field "${name}" is missing (the record has ${names.length === 0 ? 'none' : names.map((key) => `"${key}"`).join(', ')})`);
}

function wrongType(name: string, value: unknown, wanted: string, where: string): WatersmeetError {
  return invalidRecord(where, `the field "${name}" holds ${describeValue(value)}, not ${wanted}`);
}
