// Needs a temporary folder. Every question here is invented; nothing is of the real set.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { knownBenchmark } from '../../../src/benchmarks/known-benchmarks.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';

interface Row {
  readonly [field: string]: unknown;
}

function row(number: number, fields: Row = {}): Row {
  return {
    task_id: `task-${number}`,
    Question: `What is ${number} and ${number}?`,
    Level: String((number % 3) + 1),
    'Final answer': String(2 * number),
    file_name: '',
    file_path: '',
    'Annotator Metadata': { Steps: `Add ${number} to itself: the secret steps.`, 'Number of steps': '1' },
    ...fields,
  };
}

describe('GAIA', () => {
  let root: string;
  let folder: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'watersmeet-gaia-'));
    folder = path.join(root, '2023', 'validation');
    await mkdir(folder, { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const read = (where = root) => readBenchmark({ name: 'gaia', folder: where });
  const refuses = (message: RegExp, where?: string) => assert.rejects(read(where), { failureType: 'input.invalid', message });
  const writeLines = (rows: readonly Row[], name = 'metadata.jsonl') =>
    writeFile(path.join(folder, name), rows.map((value) => `${JSON.stringify(value)}\n`).join(''));
  async function writeParquet(name: string, rows: readonly Row[]): Promise<void> {
    const names = Object.keys(rows[0]!).filter((key) => key !== 'Annotator Metadata');
    const columnData = names.map((key) => ({ name: key, data: rows.map((value) => value[key] ?? null) }));
    const leaf = (key: string) => ({ name: key, type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const, repetition_type: 'OPTIONAL' as const });
    const schema = [
      { name: 'root', num_children: names.length + 1 },
      ...names.map(leaf),
      { name: 'Annotator Metadata', repetition_type: 'OPTIONAL' as const, num_children: 2 },
      leaf('Steps'),
      leaf('Number of steps'),
    ];
    const annotated = { name: 'Annotator Metadata', data: rows.map((value) => value['Annotator Metadata']) };
    await writeFile(path.join(folder, name), new Uint8Array(parquetWriteBuffer({ columnData: [...columnData, annotated], schema })));
  }
  const rows = [row(1), row(2, { file_name: 'table.csv', file_path: '2023/validation/table.csv' }), row(3)];

  it('reads metadata.jsonl from the root, 2023 and 2023/validation, without what would give the answers away', async () => {
    await writeLines(rows);
    await writeFile(path.join(folder, 'table.csv'), 'a,b\n1,2\n');
    const tasks = await read();
    assert.deepEqual(tasks[0], { id: 'task-1', input: 'What is 1 and 1?', expected: '2', category: 'level 2' });
    assert.deepEqual(tasks[1], {
      id: 'task-2',
      input: 'What is 2 and 2?\n\nAttached file: table.csv',
      expected: '4',
      category: 'level 3',
      metadata: { attachments: [{ path: '2023/validation/table.csv', sha256: createHash('sha256').update('a,b\n1,2\n').digest('hex') }] },
    });
    assert.equal(tasks.length, 3);
    assert.doesNotMatch(JSON.stringify(tasks), /secret steps/);
    for (const [where, attachment] of [
      [path.join(root, '2023'), 'validation/table.csv'],
      [folder, 'table.csv'],
    ] as const) {
      const again = await read(where);
      assert.deepEqual(
        again.map(({ id }) => id),
        ['task-1', 'task-2', 'task-3'],
      );
      assert.match(JSON.stringify(again[1]?.metadata), new RegExp(`"path":"${attachment}"`));
    }
  });

  it('reads the same from metadata.parquet and from the files of the levels', async () => {
    await writeFile(path.join(folder, 'table.csv'), 'a,b\n1,2\n');
    await writeLines(rows);
    const expected = await read();
    await unlink(path.join(folder, 'metadata.jsonl'));
    await writeParquet('metadata.parquet', rows);
    assert.deepEqual(await read(), expected);
    await unlink(path.join(folder, 'metadata.parquet'));
    for (const level of ['1', '2', '3'])
      await writeParquet(
        `metadata.level${level}.parquet`,
        rows.filter((value) => value['Level'] === level),
      );
    const byLevel = await read();
    assert.deepEqual(
      byLevel.map(({ category }) => category),
      ['level 1', 'level 2', 'level 3'],
    );
    assert.deepEqual(
      byLevel.toSorted((left, right) => (left.id < right.id ? -1 : 1)),
      expected,
    );
    await unlink(path.join(folder, 'metadata.level2.parquet'));
    await refuses(/metadata\.level2\.parquet is missing, and there is neither metadata\.jsonl nor metadata\.parquet/);
  });

  it('sees a changed attachment as a changed task', async () => {
    await writeLines(rows);
    await writeFile(path.join(folder, 'table.csv'), 'a,b\n1,2\n');
    const before = await read();
    await writeFile(path.join(folder, 'table.csv'), 'a,b\n1,3\n');
    assert.notDeepEqual((await read())[1]?.metadata, before[1]?.metadata);
  });

  it('refuses attachments that are missing or lie elsewhere', async () => {
    const outside = path.join(root, 'secret.txt');
    await writeFile(outside, 'secret');
    await writeLines([row(1, { file_name: 'gone.pdf' })]);
    await refuses(/metadata\.jsonl, line 1, task "task-1": the attached file .*validation\/gone\.pdf is missing\. Get the files/);
    await writeLines([row(1, { file_name: '../../secret.txt' })]);
    await refuses(/task "task-1": "\.\.\/\.\.\/secret\.txt" lies outside of .*validation, and only files from there are read/);
    await writeLines([row(1, { file_name: outside })]);
    await refuses(/lies outside of/);
    await symlink(outside, path.join(folder, 'link.txt'));
    await writeLines([row(1), row(2, { file_name: 'link.txt' })]);
    await refuses(
      /metadata\.jsonl, line 2, task "task-2": .*link\.txt is a link out of its folder \(to .*secret\.txt\), and only files from there are read\. Put the file itself there/,
    );
    await writeFile(path.join(folder, 'a.txt'), 'a');
    await writeLines([row(1, { file_name: 'a.txt', file_path: '2023/validation/../../secret.txt' })]);
    await refuses(/"file_path" of task "task-1" is "2023\/validation\/\.\.\/\.\.\/secret\.txt", which leads out of the folder/);
    await mkdir(path.join(folder, 'folder.zip'));
    await writeLines([row(1, { file_name: 'folder.zip' })]);
    await refuses(/folder\.zip is no file/);
  });

  it('follows a link within the folder, and a link to the folder', async () => {
    await writeFile(path.join(folder, 'a.txt'), 'a');
    await symlink('a.txt', path.join(folder, 'b.txt'));
    await writeLines([row(1, { file_name: 'b.txt' })]);
    await symlink(root, `${root}-link`);
    try {
      assert.equal((await read(`${root}-link`)).length, 1);
    } finally {
      await unlink(`${root}-link`);
    }
  });

  it('refuses records that are not of GAIA, with file and line', async () => {
    const { Question: _, ...without } = row(2);
    await writeLines([row(1), without]);
    await refuses(/metadata\.jsonl, line 2: "Question" is missing or empty \(the record has "task_id", "Level"/);
    await writeLines([row(1, { Level: '4' })]);
    await refuses(/line 1: "Level" of task "task-1" is "4", not 1, 2 or 3/);
    await writeLines([row(1, { 'Final answer': '?' })]);
    await refuses(/line 1: task "task-1" has no answer \("\?"\), as those of the test set/);
    await writeLines([row(1), row(1, { Question: 'Another?' })]);
    await refuses(/record 1 and record 2 have the same id "task-1"/);
  });

  it('says that the test set cannot be scored, and what is missing', async () => {
    const test = path.join(root, '2023', 'test');
    await mkdir(test);
    await writeFile(path.join(test, 'metadata.jsonl'), `${JSON.stringify(row(1, { 'Final answer': '?' }))}\n`);
    await refuses(/2023\/test is GAIA's test set: its answers are not public, so nothing can be scored/, test);
    await refuses(/holds no metadata of GAIA's validation set\. It needs the folder of huggingface\.co/);
    await writeLines(rows.slice(0, 1));
    assert.equal((await read()).length, 1);
  });

  it('gives tools, images only where they are asked for', () => {
    const names = (options: { readonly [key: string]: boolean | string }) =>
      knownBenchmark('gaia')
        .createTools?.(options)
        .map(({ name }) => name);
    assert.deepEqual(names({}), ['read_file', 'calculate']);
    assert.deepEqual(names({ images: true }), ['read_file', 'calculate', 'view_image']);
    assert.throws(() => names({ picture: true }), { failureType: 'input.invalid', message: /have no option "picture"/ });
    assert.throws(() => names({ images: 'yes' }), { failureType: 'input.invalid', message: /Use true or false/ });
  });
});
