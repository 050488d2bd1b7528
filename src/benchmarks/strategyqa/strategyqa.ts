// StrategyQA: yes-or-no questions whose steps are implicit, 2,061 to train on and 229 to test (Geva et al., 2021, arXiv 2101.02235).

import { textOf, type Json } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { findBenchmarkFile } from '../find-benchmark-file.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { refuseOptions } from '../no-options.js';
import { requireFlag, requireRecord, requireText } from '../record-fields.js';
import { placeText, readRecords } from '../record-source.js';
import { expectedAnswer } from '../scorers/expected-answer.js';
import { finalAnswer } from '../scorers/final-answer.js';
import type { Scorer } from '../scorers/scorer.js';
import { quote } from '../scorers/text.js';

export const STRATEGYQA: KnownBenchmark = {
  name: 'strategyqa',
  title: 'StrategyQA: yes or no, by facts that have to be put together',
  licence: 'MIT',
  files: 'It needs train.jsonl and dev.jsonl (or .jsonl.gz) with "qid", "question" and "answer" a line, as github.com/eladsegal/strategyqa has them.',
  scorer: { kind: 'benchmark', name: 'strategyqa' },
  createScorer: (options) => {
    refuseOptions('strategyqa', options);
    return strategyQaScorer();
  },
  tasks: readStrategyQa,
};

/** The facts and steps that the records hold give the answer away: the agent does not see them. */
async function* readStrategyQa(folder: string): AsyncGenerator<Task> {
  for (const [name, split] of [
    ['train.jsonl', 'train'],
    // The answers of the official test split were not published: results are reported on dev.
    ['dev.jsonl', 'test'],
  ] as const) {
    const file = await findBenchmarkFile(STRATEGYQA, folder, name);
    for await (const { value, place } of readRecords(file)) {
      const where = `${file}, ${placeText(place)}`;
      const record = requireRecord(value, where);
      const expected = requireFlag(record, 'answer', where) ? 'yes' : 'no';
      yield { id: requireText(record, 'qid', where), input: requireText(record, 'question', where), expected, split };
    }
  }
}

function strategyQaScorer(): Scorer {
  return {
    kind: 'benchmark',
    version: 'strategyqa-1',
    usesModel: false,
    score: async ({ task, output }) => {
      const expected = expectedAnswer(task, 'strategyqa') === 'yes';
      const got = yesOrNo(output);
      if (got === expected) return { score: 1 };
      const wanted = expected ? 'yes' : 'no';
      if (got !== undefined) return { score: 0, feedback: `Expected ${wanted}, got ${got ? 'yes' : 'no'}.` };
      return {
        score: 0,
        feedback: `Expected ${wanted}; the output says neither yes nor no where its answer has to be (first word, last line, or after "answer is"): ${quote(textOf(output), 200)}.`,
      };
    },
    close: async () => undefined,
  };
}

/** The first word of what is said to be the answer, else of the whole text: yes, no, true or false. */
export function yesOrNo(output: Json): boolean | undefined {
  if (typeof output === 'boolean') return output;
  for (const text of [finalAnswer(output), textOf(output)]) {
    const word = /^[\s*_`"'([{]*(yes|no|true|false)\b/iu.exec(text)?.[1]?.toLowerCase();
    if (word !== undefined) return word === 'yes' || word === 'true';
  }
  return undefined;
}
