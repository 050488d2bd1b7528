// The scoring of SROIE: each field equal but for case and white space; their share, or all or nothing.

import { WatersmeetError } from '../../core/failures.js';
import { textOf, type Json, type JsonObject } from '../../core/json.js';
import { objectInOutput } from '../scorers/json-in-text.js';
import { expectedObject } from '../scorers/json-fields.js';
import type { Scorer } from '../scorers/scorer.js';
import { quote } from '../scorers/text.js';

export const SROIE_FIELDS: readonly string[] = ['company', 'date', 'address', 'total'];

/**
 * Options: `fields`, those that count (default: all four); `whole`, whether a receipt counts only when all of them are right (default false:
 * the share of right fields). A field that the benchmark has no answer for has to be left out or empty. "RM" and "$" before a total do not count.
 *
 * @throws WatersmeetError 'input.invalid' for other options.
 */
export function createSroieScorer(options: JsonObject): Scorer {
  const { fields, whole } = readOptions(options);
  return {
    kind: 'benchmark',
    version: 'sroie-1',
    usesModel: false,
    score: async ({ task, output }) => {
      const expected = expectedObject(task);
      const got = objectInOutput(output);
      if (got === undefined)
        return { score: 0, feedback: `The output holds no JSON object with the fields ${fields.join(', ')}: ${quote(textOf(output), 200)}.` };
      const lines = typeof task.input === 'string' ? task.input.split('\n') : [];
      const wrong: string[] = [];
      for (const field of fields) {
        const found = Object.hasOwn(got, field) ? got[field] : undefined;
        if (foldField(field, expected[field]) !== foldField(field, found)) wrong.push(describeWrong(field, expected[field], found, lines));
      }
      if (wrong.length === 0) return { score: 1 };
      return {
        score: whole ? 0 : (fields.length - wrong.length) / fields.length,
        feedback: `${wrong.length} of ${fields.length} fields are wrong. ${wrong.join(' ')}`,
      };
    },
    close: async () => undefined,
  };
}

/** Upper case, single spaces, no currency before a total. */
function foldField(field: string, value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  const folded = text.normalize('NFC').toUpperCase().replaceAll(/\s+/gu, ' ').trim();
  return field === 'total' ? folded.replace(/^(?:RM|\$)\s*/u, '') : folded;
}

/** With the line of the receipt that holds the right answer, so that a rule can be learned from it. */
function describeWrong(field: string, expected: unknown, got: unknown, lines: readonly string[]): string {
  const found = got === undefined ? 'it is missing' : `got ${quote(textOf(got as Json), 150)}`;
  if (expected === undefined) return `${field}: the receipt has none, ${found}.`;
  const wanted = foldField(field, expected);
  const index = lines.findIndex((line) => foldField('', line).includes(wanted));
  const place = index === -1 ? 'in no single line of the receipt' : `line ${index + 1} of the receipt: ${quote(lines[index]!, 120)}`;
  return `${field}: expected ${quote(textOf(expected as Json), 150)} (${place}), ${found}.`;
}

function readOptions(options: JsonObject): { readonly fields: readonly string[]; readonly whole: boolean } {
  const { fields = SROIE_FIELDS, whole = false, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(`scorer.options.${unknown} is unknown. The scoring of SROIE has the options "fields" and "whole".`);
  if (!Array.isArray(fields) || fields.length === 0 || !fields.every((field) => typeof field === 'string' && SROIE_FIELDS.includes(field)))
    throw invalid(`scorer.options.fields has to be a list of some of ${SROIE_FIELDS.join(', ')}.`);
  if (typeof whole !== 'boolean') throw invalid('scorer.options.whole has to be true or false.');
  return { fields: [...new Set(fields as readonly string[])], whole };
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
