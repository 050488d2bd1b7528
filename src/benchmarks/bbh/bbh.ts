// BIG-Bench Hard: 6,511 questions in 27 tasks that language models found hard (Suzgun et al., 2022, arXiv 2210.09261).

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import type { Task } from '../../core/task.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { refuseOptions } from '../no-options.js';
import { invalidRecord, requireList, requireRecord, requireText } from '../record-fields.js';
import { readTar } from '../tar.js';
import { bbhScorer } from './bbh-scorer.js';

export const BBH: KnownBenchmark = {
  name: 'bbh',
  title: 'BIG-Bench Hard: 27 kinds of reasoning',
  licence: 'MIT (it carries the canary of BIG-bench: do not train on it)',
  files: 'It needs the 27 .json files of github.com/suzgunmirac/BIG-Bench-Hard, folder bbh, as they are, in a folder bbh, or packed as bbh.tar.gz.',
  scorer: { kind: 'benchmark', name: 'bbh' },
  createScorer: (options) => {
    refuseOptions('bbh', options);
    return bbhScorer();
  },
  tasks: readBbh,
};

const TASKS: readonly string[] = [
  'boolean_expressions',
  'causal_judgement',
  'date_understanding',
  'disambiguation_qa',
  'dyck_languages',
  'formal_fallacies',
  'geometric_shapes',
  'hyperbaton',
  'logical_deduction_five_objects',
  'logical_deduction_seven_objects',
  'logical_deduction_three_objects',
  'movie_recommendation',
  'multistep_arithmetic_two',
  'navigate',
  'object_counting',
  'penguins_in_a_table',
  'reasoning_about_colored_objects',
  'ruin_names',
  'salient_translation_error_detection',
  'snarks',
  'sports_understanding',
  'temporal_sequences',
  'tracking_shuffled_objects_five_objects',
  'tracking_shuffled_objects_seven_objects',
  'tracking_shuffled_objects_three_objects',
  'web_of_lies',
  'word_sorting',
];

async function* readBbh(folder: string): AsyncGenerator<Task> {
  const archive = await firstFile([path.join(folder, 'bbh.tar.gz'), path.join(folder, 'bbh.tar')]);
  const packed = archive === undefined ? undefined : await readTar(archive);
  for (const name of TASKS) {
    if (packed === undefined) {
      const file = await firstFile([path.join(folder, `${name}.json`), path.join(folder, 'bbh', `${name}.json`)]);
      if (file === undefined) throw new WatersmeetError('input.invalid', `${path.join(folder, `${name}.json`)} is missing. ${BBH.files}`);
      yield* readExamples(await readFile(file), name, file);
      continue;
    }
    const entry = [...packed].find(([entry]) => path.posix.basename(entry) === `${name}.json`);
    if (entry === undefined) throw new WatersmeetError('input.invalid', `${archive} does not hold ${name}.json. ${BBH.files}`);
    yield* readExamples(entry[1], name, `${archive}, ${entry[0]}`);
  }
}

function* readExamples(bytes: Buffer, category: string, where: string): Generator<Task> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalidRecord(where, `it is not valid JSON in UTF-8: ${(error as Error).message}`);
  }
  for (const [index, example] of requireList(requireRecord(value, where), 'examples', where).entries()) {
    const place = `${where}, example ${index + 1}`;
    const record = requireRecord(example, place);
    const id = `${category}-${String(index + 1).padStart(3, '0')}`;
    yield { id, input: requireText(record, 'input', place), expected: requireText(record, 'target', place), category };
  }
}

async function firstFile(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if ((await stat(file).catch(() => undefined))?.isFile() === true) return file;
  return undefined;
}
