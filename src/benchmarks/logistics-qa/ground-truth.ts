// The answers of a folder of documents, in whichever of the usual forms of ground_truth.json they come.

import { WatersmeetError } from '../../core/failures.js';
import type { Split } from '../../core/task.js';
import { readTextFile } from '../read-text-file.js';

export interface DocumentAnswer {
  /** The document's name without `.xml`. */
  readonly document: string;
  /** Without duplicates, in the order given; none is an answer as well. */
  readonly references: readonly string[];
  readonly question?: string;
  readonly category?: string;
  readonly split?: Split;
  /** Where it stands, for messages: as in `ground_truth.json, line 3`. */
  readonly where: string;
}

/** Names of fields, compared without case, `_`, `-` and spaces. */
const DOCUMENT_FIELDS = ['id', 'uuid', 'document', 'documentid', 'doc', 'docid', 'file', 'filename', 'xml', 'xmlfile', 'invoice', 'invoiceid', 'path'];
const REFERENCE_FIELDS = ['reference', 'transportreference', 'answer', 'groundtruth', 'expected', 'label', 'value', 'target', 'transportref', 'ref'].flatMap(
  (name) => [name, `${name}s`],
);
const SPLITS: Readonly<Record<string, Split>> = {
  train: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
};
/** Of values that say that there is none. */
const NONE = new Set(['', 'none', 'null', 'n/a', 'na', 'nan', '-']);

const FORMS =
  'It is an object of answers by document ({"<UUID>": "reference" or ["reference", ...]}), or a list of records ({"id": "<UUID>", "references": [...]}).';

/**
 * Accepted are an object by document's name (with or without `.xml`) whose values are a text, a number, null, a list of these, or a record; a
 * list of records, each with the document's name and its references; and one of these inside an object with a single key. A record may also hold
 * `question`, `category` (or `supplier`) and `split`. One text may hold several references with commas, semicolons, bars or line breaks
 * between. Records of the same document and question are one answer.
 *
 * @throws WatersmeetError 'input.invalid' with file and line.
 */
export async function readGroundTruth(file: string): Promise<readonly DocumentAnswer[]> {
  const text = await readTextFile(file, 'the answers');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`${file}, line ${lineOfProblem(text, error as Error)}: no valid JSON: ${(error as Error).message}. Get the file again.`);
  }
  const entries = entriesOf(value);
  if (entries === undefined) throw invalid(`${file}: it holds no answers. ${FORMS}`);
  if (!Array.isArray(value)) refuseSecondKeys(text, new Set(entries.map(({ name }) => JSON.stringify(name))), file);
  const united = new Map<string, DocumentAnswer>();
  // Documents come in the order of the file: what was passed need not be looked through again.
  let passed = 0;
  let line = 1;
  for (const { name, value: entry, place } of entries) {
    const found = name === undefined ? -1 : text.indexOf(JSON.stringify(name), passed);
    if (found !== -1) {
      line += lineAt(text.slice(passed, found), found) - 1;
      passed = found;
    }
    const where = `${file}, ${found === -1 ? place : `line ${line}`}`;
    const answer = readEntry(name, entry, where);
    const key = JSON.stringify([answer.document, answer.question ?? null]);
    const before = united.get(key);
    united.set(key, before === undefined ? answer : { ...before, references: [...new Set([...before.references, ...answer.references])] });
  }
  return [...united.values()];
}

/** Of two entries with one key a JSON reader keeps the last. */
function refuseSecondKeys(text: string, names: ReadonlySet<string>, file: string): void {
  const seen = new Set<string>();
  for (const { 1: key = '', index } of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:/g)) {
    if (!names.has(key)) continue;
    if (seen.has(key)) throw invalid(`${file}, line ${lineAt(text, index)}: ${key} is there a second time. Put all its references into one entry.`);
    seen.add(key);
  }
}

interface Entry {
  /** The document's name, where it is a key. */
  readonly name?: string;
  readonly value: unknown;
  readonly place: string;
}

function entriesOf(value: unknown): readonly Entry[] | undefined {
  if (Array.isArray(value)) {
    return value.map((record: unknown, index) => {
      const name = isRecord(record) ? documentName(record) : undefined;
      return { ...(name === undefined ? {} : { name }), value: record, place: `record ${index + 1}` };
    });
  }
  if (!isRecord(value)) return undefined;
  const keys = Object.keys(value);
  const [first] = keys;
  // {"data": [...]}: a list of references has no records in it, and a document no documents.
  const inner = first === undefined ? undefined : value[first];
  if (keys.length === 1 && ((Array.isArray(inner) && inner.some(isRecord)) || (isRecord(inner) && pick(inner, REFERENCE_FIELDS) === undefined)))
    return entriesOf(inner);
  return keys.map((name) => ({ name, value: value[name], place: `"${name}"` }));
}

function readEntry(name: string | undefined, value: unknown, where: string): DocumentAnswer {
  if (name === undefined) throw invalid(`${where}: a record needs the name of its document, such as "id": "<UUID>". ${FORMS}`);
  const document = name.replace(/\.xml$/i, '');
  if (!isRecord(value)) return { document, references: referencesOf(value, name, where), where };
  const given = pick(value, REFERENCE_FIELDS);
  if (given === undefined)
    throw invalid(`${where}: the record of "${name}" has no references (it has ${Object.keys(value).join(', ') || 'no fields'}). Call them "references".`);
  const question = pick(value, ['question']);
  const category = pick(value, ['category', 'supplier']);
  const split = pick(value, ['split']);
  const known = typeof split === 'string' ? SPLITS[split.toLowerCase()] : undefined;
  if (split !== undefined && split !== null && known === undefined)
    throw invalid(`${where}: the split of "${name}" is ${JSON.stringify(split)}. It is train, validation or test.`);
  return {
    document,
    references: referencesOf(given, name, where),
    ...(typeof question === 'string' && question.trim() !== '' ? { question: question.trim() } : {}),
    ...(typeof category === 'string' && category.trim() !== '' ? { category: category.trim() } : {}),
    ...(known === undefined ? {} : { split: known }),
    where,
  };
}

function referencesOf(value: unknown, name: string, where: string): readonly string[] {
  const texts: string[] = [];
  for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
    if (one === null || one === undefined) continue;
    if (typeof one === 'number' && !Number.isSafeInteger(one))
      throw invalid(`${where}: a reference of "${name}" is the number ${one}, which is not exact. Write references as texts, in quotes.`);
    const text = typeof one === 'string' || typeof one === 'number' ? String(one) : isRecord(one) ? pick(one, [...REFERENCE_FIELDS, 'id']) : undefined;
    if (typeof text !== 'string' && typeof text !== 'number')
      throw invalid(`${where}: a reference of "${name}" is ${JSON.stringify(one).slice(0, 80)}. References are texts, or a list of texts.`);
    texts.push(...String(text).split(/[,;|\n]/));
  }
  return [...new Set(texts.map((text) => text.trim()).filter((text) => !NONE.has(text.toLowerCase())))];
}

function documentName(record: Readonly<Record<string, unknown>>): string | undefined {
  const value = pick(record, DOCUMENT_FIELDS);
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  // A path of the author's own machine.
  return value.trim().split(/[\\/]/).at(-1);
}

/** The value of the first of these names. */
function pick(record: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  for (const name of names) {
    const key = Object.keys(record).find((candidate) => candidate.toLowerCase().replaceAll(/[_\- ]/g, '') === name);
    if (key !== undefined && record[key] !== undefined) return record[key];
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** Node's messages name the position, and some the line. */
function lineOfProblem(text: string, { message }: Error): number {
  const position = /position (\d+)/.exec(message)?.[1];
  return lineAt(text, position === undefined ? text.length : Number(position));
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
