// Needs a temporary folder.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { check, fetch, sample } from '../../src/cli/commands/benchmark.js';
import { loadConfig } from '../../src/config/load-config.js';
import { cli, jsonOf } from './run-cli.js';

describe('watersmeet benchmark', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-benchmark-cli-'));
    const rows = Array.from({ length: 60 }, (_, index) => `What is ${index} plus ${index}?,${2 * index},${index % 3 === 0 ? 'easy' : 'hard'}`);
    writeFileSync(path.join(folder, 'sums.csv'), `question,answer,level\n${rows.join('\n')}\n`);
    writeFileSync(path.join(folder, 'watersmeet.config.json'), JSON.stringify(config()));
    mkdirSync(path.join(folder, 'benchmarks/gsm8k'), { recursive: true });
    writeFileSync(path.join(folder, 'benchmarks/gsm8k/train.jsonl'), '{"question": "How many?", "answer": "#### 7"}\n');
    writeFileSync(path.join(folder, 'benchmarks/gsm8k/test.jsonl'), '{"question": "How few?", "answer": "#### 3"}\n');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const config = () => ({
    project: 'sums',
    benchmark: { file: 'sums.csv', fields: { input: 'question', expected: 'answer', category: 'level' } },
    agent: { kind: 'chat', system: 'You add.\n{{rules}}', user: '{{input}}' },
    modules: { rules: { kind: 'playbook', items: ['Say only the number.'] } },
    scorer: 'numeric',
    model: { baseURL: 'http://127.0.0.1:9/v1', model: 'none' },
  });

  it('checks a file, and proposes what to paste into the configuration', async () => {
    const { exitCode, stdout } = await cli(folder, ['benchmark', 'check', 'sums.csv']);
    assert.equal(exitCode, 0);
    assert.match(stdout, /sums\.csv: 60 records, 60 tasks; nothing is wrong/);
    assert.match(stdout, /question +text +60 +"What is 0 plus 0\?"/);
    assert.match(stdout, /hard +40 +66\.7 %/);
    assert.match(
      stdout,
      /benchmark: \{ file: 'sums\.csv', fields: \{ input: 'question', expected: 'answer', category: 'level' \}, splits: \{ train: 40, validation: 40, test: 20 \} \},/,
    );
  });

  it('proposes lines that can be pasted as they are, wherever the configuration and the file are', async () => {
    const elsewhere = path.join(folder, 'elsewhere');
    mkdirSync(elsewhere, { recursive: true });
    writeFileSync(
      path.join(elsewhere, 'watersmeet.config.json'),
      JSON.stringify({ ...config(), benchmark: { file: '../sums.csv', fields: { input: 'question', expected: 'answer' }, take: { train: 20 } } }),
    );
    for (const [argv, at, file] of [
      [[], folder, 'sums.csv'],
      [['sums.csv'], folder, 'sums.csv'],
      [['--config', elsewhere], elsewhere, '../sums.csv'],
      [['sums.csv', '--config', elsewhere], elsewhere, '../sums.csv'],
    ] as const) {
      const { stdout } = await cli(folder, ['benchmark', 'check', ...argv]);
      const lines = stdout.split('\n').filter((line) => /^ {2}(?:benchmark|subset): /.test(line));
      assert.ok(lines[0]?.startsWith(`  benchmark: { file: '${file}', `), stdout);
      const pasted = path.join(at, 'pasted.config.mjs');
      writeFileSync(pasted, `export default { ...${JSON.stringify(config())},\n${lines.join('\n')}\n};\n`);
      const loaded = await loadConfig(pasted);
      assert.deepEqual([loaded.benchmark.source, loaded.benchmark.fields.input], [path.join(folder, 'sums.csv'), 'question']);
      assert.equal(loaded.benchmark.take.train, argv.length === 2 ? 20 : undefined);
    }
  });

  it('says where the lines go for tasks that are given in code', async () => {
    const inCode = path.join(folder, 'code.config.mjs');
    writeFileSync(inCode, `export default ${JSON.stringify({ ...config(), benchmark: { tasks: [{ input: 'What is 1 plus 1?', expected: '2' }] } })};\n`);
    const { stdout } = await cli(folder, ['benchmark', 'check', '--config', inCode]);
    assert.match(stdout, /: 1 record, 1 task; /);
    assert.match(
      stdout,
      /For the configuration, in benchmark, beside its tasks:\n {4}splits: \{ train: 40, validation: 40, test: 20 \},\nand beside benchmark:\n {2}subset: \{ size: 16 \},\n/,
    );
  });

  it('ends with 2 and the lines of all problems when a run would refuse the benchmark', async () => {
    writeFileSync(path.join(folder, 'bad.jsonl'), '{"id":1,"input":"x"}\n{"id":2,"text":"y"}\n{"id":1,"input":"z"}\n');
    const result = await cli(folder, ['benchmark', 'check', 'bad.jsonl', '--field', 'input=input', '--json']);
    assert.equal(result.exitCode, 2);
    assert.deepEqual(
      (jsonOf(result)['problems'] as { readonly sentence: string }[]).map(({ sentence }) => sentence),
      [
        `${folder}/bad.jsonl, line 2: the field "input" is missing (the record has "id", "text"). Add it, or name the right field in benchmark.fields.input.`,
        `${folder}/bad.jsonl: line 1 and line 3 have the same id "1". Give every task an id of its own.`,
      ],
    );
  });

  it('asks for the fields only where most of the records have none that would do', async () => {
    const lines = (record: (index: number) => object) => Array.from({ length: 20 }, (_, index) => `${JSON.stringify(record(index))}\n`).join('');
    writeFileSync(
      path.join(folder, 'gap.jsonl'),
      lines((index) => ({ question: `What is ${index}?`, ...(index === 7 ? {} : { answer: 'x' }) })),
    );
    writeFileSync(
      path.join(folder, 'no-text.jsonl'),
      lines((index) => ({ one: index, two: index + 1 })),
    );
    const [gap, noText] = await Promise.all(['gap.jsonl', 'no-text.jsonl'].map((file) => cli(folder, ['benchmark', 'check', file, '--config', '/'])));
    assert.match(
      gap!.stdout,
      /20 records, 19 tasks; a run would refuse it[^]*line 8: the field "answer" is missing[^]*\(the fields are guessed: look at them\)/,
    );
    assert.match(noText!.stdout, /20 records, 0 tasks[^]*\(the fields are guessed: name them with --field input=NAME\)/);
    assert.deepEqual([gap!.exitCode, noText!.exitCode], [2, 2]);
  });

  it("checks and samples the configuration's benchmark as its scorer and agent see it", async () => {
    const [checked, sampled] = await Promise.all([
      cli(folder, ['benchmark', 'check', '--json']),
      cli(folder, ['benchmark', 'sample', '-n', '2', '--seed', '4']),
    ]);
    assert.equal(checked.exitCode, 0, checked.stdout);
    assert.deepEqual([jsonOf(checked)['fieldsAre'], jsonOf(checked)['tasks']], ['given', 60]);
    assert.match(
      sampled.stdout,
      /1 of 2 {2}[0-9a-f]{16} {2}category (?:easy|hard)\n {2}system +You add\.\n +.*Say only the number\.\n {2}user +What is \d+ plus \d+\?\n {2}expected +\d+\n/,
    );
  });

  it('writes a sample that can be read back, and never over a file unasked', async () => {
    const file = path.join(folder, 'few.jsonl');
    assert.match((await cli(folder, ['benchmark', 'sample', 'sums.csv', '-n', '3', '--out', 'few.jsonl'])).stdout, /wrote 3 tasks to few\.jsonl/);
    const written = readFileSync(file, 'utf8');
    assert.equal(written.trim().split('\n').length, 3);
    const again = await cli(folder, ['benchmark', 'sample', 'sums.csv', '--out', 'few.jsonl']);
    assert.equal(again.exitCode, 2);
    assert.match(again.stderr, /few\.jsonl is there already\. Name another file, or add --force to overwrite it\./);
    assert.equal(readFileSync(file, 'utf8'), written);
    const forced = await cli(folder, ['benchmark', 'sample', 'few.jsonl', '-n', '2', '--out', 'few.jsonl', '--force']);
    assert.equal(forced.exitCode, 0, forced.stderr);
    assert.ok(
      readFileSync(file, 'utf8')
        .split('\n')
        .every((line) => written.includes(line)),
    );
  });

  it('lists what is known and what is here; samples it by name', async () => {
    const listed = await cli(folder, ['benchmark', 'list', '--json']);
    const found = (JSON.parse(listed.stdout) as { readonly name: string; readonly found: boolean; readonly folder: string; readonly files: string }[]).find(
      ({ name }) => name === 'gsm8k',
    )!;
    assert.deepEqual([found.found, found.folder], [true, path.join(folder, 'benchmarks/gsm8k')]);
    assert.match(found.files, /train\.jsonl and test\.jsonl/);
    const sampled = await cli(folder, ['benchmark', 'sample', 'gsm8k', '--json']);
    assert.deepEqual(
      (JSON.parse(sampled.stdout) as { readonly task: { readonly id: string } }[]).map(({ task }) => task.id),
      ['train-0001', 'test-0001'],
    );
  });

  it('says what to do about a name, a part or a number that is none, and about data that a person has to get', async () => {
    const options = { config: folder, field: [], option: [], number: '5', seed: '0' };
    const refuses = (command: Promise<void>, message: RegExp) => assert.rejects(command, { failureType: 'input.invalid', message });
    const file = path.join(folder, 'sums.csv');
    await refuses(check('gsm8', options), /^gsm8 does not exist, and is no known benchmark \(did you mean gsm8k\?\)\. Name a file of tasks, or one of: /);
    await refuses(fetch('gsm8k', options), /^Benchmark "gsm8k" has to be put there by hand\. It needs train\.jsonl .* Put that into .*benchmarks\/gsm8k\.$/);
    await refuses(
      check(file, { ...options, field: ['question=input'] }),
      /"question" is no part of a task\. Parts are: id, input, expected, category, split, metadata\./,
    );
    await refuses(sample(file, { ...options, number: 'many' }), /^-n many: write a whole number from 1\.$/);
  });
});
