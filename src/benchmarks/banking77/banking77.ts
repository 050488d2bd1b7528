// Banking77: questions of a bank's customers, 10,003 to train on and 3,080 to test, each of one of 77 intents (Casanueva et al., 2020, arXiv 2003.04807).

import { textOf } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { findBenchmarkFile } from '../find-benchmark-file.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { refuseOptions } from '../no-options.js';
import { requireRecord, requireText } from '../record-fields.js';
import { placeText, readRecords } from '../record-source.js';
import { expectedAnswer } from '../scorers/expected-answer.js';
import { finalAnswer } from '../scorers/final-answer.js';
import type { Scorer } from '../scorers/scorer.js';
import { quote } from '../scorers/text.js';

export const BANKING77: KnownBenchmark = {
  name: 'banking77',
  title: 'Banking77: the intent of a bank customer, one of 77',
  licence: 'CC BY 4.0 (cite Casanueva et al., 2020)',
  files: 'It needs train.csv and test.csv (or .csv.gz) of github.com/PolyAI-LDN/task-specific-datasets, folder banking_data.',
  scorer: { kind: 'benchmark', name: 'banking77' },
  createScorer: (options) => {
    refuseOptions('banking77', options);
    return banking77Scorer();
  },
  tasks: readBanking77,
};

/** No category: it would be the answer, and agents see categories. */
async function* readBanking77(folder: string): AsyncGenerator<Task> {
  for (const split of ['train', 'test'] as const) {
    const file = await findBenchmarkFile(BANKING77, folder, `${split}.csv`);
    let number = 0;
    for await (const { value, place } of readRecords(file)) {
      number++;
      const where = `${file}, ${placeText(place)}`;
      const record = requireRecord(value, where);
      const text = requireText(record, 'text', where);
      yield { id: `${split}-${String(number).padStart(5, '0')}`, input: text, expected: requireText(record, 'category', where), split };
    }
  }
}

/** The label but for case, and spaces or dashes instead of underscores. */
function banking77Scorer(): Scorer {
  return {
    kind: 'benchmark',
    version: 'banking77-1',
    usesModel: false,
    score: async ({ task, output }) => {
      const expected = textOf(expectedAnswer(task, 'banking77'));
      const got = finalAnswer(output);
      if (foldLabel(got) === foldLabel(expected)) return { score: 1 };
      const more = foldLabel(textOf(output).slice(0, 10_000)).includes(foldLabel(expected))
        ? ' The output names it, but says more: only the label itself counts.'
        : '';
      return { score: 0, feedback: `Expected the intent ${quote(expected)}, got ${got === '' ? 'none' : quote(got, 120)}.${more}` };
    },
    close: async () => undefined,
  };
}

/** One of the labels ends with a question mark. */
function foldLabel(label: string): string {
  return label
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/gu, '_')
    .replace(/[?!,;:]$/u, '');
}
