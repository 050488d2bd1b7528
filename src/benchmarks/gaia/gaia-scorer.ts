// GAIA's official rules: whether an answer is right depends on what the expected answer looks like.

import { WatersmeetError } from '../../core/failures.js';
import { textOf, type JsonObject } from '../../core/json.js';
import { expectedAnswer } from '../scorers/expected-answer.js';
import type { Scorer } from '../scorers/scorer.js';
import { quote } from '../scorers/text.js';
import { finalAnswer } from './prompt.js';
import { withoutSpaces } from '../python/white-space.js';
import { pythonFloat, withoutPunctuation } from './python-text.js';

const UNITS = /[$%,]/g;
const SEPARATORS = /[,;]/;
/** Characters. */
const LONG_ANSWER = 100;

/** Scores what stands after `FINAL ANSWER:` with {@link isRight}: 1 or 0. @throws WatersmeetError 'input.invalid' for any option: the rules are fixed. */
export function gaiaScorer(options: JsonObject): Scorer {
  const [unknown] = Object.keys(options);
  if (unknown !== undefined) throw new WatersmeetError('input.invalid', `scorer.options.${unknown} is unknown. The scoring of GAIA has no options.`);
  return {
    kind: 'benchmark',
    version: 'gaia-1',
    usesModel: false,
    score: async ({ task, output }) => {
      const expected = textOf(expectedAnswer(task, 'gaia'));
      // What Python makes of no answer.
      const { text, marked } = finalAnswer(output === null ? 'None' : textOf(output));
      if (isRight(text, expected)) return { score: 1 };
      return { score: 0, feedback: whatIsWrong(text, expected, marked) };
    },
    close: async () => undefined,
  };
}

/**
 * The rules of the leaderboard's `question_scorer` (huggingface.co/spaces/gaia-benchmark/leaderboard, scorer.py):
 *
 * 1. An expected answer that Python's float() reads is a number: `$`, `%` and `,` are deleted from the answer, and it must be equal. There is
 *    no tolerance. An answer that is no number counts as infinity.
 * 2. An expected answer with `,` or `;` is a list: both are split there, must have as many elements, and agree one by one: numbers as in 1, all
 *    else without white space and in lower case, but with its punctuation.
 * 3. Anything else is compared without white space, in lower case and without ASCII punctuation.
 */
export function isRight(answer: string, expected: string): boolean {
  const number = pythonFloat(expected);
  if (number !== undefined) return numberOf(answer) === number;
  if (!SEPARATORS.test(expected)) return withoutPunctuation(element(answer)) === withoutPunctuation(element(expected));
  const answers = answer.split(SEPARATORS);
  const wanted = expected.split(SEPARATORS);
  return answers.length === wanted.length && wanted.every((part, index) => sameElement(answers[index]!, part));
}

function sameElement(answer: string, expected: string): boolean {
  const number = pythonFloat(expected);
  return number === undefined ? element(answer) === element(expected) : numberOf(answer) === number;
}

function numberOf(answer: string): number {
  return pythonFloat(answer.replaceAll(UNITS, '')) ?? Number.POSITIVE_INFINITY;
}

function element(text: string): string {
  return withoutSpaces(text).toLowerCase();
}

function whatIsWrong(answer: string, expected: string, marked: boolean): string {
  const given = `Expected ${quote(expected)}, got ${quote(answer)}.`;
  // A short one was cut out of the output by the agent already.
  const whole = !marked && (answer.length > LONG_ANSWER || answer.includes('\n'));
  const unmarked = whole ? ' The output has no line "FINAL ANSWER: ...", so all of it was taken for the answer.' : '';
  return `${given} ${ruleBroken(answer, expected)}${unmarked}`;
}

function ruleBroken(answer: string, expected: string): string {
  if (pythonFloat(expected) !== undefined) {
    return pythonFloat(answer.replaceAll(UNITS, '')) === undefined
      ? 'The answer must be a number alone: only $, % and thousands separators may stand with it.'
      : 'Numbers must be equal: there is no tolerance, so round as the question asks.';
  }
  if (!SEPARATORS.test(expected)) {
    const inside = withoutPunctuation(element(answer)).includes(withoutPunctuation(element(expected)));
    return inside
      ? 'The answer contains what was expected, but says more: only the answer itself counts.'
      : 'Texts are compared without white space, case and punctuation.';
  }
  const answers = answer.split(SEPARATORS);
  const wanted = expected.split(SEPARATORS);
  if (answers.length !== wanted.length) return `The list needs ${wanted.length} elements, separated by commas or semicolons; the answer has ${answers.length}.`;
  const wrong = wanted.flatMap((part, index) => (sameElement(answers[index]!, part) ? [] : [index + 1]));
  return `Lists are compared element by element, in order, with their punctuation; wrong: ${wrong.length === 1 ? 'element' : 'elements'} ${wrong.join(', ')} of ${wanted.length}.`;
}
