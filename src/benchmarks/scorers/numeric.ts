// The last number of the output is the expected number, within a tolerance.

import { WatersmeetError } from '../../core/failures.js';
import { textOf, type Json } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { expectedAnswer } from './expected-answer.js';
import type { Scorer } from './scorer.js';
import { quote } from './text.js';

export interface NumericSettings {
  /** 0 or more; in units of the number, or as a share of the expected number. */
  readonly tolerance: number;
  readonly relative: boolean;
}

export interface ReadNumber {
  readonly value: number;
  /** Whether a percent sign (or "percent") follows; `value` is the number before it. */
  readonly percent: boolean;
}

/**
 * Reads the last number of output and expected answer ({@link readLastNumber}). When only one of the two has a percent sign, both readings of
 * it count: 12 % is right for 12 and for 0.12.
 */
export function numericScorer(settings: NumericSettings): Scorer {
  return {
    kind: 'numeric',
    version: '1',
    usesModel: false,
    score: async ({ task, output }) => {
      const expected = expectedNumber(task);
      const got = readLastNumber(output);
      const allowed = settings.tolerance === 0 ? '' : settings.relative ? ` (± ${format(settings.tolerance * 100)} %)` : ` (± ${format(settings.tolerance)})`;
      const wanted = `${format(expected.value)}${expected.percent ? ' %' : ''}${allowed}`;
      if (got === undefined) return { score: 0, feedback: `Expected ${wanted}; the output holds no number: ${quote(textOf(output), 120)}.` };
      if (readings(expected, got).some(([left, right]) => isWithin(left, right, settings))) return { score: 1 };
      const off = got.value - expected.value;
      const share = expected.value === 0 ? '' : `, ${format(Math.abs(off / expected.value) * 100)} %`;
      return {
        score: 0,
        feedback: `Expected ${wanted}, got ${format(got.value)}${got.percent ? ' %' : ''} (the last number of the output): ${format(Math.abs(off))} too ${off > 0 ? 'high' : 'low'}${share}.`,
      };
    },
    close: async () => undefined,
  };
}

/** @throws WatersmeetError 'scorer.broken' if the task has no expected number. */
export function expectedNumber(task: Task): ReadNumber {
  const expected = expectedAnswer(task, 'numeric');
  const number = readLastNumber(expected);
  if (number === undefined)
    throw new WatersmeetError(
      'scorer.broken',
      `The expected answer of task "${task.id}" holds no number: ${quote(textOf(expected), 80)}. Correct the benchmark, or choose another scorer.`,
    );
  return number;
}

// Digits with or without one kind of thousands separator (comma, apostrophe, underscore, narrow spaces), a decimal point, an exponent.
const NUMBER = /(?:\d{1,3}([,'’_\u00A0\u2009\u202F])\d{3}(?:\1\d{3})*(?!\d)|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?|(?<!\d)\.\d+(?:[eE][+-]?\d+)?/gu;
// A minus sign belongs to the number unless something stands before it that could be subtracted from, or a word ("GPT-4", "3-5").
const SIGN = /(?:^|[^\p{L}\p{N}.)\]%])[-\u2212]\p{Sc}?$/u;
const PERCENT = /^\s?(?:[%٪％]|per ?cent)/iu;

/**
 * The last number of a text: `1,234.50`, `-5`, `$1'000`, `6.02e23`, `12 %`. Currency signs and units are passed over. The decimal mark is a
 * point; a comma separates groups of three digits (so `3,14` reads as 3 and 14).
 */
export function readLastNumber(value: Json): ReadNumber | undefined {
  if (typeof value === 'number') return { value, percent: false };
  const text = textOf(value);
  let last: ReadNumber | undefined;
  for (const match of text.matchAll(NUMBER)) {
    const size = Number(match[0].replaceAll(/[,'’_\u00A0\u2009\u202F]/gu, ''));
    if (!Number.isFinite(size)) continue;
    const end = match.index + match[0].length;
    const negative = SIGN.test(text.slice(Math.max(0, match.index - 4), match.index));
    last = { value: negative ? -size : size, percent: PERCENT.test(text.slice(end, end + 10)) };
  }
  return last;
}

function readings(expected: ReadNumber, got: ReadNumber): readonly (readonly [number, number])[] {
  if (expected.percent === got.percent) return [[expected.value, got.value]];
  return expected.percent
    ? [
        [expected.value, got.value],
        [expected.value / 100, got.value],
      ]
    : [
        [expected.value, got.value],
        [expected.value, got.value / 100],
      ];
}

function isWithin(expected: number, got: number, settings: NumericSettings): boolean {
  const tolerance = settings.relative ? settings.tolerance * Math.abs(expected) : settings.tolerance;
  // 0.1 + 0.2 is 0.3 for a person.
  const slack = 1e-9 * Math.max(Math.abs(expected), Number.MIN_VALUE);
  return Math.abs(expected - got) <= tolerance + slack;
}

function format(value: number): string {
  return String(Number(value.toPrecision(10)));
}
