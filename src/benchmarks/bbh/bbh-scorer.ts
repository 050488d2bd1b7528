// The scoring of BIG-Bench Hard: the final answer is the target, as the published evaluation reads it ("So the answer is (B).").

import { textOf } from '../../core/json.js';
import { expectedAnswer } from '../scorers/expected-answer.js';
import { finalAnswer } from '../scorers/final-answer.js';
import type { Scorer } from '../scorers/scorer.js';
import { quote } from '../scorers/text.js';

/**
 * Case and the amount of white space do not count. Of a choice the letter counts: `(B)`, `B`, `B)`, `b. the text of B`. Of yes, no, true, false,
 * valid and invalid the first word. All else (brackets, numbers, sorted words) is compared whole.
 */
export function bbhScorer(): Scorer {
  return {
    kind: 'benchmark',
    version: 'bbh-1',
    usesModel: false,
    score: async ({ task, output }) => {
      const expected = textOf(expectedAnswer(task, 'bbh'));
      const got = finalAnswer(output);
      if (isTarget(expected, got)) return { score: 1 };
      return {
        score: 0,
        feedback: `Expected ${quote(expected)}, got ${got === '' ? 'nothing' : quote(got, 200)} (what follows "answer is", else the last line of the output).`,
      };
    },
    close: async () => undefined,
  };
}

export function isTarget(target: string, answer: string): boolean {
  const wanted = fold(target);
  const got = fold(answer);
  const letter = /^\(([a-z])\)$/.exec(wanted)?.[1];
  if (letter !== undefined) return (/^\(([a-z])\)/.exec(got) ?? /^(?:option )?\(?([a-z])(?:$|[).:,])/.exec(got))?.[1] === letter;
  if (/^(?:yes|no|true|false|valid|invalid)$/.test(wanted)) return /^[a-z]+/.exec(got)?.[0] === wanted;
  return wanted === got;
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/gu, ' ').trim();
}
