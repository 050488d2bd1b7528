// Needs nothing but a folder for temporary files.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBenchmark } from '../../src/benchmarks/read-benchmark.js';
import { assignSplits } from '../../src/benchmarks/split-benchmark.js';
import { forecast } from '../../src/config/forecast.js';
import { loadConfig } from '../../src/config/load-config.js';
import { writeStarter } from '../../src/config/starter.js';
import { failureTypeOf } from '../../src/core/failures.js';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'watersmeet-starter-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('The starter', () => {
  it('is a configuration that loads, on the local model', async () => {
    const inside = join(folder, 'my first project');
    assert.deepEqual(await writeStarter(inside), { folder: inside, files: [join(inside, 'watersmeet.config.ts'), join(inside, 'benchmark.jsonl')] });
    const { settings, benchmark, definitions } = await loadConfig(inside);
    assert.equal(settings.project, 'my-first-project');
    assert.equal(settings.models.agent?.endpoint, 'local');
    assert.equal(settings.optimize.inner, 'bootstrap');
    assert.equal(settings.merge.pool, 0);
    assert.equal(settings.merge.model, false);
    assert.equal(settings.repair.rounds, 0);
    assert.deepEqual(definitions, {});
    assert.equal(benchmark.source, join(inside, 'benchmark.jsonl'));
  });

  it('has enough tasks for every part, each with its answer, and no two alike', async () => {
    await writeStarter(folder);
    const { settings, benchmark } = await loadConfig(folder);
    const tasks = await readBenchmark(benchmark.source, { fields: benchmark.fields, onDuplicate: ({ sentence }) => assert.fail(sentence) });
    assert.equal(tasks.length, 64);
    const parts = [...assignSplits(tasks, { project: settings.project, shares: benchmark.splits }).values()];
    const count = (part: string) => parts.filter(({ split, half }) => (half ?? split) === part).length;
    assert.deepEqual([count('train'), count('select') + count('confirm'), count('test')], [24, 24, 16]);
    assert.ok(count('select') >= 6 && count('confirm') >= 6, `select ${count('select')}, confirm ${count('confirm')}`);
    for (const category of ['sports', 'food', 'weather', 'music'])
      assert.equal(tasks.filter((task) => task.category === category && task.expected === category && task.split === 'train').length, 6);
    assert.equal(forecast(settings, { train: 24, select: count('select'), confirm: count('confirm'), test: 16 }).subsets, 3);
  });

  it('overwrites nothing, and then writes nothing', async () => {
    await writeFile(join(folder, 'watersmeet.config.mjs'), 'mine');
    await writeFile(join(folder, 'benchmark.jsonl'), 'mine');
    await assert.rejects(writeStarter(folder), (error: Error) => {
      assert.equal(failureTypeOf(error), 'input.invalid');
      assert.equal(
        error.message,
        `${folder}/watersmeet.config.mjs and ${folder}/benchmark.jsonl are already there. Nothing was written: move them away, or name another folder.`,
      );
      return true;
    });
    assert.deepEqual((await readdir(folder)).sort(), ['benchmark.jsonl', 'watersmeet.config.mjs']);
    assert.equal(await readFile(join(folder, 'benchmark.jsonl'), 'utf8'), 'mine');
  });

  it('says so when the folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(writeStarter(join(folder, 'file', 'inside')), (error: Error) => {
      assert.equal(failureTypeOf(error), 'input.invalid');
      assert.equal(error.message, `${folder}/file/inside cannot be written (ENOTDIR). Name another folder, or check its permissions.`);
      return true;
    });
  });
});
