// One raw record to one task, by a mapping of field names.

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from '../core/json.js';
import type { Split, Task } from '../core/task.js';
import { invalid, type PartWord } from './records/record.js';

/**
 * Which field of a record is what. A field that is named here must exist; by default the fields are called as the parts of a task, only
 * `input` must exist, and what is left becomes metadata. `answers.text` is the field "text" within "answers", `choices.0` the first of a
 * list, unless a field's own name has the points.
 */
export interface FieldMapping {
  /** Default `id`; without one, the id is a short hash of input and expected answer. */
  readonly id?: string;
  /** One field, or several: the input is then an object of them. Default `input`. */
  readonly input?: string | readonly string[];
  /** Likewise. Default `expected`. */
  readonly expected?: string | readonly string[];
  /** Default `category`. */
  readonly category?: string;
  /** Holds train, validation (also valid, val, dev) or test. Default `split`. */
  readonly split?: string;
  /** Fields to keep as metadata. Default: all of which nothing is mapped; a field `metadata` that holds an object is spread. */
  readonly metadata?: readonly string[];
}

export const SPLITS: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['validation', 'validation'],
  ['valid', 'validation'],
  ['val', 'validation'],
  ['dev', 'validation'],
  ['test', 'test'],
]);

/** Fields that a mapping names, which records may lack one by one, but not all. */
export type SparseFields = Set<string>;

export function sparseFields(fields: FieldMapping): SparseFields {
  return new Set([...(fields.category === undefined ? [] : [fields.category]), ...(fields.metadata ?? [])]);
}

/**
 * @param where file and place, as in `messages.jsonl, line 3`.
 * @param missing fields that were named and not found yet; found ones are taken out.
 * @param givenSplit of the record's file: stands where no field is named for it.
 * @returns the task, and whether its id is the record's own.
 * @throws WatersmeetError 'input.invalid'.
 */
export function taskFromRecord(
  value: unknown,
  fields: FieldMapping,
  where: string,
  word: PartWord,
  missing: SparseFields,
  givenSplit?: string,
): { readonly task: Task; readonly ownId: boolean } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`${where} holds ${describeValue(value)}, not a record. A record is an object like {"input": ..., "expected": ...}.`);
  }
  const record = value as Readonly<Record<string, unknown>>;
  for (const name of missing) if (fieldOf(record, name) !== undefined) missing.delete(name);

  const input = readPart('input', true, fields.input, record, where, word)!;
  const expected = readPart('expected', fields.expected !== undefined, fields.expected, record, where, word);
  const category = readCategory(record, fields.category ?? 'category', where, word);
  const split = readSplit(givenSplit !== undefined && fields.split === undefined ? { split: givenSplit } : record, fields, where, word);
  const metadata = readMetadata(record, fields, where, word);
  const ownId = readId(record, fields, where, word);
  const task = {
    id: ownId ?? hashId(input, expected, where),
    input,
    ...(expected === undefined ? {} : { expected }),
    ...(category === undefined ? {} : { category }),
    ...(split === undefined ? {} : { split }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  return { task, ownId: ownId !== undefined };
}

/** SHA-256 of the canonical JSON of a value. @throws WatersmeetError 'input.invalid' for texts that are no Unicode. */
export function contentHash(value: Json, where: string): Buffer {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch {
    throw invalid(`${where} holds half of a character (a lone surrogate such as \\ud83d): a text was cut in the middle of an emoji. Remove it.`);
  }
  return createHash('sha256')
    .update(text ?? 'null')
    .digest();
}

/** 64 bits: among a million tasks two different ones share an id with a probability of 3 in 100 million. */
function hashId(input: Json, expected: Json | undefined, where: string): string {
  return contentHash(expected === undefined ? { input } : { input, expected }, where).toString('hex', 0, 8);
}

function readPart(
  part: 'input' | 'expected',
  required: boolean,
  mapped: string | readonly string[] | undefined,
  record: Readonly<Record<string, unknown>>,
  where: string,
  word: PartWord,
): Json | undefined {
  const names = mapped === undefined ? [part] : typeof mapped === 'string' ? [mapped] : mapped;
  const values: [string, Json][] = [];
  for (const name of names) {
    const value = fieldOf(record, name);
    if (value === undefined) {
      if (!required) return undefined;
      const has = Object.keys(record).map((key) => `"${key}"`);
      throw invalid(
        `${where}: the ${word} "${name}" is missing (the record has ${has.length === 0 ? 'none' : has.slice(0, 12).join(', ')}). Add it, or name the right ${word} in benchmark.fields.${part}.`,
      );
    }
    values.push([name, asJson(value, `${where}: the ${word} "${name}"`)]);
  }
  return typeof mapped === 'object' ? Object.fromEntries(values) : values[0]![1];
}

function readId(record: Readonly<Record<string, unknown>>, fields: FieldMapping, where: string, word: PartWord): string | undefined {
  const name = fields.id ?? 'id';
  const value = fieldOf(record, name);
  if (value === undefined) {
    if (fields.id === undefined) return undefined;
    throw invalid(`${where}: the ${word} "${name}" is missing. Every record needs an id when benchmark.fields.id names one.`);
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw invalid(`${where}: the id ${value} is not an exact whole number. Write ids of more than 15 digits as text, in quotes.`);
  if (typeof value !== 'string' && typeof value !== 'number') throw invalid(`${where}: the id is ${describeValue(value)}. An id is a text or a whole number.`);
  const id = String(value).trim();
  if (id === '') throw invalid(`${where}: the id is empty. Give every record an id, or none.`);
  return id;
}

function readCategory(record: Readonly<Record<string, unknown>>, name: string, where: string, word: PartWord): string | undefined {
  const value = fieldOf(record, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw invalid(`${where}: the ${word} "${name}" holds ${describeValue(value)}. A category is a text or a number.`);
  const category = String(value).trim();
  return category === '' ? undefined : category;
}

function readSplit(record: Readonly<Record<string, unknown>>, fields: FieldMapping, where: string, word: PartWord): Split | undefined {
  const name = fields.split ?? 'split';
  const value = fieldOf(record, name);
  if (value === undefined) {
    if (fields.split === undefined) return undefined;
    throw invalid(`${where}: the ${word} "${name}" is missing. Every record needs a split when benchmark.fields.split names one.`);
  }
  const split = typeof value === 'string' ? SPLITS.get(value.trim().toLowerCase()) : undefined;
  if (split === undefined)
    throw invalid(
      `${where}: the split ${typeof value === 'string' ? `"${value}"` : describeValue(value)} is unknown. Use train, validation (or valid, val, dev) or test.`,
    );
  return split;
}

function readMetadata(
  record: Readonly<Record<string, unknown>>,
  fields: FieldMapping,
  where: string,
  word: PartWord,
): { readonly [key: string]: Json } | undefined {
  const names = fields.metadata ?? Object.keys(record).filter((name) => !isMapped(name, fields) && record[name] !== undefined);
  const entries = new Map<string, Json>();
  for (const name of names) {
    const held = fieldOf(record, name);
    if (held === undefined) continue;
    const value = asJson(held, `${where}: the ${word} "${name}"`);
    const spread = name === 'metadata' && typeof value === 'object' && value !== null && !Array.isArray(value);
    for (const [key, part] of spread ? Object.entries(value) : [[name, value] as const]) {
      if (entries.has(key)) throw invalid(`${where}: "${key}" stands both in the record and in its "metadata". Remove one of them.`);
      entries.set(key, part as Json);
    }
  }
  return entries.size === 0 ? undefined : Object.fromEntries(entries);
}

function isMapped(name: string, fields: FieldMapping): boolean {
  const { id = 'id', input = 'input', expected = 'expected', category = 'category', split = 'split' } = fields;
  // Also what holds a mapped field: `answers` with `answers.text` as the expected answer must not be shown to an agent.
  return [id, input, expected, category, split].flat().some((mapped) => mapped === name || mapped.startsWith(`${name}.`));
}

/** The value of a field, by its own name or its path; undefined if it is missing or null. */
export function fieldOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  let value: unknown = record;
  for (let rest = name; ; ) {
    if (typeof value !== 'object' || value === null) return undefined;
    const within = value as Readonly<Record<string, unknown>>;
    if (Object.hasOwn(within, rest)) return within[rest] ?? undefined;
    const point = rest.indexOf('.');
    const key = rest.slice(0, Math.max(0, point));
    if (point === -1 || !Object.hasOwn(within, key)) return undefined;
    value = within[key];
    rest = rest.slice(point + 1);
  }
}

/** A value given in code may be anything; one that came from a file is JSON already. */
function asJson(value: unknown, where: string): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((element) => asJson(element, where));
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).flatMap(([key, element]) => (element === undefined ? [] : [[key, asJson(element, where)]])));
  }
  throw invalid(`${where} holds ${describeValue(value)}, which is not JSON. Use texts, finite numbers, true, false, null, arrays and plain objects.`);
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Another loader or thread may have another Object.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A value in messages: what it is, not all it holds. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'number') return Number.isFinite(value) ? `the number ${value}` : String(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'undefined') return 'nothing';
  if (typeof value === 'object') {
    const name = (Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null)?.constructor?.name;
    return name === undefined || name === 'Object' ? 'an object' : `a ${name}`;
  }
  return `a ${typeof value}`;
}
