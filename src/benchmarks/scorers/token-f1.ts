// Overlap of words between output and expected answer: harmonic mean of precision and recall, as in SQuAD (Rajpurkar et al. 2016).

import { textOf } from '../../core/json.js';
import { expectedAnswer } from './expected-answer.js';
import type { Scorer } from './scorer.js';
import { acceptedAnswers, clip, quote } from './text.js';

/** An expected array of texts is a choice of right answers: the best counts. */
export function tokenF1Scorer(): Scorer {
  return {
    kind: 'token-f1',
    version: '1',
    usesModel: false,
    score: async ({ task, output }) => {
      const text = textOf(output);
      const got = tokens(text);
      let best: { readonly answer: string; readonly comparison: Comparison } | undefined;
      for (const answer of acceptedAnswers(expectedAnswer(task, 'token-f1')).map(textOf)) {
        const comparison = compare(tokens(answer), got);
        if (best === undefined || comparison.f1 > best.comparison.f1) best = { answer, comparison };
      }
      const { answer, comparison } = best!;
      if (comparison.f1 === 1) return { score: 1 };
      const parts = [`Expected ${quote(answer)}, got ${quote(text)}.`];
      if (comparison.missing.length > 0) parts.push(`Missing words: ${list(comparison.missing)}.`);
      if (comparison.extra.length > 0) parts.push(`Words too many: ${list(comparison.extra)}.`);
      return { score: comparison.f1, feedback: parts.join(' ') };
    },
    close: async () => undefined,
  };
}

interface Comparison {
  readonly f1: number;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

function compare(expected: readonly string[], got: readonly string[]): Comparison {
  const left = new Map<string, number>();
  for (const token of expected) left.set(token, (left.get(token) ?? 0) + 1);
  const extra: string[] = [];
  let common = 0;
  for (const token of got) {
    const count = left.get(token) ?? 0;
    if (count > 0) {
      common++;
      left.set(token, count - 1);
    } else extra.push(token);
  }
  const missing = [...left].flatMap(([token, count]) => Array.from({ length: count }, () => token));
  // As in SQuAD 2.0: an empty answer is right only if none is expected.
  const f1 = expected.length === 0 || got.length === 0 ? Number(expected.length === got.length) : (2 * common) / (expected.length + got.length);
  return { f1, missing, extra };
}

/** Lower case, no punctuation, no English articles; scripts without spaces between words are split by character. */
export function tokens(text: string): readonly string[] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{P}$+<=>^`|~]/gu, '')
    .replaceAll(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/gu, ' $& ')
    .split(/\s+/u)
    .filter((token) => token !== '' && token !== 'a' && token !== 'an' && token !== 'the');
}

function list(words: readonly string[]): string {
  return clip(words.slice(0, 30).join(', '), 300);
}
