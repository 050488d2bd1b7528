// GSM8K: grade school mathematics, 7,473 training and 1,319 test problems (Cobbe et al., 2021, arXiv 2110.14168).

import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import type { Task } from '../../core/task.js';
import { findBenchmarkFile } from '../find-benchmark-file.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { placeText, readRecords } from '../record-source.js';

export const GSM8K: KnownBenchmark = {
  name: 'gsm8k',
  title: 'GSM8K: grade school mathematics, a number as the answer',
  licence: 'MIT',
  files: 'It needs train.jsonl and test.jsonl (or .jsonl.gz) of github.com/openai/grade-school-math, folder grade_school_math/data.',
  scorer: { kind: 'numeric', tolerance: 0.000_001, relative: false },
  tasks: readGsm8k,
};

async function* readGsm8k(folder: string): AsyncGenerator<Task> {
  for (const split of ['train', 'test'] as const) {
    const file = await findBenchmarkFile(GSM8K, folder, `${split}.jsonl`);
    let number = 0;
    for await (const { value, place } of readRecords(file)) {
      number++;
      const { question, answer } = (value ?? {}) as { readonly question?: unknown; readonly answer?: unknown };
      const solution = typeof answer === 'string' ? /####\s*(-?[\d,]*\.?\d+)\s*$/.exec(answer)?.[1] : undefined;
      if (typeof question !== 'string' || solution === undefined)
        throw new WatersmeetError(
          'input.invalid',
          `${file}, ${placeText(place)}: a record of GSM8K has "question" and an "answer" that ends with "#### <number>". Get ${path.basename(file)} again.`,
        );
      yield { id: `${split}-${String(number).padStart(4, '0')}`, input: question, expected: Number(solution.replaceAll(',', '')), split };
    }
  }
}
