// Needs a temporary folder and a process of its own for SQL; the published AgentBench DB where it lies beside the project.

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { AGENTBENCH_DB, LEFT_OUT } from '../../../src/benchmarks/agentbench-db/agentbench-db.js';
import { sameAnswer } from '../../../src/benchmarks/agentbench-db/compare-answers.js';
import { statementIn, statedAnswer } from '../../../src/benchmarks/agentbench-db/database-action.js';
import { expectedResult, tableHash, type DatabaseTable } from '../../../src/benchmarks/agentbench-db/database-task.js';
import { SqlRunner } from '../../../src/benchmarks/agentbench-db/sql-runner.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import { createScorer } from '../../../src/benchmarks/scorers/create-scorer.js';
import type { Json } from '../../../src/core/json.js';
import type { Task } from '../../../src/core/task.js';
import { environmentContract } from '../../agents/environment-contract.js';
import { scorerContract } from '../scorers/contract.js';
import { countBy, publishedTasks } from './data.js';

const TABLE: DatabaseTable = {
  name: 'Old Ships',
  columns: ['Name', 'Year built'],
  rows: [
    ['Ann', '1901'],
    ['Bob', '1902'],
    ['Cid', '1,903'],
  ],
};
const RECORD = {
  description: 'Which ship was built in 1902?',
  label: ['Bob'],
  type: ['other'],
  table: {
    table_name: TABLE.name,
    table_info: { columns: TABLE.columns.map((name) => ({ name, type: 'TEXT' })), rows: [['Ann', 1901], ...TABLE.rows.slice(1)] },
  },
  add_description: 'The table is Old Ships.',
};
const INSERT = "INSERT INTO `Old Ships` VALUES ('Dan', \"it's new\")";
const INSERTED = tableHash([...TABLE.rows, ['Dan', "it's new"]]);
const CHANGE = { ...RECORD, description: "Add Dan, it's new.", label: [INSERT], type: ['INSERT'], answer_md5: `[('${INSERTED}',)]` };
const scorer = () => createScorer({ kind: 'benchmark', name: 'agentbench-db' }, {});
const question: Task = { id: 'dev-001', input: { question: 'Q' }, expected: { type: 'SELECT', answer: ['Bob'] }, metadata: { table: TABLE } };
const change: Task = { ...question, id: 'dev-002', expected: { type: 'INSERT', md5: INSERTED, statement: INSERT } };

describe('AgentBench DB', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-agentbench-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is read with its table; cells are texts', async () => {
    await writeFile(path.join(folder, 'dev.jsonl'), JSON.stringify(CHANGE));
    await writeFile(path.join(folder, 'standard.jsonl'), JSON.stringify(RECORD));
    assert.deepEqual(await readBenchmark({ name: 'agentbench-db', folder }), [
      {
        id: 'dev-001',
        input: { question: CHANGE.description, table: TABLE.name, columns: TABLE.columns, hint: RECORD.add_description },
        expected: { type: 'INSERT', md5: INSERTED, statement: INSERT },
        category: 'INSERT',
        metadata: { table: TABLE },
        split: 'train',
      },
      {
        id: 'standard-001',
        input: { question: RECORD.description, table: TABLE.name, columns: TABLE.columns, hint: RECORD.add_description },
        expected: { type: 'SELECT', answer: ['Bob'] },
        category: 'other',
        metadata: { table: TABLE },
        split: 'test',
      },
    ]);
  });

  it('says what is wrong, and in which line', async () => {
    const bad = async (record: object, message: RegExp) => {
      await writeFile(path.join(folder, 'dev.jsonl'), `${JSON.stringify(RECORD)}\n${JSON.stringify(record)}`);
      await assert.rejects(readBenchmark({ name: 'agentbench-db', folder }), { failureType: 'input.invalid', message });
    };
    await bad({ ...RECORD, table: undefined }, /dev\.jsonl, line 2: the field "table" is missing/);
    await bad({ ...RECORD, label: 'Bob' }, /line 2: the field "label" holds a text, not a list/);
    await bad({ ...RECORD, type: [] }, /line 2: the field "type" is not a list of a text/);
    await bad({ ...CHANGE, answer_md5: 'none' }, /line 2: the field "answer_md5" holds no MD5 hash/);
    const table = { table_name: 't', table_info: { columns: [{ name: 'a' }], rows: [['1'], ['1', '2']] } };
    await bad({ ...RECORD, table }, /line 2: row 2 of the table does not have 1 cells/);
    await rm(path.join(folder, 'dev.jsonl'));
    await assert.rejects(readBenchmark({ name: 'agentbench-db', folder }), {
      message: /dev\.jsonl is missing, also with the ending \.gz\. It needs standard\.jsonl/,
    });
  });

  it("has 60 and 295 tasks; each one's own answer or statement scores 1", async function () {
    this.timeout(30_000);
    const tasks = await publishedTasks(this, 'agentbench-db', 'agentbench-dbbench');
    assert.deepEqual(countBy(tasks.map(({ split }) => split)), { train: 60, test: 295 });
    const kinds = countBy(tasks.map(({ category, split }) => `${split} ${category === 'INSERT' || category === 'UPDATE' ? category : 'question'}`));
    assert.deepEqual(kinds, { 'train question': 20, 'train INSERT': 20, 'train UPDATE': 20, 'test question': 100, 'test INSERT': 98, 'test UPDATE': 97 });
    assert.equal(LEFT_OUT.size, 5);
    const own = scorer();
    try {
      for (const task of tasks) {
        const expected = expectedResult(task.expected)!;
        const output = expected.type === 'SELECT' ? `Answer: ${JSON.stringify(expected.answer)}` : expected.statement;
        const result = await own.score({ task, output, trajectory: null }, undefined);
        assert.equal(result.score, 1, `${task.id}: ${result.feedback}`);
      }
    } finally {
      await own.close();
    }
  });
});

describe('SQL of agents', () => {
  let runner: SqlRunner;
  before(() => {
    runner = new SqlRunner(1_000);
  });
  after(() => runner.close());
  const run = (...statements: readonly string[]) => runner.run(TABLE, statements, 2);

  it('reads and changes a table that is new each time', async () => {
    const hash = tableHash(TABLE.rows);
    assert.deepEqual(await run('SELECT Name, length("Year built"), 1.0, NULL FROM "Old Ships";'), {
      rows: [
        ['Ann', '4', '1.0', null],
        ['Bob', '4', '1.0', null],
      ],
      more: true,
      hash,
    });
    assert.deepEqual(await run(INSERT), { rows: [], more: false, changed: 1, hash: INSERTED });
    assert.deepEqual(await run(INSERT, 'SELECT count(*) FROM `Old Ships`'), { rows: [['4']], more: false, hash: INSERTED });
    assert.deepEqual(await run('SELECT count(*) FROM `Old Ships` -- ; no end'), { rows: [['3']], more: false, hash });
  });

  const file = path.join(tmpdir(), `watersmeet-sql-${process.pid}`);
  for (const [sql, problem] of [
    [`ATTACH '${file}' AS f`, /^Only SELECT, WITH/],
    [`VACUUM INTO '${file}'`, /^Only SELECT, WITH/],
    [`PRAGMA temp_store_directory = '${tmpdir()}'`, /^Only SELECT, WITH/],
    [`/* */ pragma database_list`, /^Only SELECT, WITH/],
    ['CREATE TABLE x(a)', /^Only SELECT, WITH/],
    [`SELECT writefile('${file}', 'x')`, /^The function writefile\(\) is not available/],
    [`INSERT INTO "Old Ships" SELECT Name, WriteFile('${file}', 'x') FROM "Old Ships"`, /^The function writefile\(\) is not available/],
    [`WITH r AS (SELECT readfile('/etc/hostname') AS c) SELECT * FROM "Old Ships" WHERE EXISTS (SELECT 1 FROM r WHERE c = Name)`, /^The function readfile/],
    ["SELECT load_extension('x')", /^The function load_extension/],
    ["SELECT * FROM fsdir('/')", /^Virtual tables are not available/],
    ['SELECT * FROM pragma_database_list', /^Virtual tables are not available/],
    ['SELECT random()', /^The function random/],
    ["SELECT date('now')", /^The function date/],
    ['SELECT current_timestamp', /^The function current_timestamp/],
    ['SELECT 1; DELETE FROM "Old Ships"', /^Only one statement/],
    [' ; -- nothing', /^There is no statement/],
    ["SELECT 'open", /unrecognized token/],
    ['SELECT missing FROM "Old Ships"', /no such column: missing/],
    ["WITH RECURSIVE c(x) AS (SELECT 'aaaaaaaaaaaaaaaa' UNION ALL SELECT x || x FROM c) SELECT max(length(x)) FROM c", /out of memory|longer than/],
  ] as const)
    it(`refuses ${sql.slice(0, 60).replaceAll(file, 'FILE')}`, async () => {
      const result = await run(sql);
      assert.ok('problem' in result, JSON.stringify(result));
      assert.match(result.problem, problem);
      assert.equal(existsSync(file), false);
    });

  it('stops what takes too long; nothing waits for it but what comes after, and that is answered', async function () {
    this.timeout(20_000);
    await run('SELECT 1');
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const [endless, after] = await Promise.all([
      run('WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c'),
      run('SELECT 1'),
    ]);
    delay.disable();
    assert.deepEqual(endless, { problem: 'The statement took longer than 1 s and was stopped.' });
    assert.deepEqual('rows' in after && after.rows, [['1']]);
    assert.ok(delay.max < 250e6, `the main thread stood still for ${delay.max / 1e6} ms`);
  });
});

describe('the process for SQL', () => {
  it('ends by itself when whoever asked was killed, also in an endless statement', async function () {
    this.timeout(30_000);
    const asker = fork(new URL('./endless-sql-child.js', import.meta.url), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const [pid] = (await once(asker, 'message')) as [number];
    assert.equal(isAlive(pid), true);
    asker.kill('SIGKILL');
    await once(asker, 'exit');
    const begun = performance.now();
    while (isAlive(pid) && performance.now() - begun < 20_000) await setTimeout(100);
    assert.equal(isAlive(pid), false);
  });
});

/** Whether there is such a process; one that has ended and was not yet waited for by its parent does not count. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return !/\) Z /.test(stat);
}

describe('answers to questions at a table', () => {
  for (const [answer, label, right] of [
    ['["Bob"]', ['Bob'], true],
    ["['Bob']", ['Bob'], true],
    ["[('Bob',)]", ['Bob'], true],
    [['Bob'], ['Bob'], true],
    ['Bob', ['Bob'], true],
    ['bob', ['Bob'], false],
    ['"Bob"', ['Bob'], true],
    ['12.004', ['12'], true],
    ['12.02', ['12'], false],
    ['1,234', ['1234.0'], true],
    ['55%', ['55'], true],
    ['[None]', ['0'], true],
    [null, ['0'], true],
    [[2, 1], ['1', '2.001'], true],
    [[1, 1], ['1', '2'], false],
    [['a', 'b'], ['b', 'a'], true],
    [['a', 'a', 'b'], ['b', 'a'], true],
    [['a'], ['b', 'a'], false],
    ['[a, b]', ['b', 'a'], true],
    ['[]', ['Bob'], false],
    [{ a: 1 }, ['Bob'], false],
  ] as const satisfies readonly (readonly [Json, readonly string[], boolean])[])
    it(`${JSON.stringify(answer)} for ${JSON.stringify(label)}: ${right}`, () => assert.equal(sameAnswer(answer, label), right));
});

describe('the words of an agent at a database', () => {
  for (const [output, statement, answer] of [
    ['SELECT 1', 'SELECT 1', 'SELECT 1'],
    ['I look.\n```sql\nSELECT 1;\n```', 'SELECT 1;', '```'],
    ['with x as (select 1) select * from x', 'with x as (select 1) select * from x', 'with x as (select 1) select * from x'],
    ['Answer: ["Bob"]', undefined, '["Bob"]'],
    ['I ran ```sql\nSELECT 1\n```\nFinal Answer: Bob', undefined, 'Bob'],
    ['Select the best one', 'Select the best one', 'Select the best one'],
    ['The ship is Bob', undefined, 'The ship is Bob'],
  ] as const)
    it(JSON.stringify(output), () => {
      assert.equal(statementIn(output), statement);
      if (statement === undefined) assert.equal(statedAnswer(output), answer);
    });
});

scorerContract('agentbench-db, a question', {
  create: scorer,
  task: question,
  right: 'SELECT Name FROM "Old Ships" WHERE "Year built" = 1902',
  wrong: 'SELECT Name FROM "Old Ships"',
});

describe('the scoring of AgentBench DB', () => {
  let own: ReturnType<typeof scorer>;
  before(() => {
    own = scorer();
  });
  after(() => own.close());
  const score = (task: Task, output: Json) => own.score({ task, output, trajectory: null }, undefined);

  it('looks at the table after a change, however the statement is written', async () => {
    assert.deepEqual(await score(change, `INSERT INTO "Old Ships" ("Year built", Name) VALUES ('it''s new', 'Dan')`), { score: 1 });
    const wrong = await score(change, "INSERT INTO `Old Ships` VALUES ('Dan', 'old')");
    assert.equal(wrong.score, 0);
    assert.match(wrong.feedback!, /After the statement the table is not as it has to be\. It changed 1 row: .* Right would have been: "INSERT INTO/);
    assert.match((await score(change, 'SELECT 1')).feedback!, /It only reads/);
    assert.match((await score(change, 'INSERT INTO Missing VALUES (1)')).feedback!, /The statement failed: no such table: Missing\. It was/);
    assert.match((await score(change, 'Done.')).feedback!, /has to be changed by a statement of SQL; the output is none: "Done\."/);
  });

  it('takes the score of an episode', async () => {
    assert.equal((await score(question, { score: 1, steps: 2, done: true })).score, 1);
    assert.equal((await score(question, { score: 0, steps: 2, done: true })).score, 0);
  });
});

const createCase = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-agentbench-'));
  after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, 'dev.jsonl'), `${JSON.stringify(RECORD)}\n${JSON.stringify(CHANGE)}`);
  await writeFile(path.join(folder, 'standard.jsonl'), '');
  const tasks = (await readBenchmark({ name: 'agentbench-db', folder })).map(({ expected: _, ...visible }) => visible);
  return {
    factory: AGENTBENCH_DB.createEnvironment!({}, folder),
    solved: [
      { task: tasks[0]!, actions: ['SELECT * FROM "Old Ships"', 'DELETE FROM "Old Ships"', 'Answer: ["Bob"]'] },
      { task: tasks[1]!, actions: ['SELECT count(*) FROM "Old Ships"', INSERT, 'Answer: done'] },
    ],
    unknownAction: 'look around',
  };
};
environmentContract('agentbench-db', createCase, true);

describe('AgentBench DB as an environment', () => {
  it('tells what statements give, and takes one answer', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-agentbench-'));
    try {
      await writeFile(path.join(folder, 'dev.jsonl'), `${JSON.stringify(RECORD)}\n${JSON.stringify(CHANGE)}`);
      await writeFile(path.join(folder, 'standard.jsonl'), '');
      const environment = await AGENTBENCH_DB.createEnvironment!({}, folder)({ random: () => 0, signal: new AbortController().signal });
      const { observation } = await environment.reset({ id: 'dev-002', input: '' });
      assert.match(
        observation,
        /^Add Dan, it's new\.\nThe table is "Old Ships" with the columns "Name", "Year built"; all of them are TEXT\.\nWrite one SQL statement/,
      );
      const told = async (action: string) => (await environment.step(action)).observation;
      assert.equal(await told('SELECT * FROM "Old Ships" LIMIT 2'), '["Ann","1901"]\n["Bob","1902"]');
      assert.equal(await told(INSERT), '1 row changed.');
      assert.equal(await told("SELECT Name FROM `Old Ships` WHERE Name = 'Dan'"), '["Dan"]');
      assert.equal(await told('DELETE FROM `Old Ships` WHERE 0'), '0 rows changed.');
      assert.equal(await told('SELECT * FROM Ships'), 'Error: no such table: Ships');
      assert.equal(await told('SELECT * FROM "Old Ships" WHERE 0'), 'No rows.');
      assert.match(await told('SELECT a.Name FROM "Old Ships" a, "Old Ships" b, "Old Ships" c'), /\n\(Only the first 20 rows are shown\.\)$/);
      assert.match(await told('Hello'), /^Not understood\. Write one SQL statement/);
      assert.deepEqual(await environment.step('answer: whatever'), { observation: 'The answer was taken.', done: true, score: 1 });
      await environment.reset({ id: 'dev-002', input: '' });
      assert.equal((await environment.step('Answer: done')).score, 0);
      await assert.rejects(async () => environment.reset({ id: 'dev-003', input: '' }), {
        failureType: 'input.invalid',
        message: /has no task "dev-003" any more/,
      });
      assert.throws(() => AGENTBENCH_DB.createEnvironment!({ steps: 1 }, folder), {
        failureType: 'input.invalid',
        message: /environmentOptions\.steps is unknown/,
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
