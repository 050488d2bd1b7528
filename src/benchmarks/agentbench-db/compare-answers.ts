// Whether an answer is the label: the rules of AgentBench's DBResultProcessor (Apache-2.0).

import type { Json } from '../../core/json.js';
import { parsePythonLiteral } from '../python/python-calls.js';
import { textOfValue, type PythonValue } from '../python/python-value.js';
import { withoutQuotes } from '../scorers/text.js';

/** Numbers may differ by this. */
const TOLERANCE = 0.01;
const NOTHING: ReadonlySet<string> = new Set(['none', 'null', 'undefined', 'nan', 'inf', 'infinity', '-inf', '-infinity', '']);

/**
 * One value each: equal, as numbers within 0.01 if both are. Several: numbers one to one in any order, else the same set. Percent signs at the end and
 * commas do not count; nothing, NULL, NaN and infinity are 0.
 */
export function sameAnswer(answer: Json, label: readonly string[]): boolean {
  const given = valuesOf(answer);
  const wanted = label.map((value) => cleaned(unquoted(value)));
  const numbers = [given, wanted].map((values) => values.map(numberOf));
  if (numbers.every((values) => values.every((value) => value !== undefined))) return sameNumbers(numbers[0] as number[], numbers[1] as number[]);
  if (given.length === 1 && wanted.length === 1) return given[0] === wanted[0];
  return new Set(given).size === new Set(wanted).size && given.every((value) => wanted.includes(value));
}

function sameNumbers(given: readonly number[], wanted: readonly number[]): boolean {
  if (given.length !== wanted.length) return false;
  const left = [...wanted];
  return given.every((value) => {
    const index = left.findIndex((other) => Math.abs(value - other) <= TOLERANCE);
    if (index !== -1) left.splice(index, 1);
    return index !== -1;
  });
}

/** A list as JSON or in Python's syntax, `["a", 1.5]` or `[("a",)]`; else the text is the one value. */
export function valuesOf(answer: Json): readonly string[] {
  if (Array.isArray(answer))
    return answer.map((value: Json) => cleaned(unquoted(typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value))));
  if (typeof answer !== 'string') return [cleaned(answer === null ? '' : JSON.stringify(answer))];
  const text = answer.trim();
  if (!text.startsWith('[') || !text.endsWith(']')) return [cleaned(unquoted(text))];
  const value = parsePythonLiteral(text);
  if (value?.type === 'list') return value.items.map((item) => cleaned(unquoted(itemText(item))));
  return splitList(text.slice(1, -1)).map((item) => cleaned(unquoted(item)));
}

/** `(1,)`, a row with one column, is its value. */
function itemText(value: PythonValue): string {
  if (value.type === 'tuple' && value.items.length === 1) return itemText(value.items[0]!);
  return value.type === 'str' ? value.value : textOfValue(value);
}

/** At commas outside of quotes; quotes are left out, and so are empty parts. */
function splitList(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const character of text) {
    if (character === '"' || character === "'") quoted = !quoted;
    else if (character === ',' && !quoted) {
      if (part !== '') parts.push(part);
      part = '';
    } else part += character;
  }
  return part === '' ? parts : [...parts, part];
}

function unquoted(text: string): string {
  return withoutQuotes(text.trim());
}

function cleaned(value: string): string {
  const text = value.trim();
  if (text.endsWith('%')) return text.slice(0, -1).trim();
  const bare = text.startsWith('[') || text.endsWith(']') ? text : text.replaceAll(',', '');
  return NOTHING.has(bare.toLowerCase()) ? '0' : bare;
}

/** As Python's float() reads it. */
function numberOf(text: string): number | undefined {
  const digits = text.trim().replaceAll(/(?<=\d)_(?=\d)/g, '');
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(digits) ? Number(digits) : undefined;
}
