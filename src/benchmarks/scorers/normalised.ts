// The output is the expected answer but for case, white space, outer punctuation and Unicode variants.

import { textOf } from '../../core/json.js';
import { expectedAnswer } from './expected-answer.js';
import type { Scorer } from './scorer.js';
import { acceptedAnswers, describeDifference, withoutTrailing } from './text.js';

/** An expected array of texts (or numbers) is a choice of right answers. */
export function normalisedScorer(): Scorer {
  return {
    kind: 'normalised',
    version: '1',
    usesModel: false,
    score: async ({ task, output }) => {
      const answers = acceptedAnswers(expectedAnswer(task, 'normalised')).map(textOf);
      const text = textOf(output);
      const normal = normalise(text);
      if (answers.some((answer) => normalise(answer) === normal)) return { score: 1 };
      const inside = answers.map(normalise).find((answer) => answer !== '' && normal.length > answer.length && normal.includes(answer));
      return {
        score: 0,
        feedback: `${describeDifference(answers, text)}${inside === undefined ? '' : ' The output contains the expected answer, but says more: only the answer itself counts.'}`,
      };
    },
    close: async () => undefined,
  };
}

// Not # % & / \ + $: they change what is meant ("C#", "5%").
const OUTER = String.raw`[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'.,;:!?¡¿…*_~\u0060\u00B4\u2010-\u2015\p{White_Space}]`;
const LEADING = new RegExp(`^(?:${OUTER}(?![0-9]|$)|${OUTER}(?<![.,-])|-(?![0-9]))+`, 'u');
const TRAILING = new RegExp(`${OUTER}|-`, 'u');

/**
 * Unicode NFKC, no case, single spaces, and no punctuation, quotes, brackets, dashes or Markdown marks around it. Signs and points before a
 * digit stay: -5 and .5 are not 5.
 */
export function normalise(text: string): string {
  // Upper case first, so that ß equals SS; then lower, so that both sigmas are one.
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC').replaceAll(/\s+/gu, ' ').trim();
  const bare = withoutTrailing(folded.replace(LEADING, ''), TRAILING);
  return bare === '' ? folded : bare;
}
