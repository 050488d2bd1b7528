// The output is the expected answer, character for character.

import canonicalize from 'canonicalize';
import { textOf, type Json } from '../../core/json.js';
import { expectedAnswer } from './expected-answer.js';
import { normalise } from './normalised.js';
import type { Scorer } from './scorer.js';
import { acceptedAnswers, describeDifference } from './text.js';

/** An expected array of texts (or numbers) is a choice of right answers. Numbers and booleans may come as text: 5 and "5". */
export function exactScorer(): Scorer {
  return {
    kind: 'exact',
    version: '1',
    usesModel: false,
    score: async ({ task, output }) => {
      const expected = expectedAnswer(task, 'exact');
      const answers = acceptedAnswers(expected).map(textOf);
      const text = textOf(output);
      if (answers.includes(text) || sameJson(expected, output)) return { score: 1 };
      const almost = answers.some((answer) => normalise(answer) === normalise(text)) ? ' Only case, white space or outer punctuation differs.' : '';
      return { score: 0, feedback: `${describeDifference(answers, text)}${almost}` };
    },
    close: async () => undefined,
  };
}

/** Key order and number format do not count; structured output may come as JSON text. */
function sameJson(expected: Json, output: Json): boolean {
  if (typeof expected !== 'object' || expected === null) return false;
  let value: unknown = output;
  try {
    if (typeof output === 'string') value = JSON.parse(output);
    return canonicalize(value) === canonicalize(expected);
  } catch {
    return false;
  }
}
