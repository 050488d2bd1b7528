// Questions on the documents of a folder, as tasks.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import type { Json, JsonObject } from '../../core/json.js';
import type { Split } from '../../core/task.js';
import type { Task } from '../../core/task.js';
import { fileInFolder } from '../../agents/file-in-folder.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { placeText, readRecords } from '../record-source.js';
import { documentTokens } from './document-options.js';
import { documentTask, readDocument, type XmlDocument } from './documents.js';

const QUESTIONS = ['questions.jsonl', 'questions.jsonl.gz', 'qa_silver.jsonl', 'qa_silver.jsonl.gz'];
const FOLDERS = ['.', 'xml', 'data'];
/** As in urn:oasis:names:specification:ubl:schema:xsd:Invoice-2. */
const UBL_NAMESPACE = /^urn:oasis:names:specification:ubl:schema:xsd:[A-Za-z]+-2$/;
const SPLITS: readonly unknown[] = ['train', 'validation', 'test'] satisfies Split[];
/** Documents kept for the next question: they often come one after another. */
const KEPT = 16;

/** In the order of the questions. The category is the record's `category`, else its `key` (the kind of question), else the kind of document. */
export async function* readQuestions(benchmark: KnownBenchmark, folder: string, options: JsonObject): AsyncGenerator<Task> {
  const tokens = documentTokens(options);
  const source = await questionsFile(benchmark, folder);
  const documents = new Map<string, XmlDocument>();
  const asked = new Map<string, number>();
  for await (const { value, place } of readRecords(source)) {
    const where = `${source}, ${placeText(place)}`;
    const record = readRecord(value, where);
    const file = await findDocument(folder, record.file, where);
    const document = documents.get(file) ?? (await readUbl(file));
    documents.delete(file);
    documents.set(file, document);
    const [oldest] = documents.keys();
    if (documents.size > KEPT && oldest !== undefined) documents.delete(oldest);
    const number = (asked.get(record.file) ?? 0) + 1;
    asked.set(record.file, number);
    const { id = `${record.file.replace(/\.xml$/i, '')}#${number}`, category = document.root.name } = record;
    yield documentTask({ ...record, id, category }, document, tokens);
  }
}

interface QuestionRecord {
  readonly id?: string;
  readonly file: string;
  readonly question: string;
  readonly expected: Json;
  readonly category?: string;
  readonly split?: Split;
}

function readRecord(value: unknown, where: string): QuestionRecord {
  const record = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const text = (...names: readonly string[]) =>
    names.map((name) => record[name]).find((found): found is string => typeof found === 'string' && found.trim() !== '');
  const file = text('file', 'doc', 'document');
  const question = text('question');
  if (file === undefined || question === undefined)
    throw invalid(`${where}: a question has "file", the name of its document, and "question". The record has ${Object.keys(record).join(', ') || 'neither'}.`);
  const expected = record['answers'] ?? record['answer'] ?? record['expected'];
  const simple = (answer: unknown): answer is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof answer);
  if (!(simple(expected) || (Array.isArray(expected) && expected.length > 0 && expected.every(simple))))
    throw invalid(`${where}: the question has no answer. Give it "answer", a text, or "answers", a list of texts of which any is right.`);
  const { split } = record;
  if (split !== undefined && !SPLITS.includes(split)) throw invalid(`${where}: the split is ${JSON.stringify(split)}. It is train, validation or test.`);
  const id = text('id');
  const category = text('category', 'key');
  return {
    ...(id === undefined ? {} : { id }),
    file,
    question,
    expected: Array.isArray(expected) && expected.length === 1 ? (expected as readonly Json[])[0]! : expected,
    ...(category === undefined ? {} : { category }),
    ...(split === undefined ? {} : { split: split as Split }),
  };
}

async function questionsFile(benchmark: KnownBenchmark, folder: string): Promise<string> {
  for (const name of QUESTIONS) {
    const file = path.join(folder, name);
    if ((await stat(file).catch(() => undefined))?.isFile() === true) return file;
  }
  throw invalid(`${path.join(folder, QUESTIONS[0]!)} is missing. ${benchmark.files}`);
}

async function findDocument(folder: string, name: string, where: string): Promise<string> {
  for (const place of FOLDERS) {
    const file = await fileInFolder(folder, path.join(place, name), where);
    if (file !== undefined) return file;
  }
  throw invalid(`${where}: the document "${name}" is neither in ${folder} nor in its folder xml or data. Put it there, or remove the question.`);
}

async function readUbl(file: string): Promise<XmlDocument> {
  const document = await readDocument(file);
  const { name, namespace } = document.root;
  if (!UBL_NAMESPACE.test(namespace))
    throw invalid(
      `${file}: the root <${name}> is of ${namespace === '' ? 'no namespace' : `the namespace ${namespace}`}, not of a UBL 2 document (urn:oasis:names:specification:ubl:schema:xsd:...-2).`,
    );
  return document;
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
