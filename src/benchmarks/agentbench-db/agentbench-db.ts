// AgentBench DB: questions at a table to be answered with SQL, or changes to be made in it (Liu et al., 2023, arXiv 2308.03688).

import type { JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { findBenchmarkFile } from '../find-benchmark-file.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { refuseOptions } from '../no-options.js';
import { invalidRecord, requireList, requireObject, requireRecord, requireText, type RawRecord } from '../record-fields.js';
import { placeText, readRecords } from '../record-source.js';
import { agentBenchDbEnvironment } from './agentbench-db-environment.js';
import { agentBenchDbScorer } from './agentbench-db-scorer.js';
import type { DatabaseTable, ExpectedResult } from './database-task.js';

export const AGENTBENCH_DB: KnownBenchmark = {
  name: 'agentbench-db',
  title: 'AgentBench DB: a question at a table, or a change in it, by SQL',
  licence: 'Apache-2.0',
  files: 'It needs standard.jsonl and dev.jsonl (or .jsonl.gz) of github.com/THUDM/AgentBench, folder data/dbbench.',
  scorer: { kind: 'benchmark', name: 'agentbench-db' },
  createScorer: (options) => {
    refuseOptions('agentbench-db', options);
    return agentBenchDbScorer();
  },
  createEnvironment: (options, folder) => agentBenchDbEnvironment(options, () => readAll(folder)),
  tasks: (folder) => readAgentBenchDb(folder),
};

/**
 * Tasks left out, by id (file and line), and why: their own statement, written for MySQL, does not make in SQLite the table that the official hash
 * is of. Of all others it does.
 */
export const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ['standard-165', 'the statement has \\n in a text, which MySQL reads as the end of a line'],
  ['standard-181', 'the name of the table begins with a digit and is not quoted, which SQLite does not take'],
  ['standard-207', 'the statement finds "Montreal" in "Montréal", as MySQL compares letters, and no row in SQLite'],
  ['standard-226', 'the statement changes the row that it names, and the official hash is of another table'],
  ['standard-243', 'the statement has \\n in a text, which MySQL reads as the end of a line'],
]);

async function readAll(folder: string): Promise<ReadonlyMap<string, Task>> {
  const tasks = new Map<string, Task>();
  for await (const task of readAgentBenchDb(folder)) tasks.set(task.id, task);
  return tasks;
}

/** dev is there to learn from, standard is what AgentBench reports. */
async function* readAgentBenchDb(folder: string): AsyncGenerator<Task> {
  for (const [name, split] of [
    ['dev', 'train'],
    ['standard', 'test'],
  ] as const) {
    const file = await findBenchmarkFile(AGENTBENCH_DB, folder, `${name}.jsonl`);
    let number = 0;
    for await (const { value, place } of readRecords(file)) {
      number++;
      const id = `${name}-${String(number).padStart(3, '0')}`;
      if (LEFT_OUT.has(id)) continue;
      yield { ...readTask(requireRecord(value, `${file}, ${placeText(place)}`), `${file}, ${placeText(place)}`), id, split };
    }
  }
}

function readTask(record: RawRecord, where: string): Omit<Task, 'id'> {
  const [category] = requireList(record, 'type', where);
  if (typeof category !== 'string') throw invalidRecord(where, 'the field "type" is not a list of a text');
  const table = readTable(requireObject(record, 'table', where), where);
  const label = requireList(record, 'label', where);
  if (label.length === 0 || !label.every((value) => typeof value === 'string')) throw invalidRecord(where, 'the field "label" is not a list of texts');
  const changes = category === 'INSERT' || category === 'UPDATE';
  const expected: ExpectedResult = changes ? { type: category, md5: readHash(record, where), statement: label[0]! } : { type: 'SELECT', answer: label };
  const hint = record['add_description'] === undefined ? '' : requireText(record, 'add_description', where);
  const input: JsonObject = { question: requireText(record, 'description', where), table: table.name, columns: table.columns, hint };
  return { input, expected: expected as unknown as JsonObject, category, metadata: { table } };
}

/** Written as MySQL's answer: `[('<hash>',)]`. */
function readHash(record: RawRecord, where: string): string {
  const hash = /\b[0-9a-f]{32}\b/.exec(requireText(record, 'answer_md5', where))?.[0];
  if (hash === undefined) throw invalidRecord(where, 'the field "answer_md5" holds no MD5 hash');
  return hash;
}

/** All cells become texts, as in AgentBench's own databases. */
function readTable(record: RawRecord, where: string): DatabaseTable {
  const info = requireObject(record, 'table_info', where);
  const columns = requireList(info, 'columns', where).map((column) => requireText(requireRecord(column, where), 'name', where));
  const rows = requireList(info, 'rows', where).map((row, index) => {
    if (!Array.isArray(row) || row.length !== columns.length) throw invalidRecord(where, `row ${index + 1} of the table does not have ${columns.length} cells`);
    return row.map((cell: unknown) => (typeof cell === 'string' ? cell : cell === null ? 'None' : JSON.stringify(cell)));
  });
  if (columns.length === 0) throw invalidRecord(where, 'the table has no columns');
  return { name: requireText(record, 'table_name', where), columns, rows };
}
