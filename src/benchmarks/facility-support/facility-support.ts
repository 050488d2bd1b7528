// Facility support: 200 invented e-mails to a cleaning and maintenance company; urgency, sentiment and ten yes-or-no categories (meta-llama/prompt-ops).

import { textOf, type JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { findBenchmarkFile } from '../find-benchmark-file.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { refuseOptions } from '../no-options.js';
import { invalidRecord, requireFlag, requireObject, requireRecord, requireText, type RawRecord } from '../record-fields.js';
import { placeText, readRecords } from '../record-source.js';
import { expectedObject } from '../scorers/json-fields.js';
import { objectInOutput } from '../scorers/json-in-text.js';
import type { Scorer } from '../scorers/scorer.js';
import { quote } from '../scorers/text.js';

export const FACILITY_SUPPORT: KnownBenchmark = {
  name: 'facility-support',
  title: 'Facility support: urgency, sentiment and categories of e-mails',
  licence: 'MIT',
  files: 'It needs dataset.json of github.com/meta-llama/prompt-ops, folder use-cases/facility-support-analyzer.',
  scorer: { kind: 'benchmark', name: 'facility-support' },
  createScorer: (options) => {
    refuseOptions('facility-support', options);
    return facilitySupportScorer();
  },
  tasks: readFacilitySupport,
};

async function* readFacilitySupport(folder: string): AsyncGenerator<Task> {
  const file = await findBenchmarkFile(FACILITY_SUPPORT, folder, 'dataset.json');
  let number = 0;
  for await (const { value, place } of readRecords(file)) {
    number++;
    const where = `${file}, ${placeText(place)}`;
    const record = requireRecord(value, where);
    const input = requireText(requireObject(record, 'fields', where), 'input', where);
    const answer = readAnswer(requireText(record, 'answer', where), where);
    yield { id: `facility-${String(number).padStart(3, '0')}`, input, expected: answer };
  }
}

/** JSON as text, as it is published. */
function readAnswer(text: string, where: string): JsonObject {
  let answer: RawRecord;
  try {
    answer = requireRecord(JSON.parse(text), `${where}, "answer"`);
  } catch (error) {
    throw error instanceof SyntaxError ? invalidRecord(where, `the field "answer" is not valid JSON: ${error.message}`) : error;
  }
  const categories = requireObject(answer, 'categories', `${where}, "answer"`);
  const flags = Object.keys(categories).map((name) => [name, requireFlag(categories, name, `${where}, "categories"`)] as const);
  if (flags.length === 0) throw invalidRecord(where, 'there are no categories');
  return {
    urgency: requireText(answer, 'urgency', `${where}, "answer"`),
    sentiment: requireText(answer, 'sentiment', `${where}, "answer"`),
    categories: Object.fromEntries(flags),
  };
}

/**
 * The mean of three parts, as prompt-ops' FacilityMetric has it: urgency right, sentiment right, share of categories that are right. The object
 * may stand in a code block or among other text.
 */
function facilitySupportScorer(): Scorer {
  return {
    kind: 'benchmark',
    version: 'facility-support-1',
    usesModel: false,
    score: async ({ task, output }) => {
      const expected = expectedObject(task);
      const got = objectInOutput(output);
      if (got === undefined)
        return { score: 0, feedback: `The output holds no JSON object with urgency, sentiment and categories: ${quote(textOf(output), 200)}.` };
      const told: string[] = [];
      let sum = 0;
      for (const part of ['urgency', 'sentiment'] as const) {
        if (own(got, part) === expected[part]) sum++;
        else told.push(`${part}: expected ${shown(expected[part])}, got ${shown(own(got, part))}.`);
      }
      const categories = categoriesOf(expected);
      const found = own(got, 'categories');
      const names = Object.keys(categories);
      const wrong = names.filter((name) => !sameFlag(categories[name], own(found, name)));
      if (wrong.length > 0)
        told.push(
          typeof found === 'object' && found !== null
            ? `categories: ${wrong.length} of ${names.length} are wrong: ${wrong.map((name) => `${name} has to be ${String(categories[name])}`).join(', ')}.`
            : `categories: expected an object of true and false, got ${shown(found)}.`,
        );
      if (told.length === 0) return { score: 1 };
      return { score: (sum + (names.length - wrong.length) / names.length) / 3, feedback: told.join(' ') };
    },
    close: async () => undefined,
  };
}

function categoriesOf(expected: RawRecord): Readonly<Record<string, boolean>> {
  return expected['categories'] as Readonly<Record<string, boolean>>;
}

function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as RawRecord)[name] : undefined;
}

/** In Python, where the published metric runs, 1 equals True. */
function sameFlag(expected: boolean | undefined, got: unknown): boolean {
  return got === expected || got === Number(expected);
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : quote(typeof value === 'string' ? value : JSON.stringify(value), 80);
}
