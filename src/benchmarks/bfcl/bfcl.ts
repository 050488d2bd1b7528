// BFCL v4 (Berkeley Function Calling Leaderboard), the single-turn categories: 1,548 questions, each with functions that may be called.

import type { Json, JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { findBenchmarkFile } from '../find-benchmark-file.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { refuseOptions } from '../no-options.js';
import { invalidRecord, requireList, requireObject, requireRecord, requireText, type RawRecord } from '../record-fields.js';
import { readCheckedText } from '../records/bytes.js';
import { readJsonLines } from '../records/json-lines.js';
import { placeText } from '../records/record.js';
import { acceptedCall, bfclScorer, type ExpectedCalls } from './bfcl-scorer.js';
import { fromJsonText, toJsonText } from '../python/python-value.js';

export const BFCL: KnownBenchmark = {
  name: 'bfcl',
  title: 'BFCL v4, single-turn: the right function calls for a question',
  licence: 'Apache-2.0',
  files:
    'It needs BFCL_v4_<category>.json and possible_answer/BFCL_v4_<category>.json (or .json.gz) of bfcl_eval/data in the Python package bfcl-eval, for simple_python, simple_javascript, multiple, parallel, parallel_multiple, live_simple and irrelevance.',
  scorer: { kind: 'benchmark', name: 'bfcl' },
  createScorer: (options) => {
    refuseOptions('bfcl', options);
    return bfclScorer();
  },
  tasks: readBfcl,
};

const CATEGORIES = ['simple_python', 'simple_javascript', 'multiple', 'parallel', 'parallel_multiple', 'live_simple', 'irrelevance'] as const;

async function* readBfcl(folder: string): AsyncGenerator<Task> {
  for (const category of CATEGORIES) {
    const name = `BFCL_v4_${category}.json`;
    const file = await findBenchmarkFile(BFCL, folder, name);
    const answers = category === 'irrelevance' ? undefined : await readAnswers(await findBenchmarkFile(BFCL, folder, `possible_answer/${name}`));
    // Its ending is .json, yet each line is a record.
    for await (const { value, place } of readJsonLines(file)) {
      const where = `${file}, ${placeText(place)}`;
      const record = requireRecord(value, where);
      const id = requireText(record, 'id', where);
      const accepted = answers === undefined ? '[]' : answers.get(id);
      if (accepted === undefined) throw invalidRecord(where, `"${id}" has no record in possible_answer/${name}`);
      const language = category === 'simple_javascript' ? 'javascript' : 'python';
      const functions = requireList(record, 'function', where).map((description, index) => requireRecord(description, `${where}, function ${index + 1}`));
      const expected: ExpectedCalls = {
        language,
        signatures: Object.fromEntries(functions.map((description, index) => signature(description, `${where}, function ${index + 1}`))),
        answers: accepted,
      };
      const shown = functions.map((description) => describeFunction(description, language));
      yield { id, input: { question: questionOf(record, where), functions: shown }, expected, category };
    }
  }
}

/** `ground_truth` by id, as JSON text in which 5.0 is still 5.0: the checker tells whole numbers from others. */
async function readAnswers(file: string): Promise<ReadonlyMap<string, string>> {
  let text = '';
  for await (const chunk of readCheckedText(file)) text += chunk.toString('utf8');
  const answers = new Map<string, string>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const where = `${file}, line ${index + 1}`;
    const value = fromJsonText(line);
    const id = value?.type === 'dict' ? value.entries.get('id') : undefined;
    const truth = value?.type === 'dict' ? value.entries.get('ground_truth') : undefined;
    if (id?.type !== 'str' || truth?.type !== 'list' || truth.items.length === 0 || !truth.items.every((call) => acceptedCall(call) !== undefined))
      throw invalidRecord(where, 'it is not {"id": ..., "ground_truth": [{"<function>": {"<argument>": [<accepted values>]}}]}');
    answers.set(id.value, toJsonText(truth));
  }
  return answers;
}

/** The one turn; what its system message says stands first. */
function questionOf(record: RawRecord, where: string): string {
  const turns = requireList(record, 'question', where);
  const [turn] = turns;
  if (turns.length !== 1 || !Array.isArray(turn)) throw invalidRecord(where, 'the field "question" is not a list of one turn');
  return turn.map((message) => requireText(requireRecord(message, where), 'content', where)).join('\n\n');
}

function signature(description: RawRecord, where: string): [string, JsonObject] {
  const parameters = requireObject(description, 'parameters', where);
  const properties = requireObject(parameters, 'properties', where);
  const required = requireList(parameters, 'required', where);
  if (!required.every((name) => typeof name === 'string')) throw invalidRecord(where, 'the field "required" is not a list of names');
  const types = Object.keys(properties).map((name) => {
    const property = requireObject(properties, name, where);
    const items = property['items'];
    const itemType = typeof items === 'object' && items !== null && 'type' in items && typeof items.type === 'string' ? { items: items.type } : {};
    return [name, { type: requireText(property, 'type', where), ...itemType }] as const;
  });
  return [requireText(description, 'name', where), { required, parameters: Object.fromEntries(types) }];
}

/** As the benchmark shows a function: a hint at its language, and JavaScript's types as texts. The hints are BFCL's own (bfcl-eval, Apache-2.0). */
function describeFunction(description: RawRecord, language: 'python' | 'javascript'): JsonObject {
  const hint =
    language === 'javascript' ? ' Note that the provided function is in JavaScript syntax.' : ' Note that the provided function is in Python 3 syntax.';
  const shown = { ...description, description: `${textOrEmpty(description['description'])}${hint}` };
  if (language === 'python') return shown as JsonObject;
  const parameters = description['parameters'] as RawRecord;
  const properties = Object.entries(parameters['properties'] as RawRecord).map(([name, property]) => [name, describeJavaScript(property as RawRecord)]);
  return { ...shown, parameters: { ...parameters, properties: Object.fromEntries(properties) } } as JsonObject;
}

function describeJavaScript(property: RawRecord): JsonObject {
  const { items, properties, type, ...rest } = property;
  const parts = [
    textOrEmpty(property['description']),
    type === 'any'
      ? 'This parameter can be of any type of JavaScript object in string representation.'
      : `This is JavaScript ${String(type)} type parameter in string representation.`,
  ];
  if (type === 'array')
    parts.push(`The list elements are of type ${textOrEmpty((items as RawRecord | undefined)?.['type'])}; they are not in string representation.`);
  if (type === 'dict' && properties !== undefined)
    parts.push(`The dictionary entries have the following schema; they are not in string representation. ${JSON.stringify(properties)}`);
  return { ...(rest as Readonly<Record<string, Json>>), type: 'string', description: parts.join(' ') };
}

function textOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
