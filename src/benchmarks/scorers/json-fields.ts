// The share of an object's fields that are right.

import canonicalize from 'canonicalize';
import { WatersmeetError } from '../../core/failures.js';
import type { Task } from '../../core/task.js';
import { expectedAnswer } from './expected-answer.js';
import { objectInOutput, objectInText } from './json-in-text.js';
import type { Scorer } from './scorer.js';
import { quote } from './text.js';

export interface JsonFieldsSettings {
  /** Names, or paths like `address.city`; none means every field of the expected object. */
  readonly fields: readonly string[];
}

/**
 * The output is an object, or text that holds one ({@link objectInText}). Texts are compared without outer white space, numbers and
 * booleans also with their text (5 and "5"), lists and objects as JSON. A field that is expected to be absent or null may be either.
 */
export function jsonFieldsScorer(settings: JsonFieldsSettings): Scorer {
  return {
    kind: 'json-fields',
    version: '1',
    usesModel: false,
    score: async ({ task, output }) => {
      const expected = expectedObject(task);
      const fields = settings.fields.length > 0 ? settings.fields : Object.keys(expected);
      if (fields.length === 0)
        throw new WatersmeetError(
          'scorer.broken',
          `The expected answer of task "${task.id}" has no fields to compare. Correct the benchmark, or name them in scorer.fields.`,
        );
      const got = objectInOutput(output);
      if (got === undefined) {
        const text = typeof output === 'string' ? output : JSON.stringify(output);
        return {
          score: 0,
          feedback: `The output holds no JSON object with the fields ${fields.join(', ')}: ${text === '' ? 'it is empty' : quote(text, 200)}.`,
        };
      }
      const wrong: string[] = [];
      for (const field of fields) {
        const wanted = valueAt(expected, field);
        const found = valueAt(got, field);
        if (sameValue(wanted, found)) continue;
        wrong.push(
          `${field}: ${wanted === undefined || wanted === null ? `expected none, got ${show(found)}` : found === undefined ? `expected ${show(wanted)}, but it is missing` : `expected ${show(wanted)}, got ${show(found)}`}`,
        );
      }
      if (wrong.length === 0) return { score: 1 };
      return {
        score: (fields.length - wrong.length) / fields.length,
        feedback: `${wrong.length} of ${fields.length} fields are wrong. ${wrong.slice(0, 20).join('; ')}.`,
      };
    },
    close: async () => undefined,
  };
}

/** @throws WatersmeetError 'scorer.broken' if the expected answer is no object (or text of one). */
export function expectedObject(task: Task): Readonly<Record<string, unknown>> {
  const expected = expectedAnswer(task, 'json-fields');
  const value = typeof expected === 'string' ? objectInText(expected) : expected;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WatersmeetError(
      'scorer.broken',
      `The expected answer of task "${task.id}" is no JSON object, and the scorer "json-fields" needs one. Correct the benchmark, or choose another scorer.`,
    );
  }
  return value as Readonly<Record<string, unknown>>;
}

/** A field's own name goes before its reading as a path. */
function valueAt(object: Readonly<Record<string, unknown>>, field: string): unknown {
  if (Object.hasOwn(object, field)) return object[field];
  let value: unknown = object;
  for (const name of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function sameValue(expected: unknown, got: unknown): boolean {
  if (expected === undefined || expected === null) return got === undefined || got === null;
  if (got === undefined || got === null) return false;
  if (typeof expected === 'object' || typeof got === 'object') return json(expected) === json(got);
  if (typeof expected === 'number' && typeof got === 'string') return got.trim() !== '' && Number(got) === expected;
  if (typeof got === 'number' && typeof expected === 'string') return expected.trim() !== '' && Number(expected) === got;
  return comparable(expected) === comparable(got);
}

function comparable(value: unknown): string {
  return typeof value === 'string' ? value.normalize('NFC').trim() : JSON.stringify(value);
}

function json(value: unknown): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    return JSON.stringify(value);
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? quote(value, 120) : value === undefined ? 'nothing' : quote(JSON.stringify(value), 120).slice(1, -1);
}
