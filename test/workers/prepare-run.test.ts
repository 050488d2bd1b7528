// Needs a temporary folder.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveConfig, type LoadedConfig } from '../../src/config/resolve-config.js';
import { contentAddress } from '../../src/store/content-address.js';
import { openStore } from '../../src/store/sqlite/open-store.js';
import type { Store } from '../../src/store/store.js';
import { prepareRun } from '../../src/workers/prepare-run.js';
import { readTasks } from '../../src/workers/read-tasks.js';

describe('prepareRun', () => {
  let folder: string;
  let store: Store;
  let written: number;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-prepare-'));
    store = await openStore({ folder: path.join(folder, '.watersmeet') });
    written = 0;
    const putTasks = store.putTasks.bind(store);
    store.putTasks = async (tasks) => {
      written += tasks.length;
      await putTasks(tasks);
    };
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  interface TaskRecord {
    readonly id: string;
    readonly input: string;
    readonly expected?: string;
    readonly category?: string;
  }

  const tasks = (count: number): TaskRecord[] =>
    Array.from({ length: count }, (_, index) => ({ id: `t${index}`, input: `question ${index}`, expected: `${index}`, category: `c${index % 3}` }));
  const write = (records: readonly object[], more = '') =>
    writeFile(path.join(folder, 'tasks.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join('') + more);
  const load = (more: object = {}): LoadedConfig =>
    resolveConfig(
      {
        project: 'p',
        benchmark: { file: 'tasks.jsonl' },
        agent: { kind: 'function', run: () => 'x' },
        modules: { examples: { kind: 'demos', items: [] } },
        optimize: { inner: 'bootstrap' },
        scorer: 'numeric',
        ...more,
      },
      { folder },
    );

  it('stores every task once under its part, in lists sorted by id, as the whole benchmark at once would be', async () => {
    const records = tasks(1_300);
    await write([...records, { ...records[7]!, id: 'twin' }]);
    const { input, warnings } = await prepareRun(store, load(), { fromChampion: false });
    assert.deepEqual(warnings, [`${folder}/tasks.jsonl: line 1301 is the same task as line 8 and is left out.`]);
    assert.equal(written, 1_300);
    const seen: string[] = [];
    for (const [part, { list, size }] of Object.entries(input.lists)) {
      const references = await store.getObject<readonly { readonly id: string; readonly hash: string; readonly category: string }[]>(list);
      assert.equal(references.length, size, part);
      assert.deepEqual(
        references.map(({ id }) => id),
        references.map(({ id }) => id).toSorted(),
      );
      const stored = await store.getTasks(references.map(({ hash }) => hash));
      for (const [index, { id, hash, category }] of references.entries()) {
        const { input, expected } = records[Number(id.slice(1))]!;
        assert.deepEqual([stored[index]!.input, stored[index]!.expected, category], [input, expected, stored[index]!.category]);
        assert.equal(hash, contentAddress({ input, expected: expected!, category, metadata: null }));
        seen.push(id);
      }
    }
    assert.deepEqual(seen.toSorted(), records.map(({ id }) => id).toSorted());
  });

  it('stores nothing when the last line is bad', async () => {
    for (const [more, message] of [
      ['{"id": "last", "question": "x"}\n', /line 601: the field "input" is missing/],
      ['{"id": "t3", "input": "again"}\n', /line 4 and line 601 have the same id "t3"/],
      ['{"id": "last", "inp', /line 601 is not valid JSON/],
      ['{"id": "last", "input": "x", "expected": "many"}\n', /task "last" holds no number/],
    ] as const) {
      await write(tasks(600), more);
      await assert.rejects(prepareRun(store, load(), { fromChampion: false }), { failureType: 'input.invalid', message });
    }
    assert.equal(written, 0);
    assert.deepEqual([...(await store.assignParts('p', new Map([['t1', { split: 'test' }]]))).values()], [{ split: 'test' }]);
  });

  it('tells what cannot be read before what the scorer lacks', async () => {
    const records = tasks(40);
    await write([{ id: 'first', input: 'x', expected: 'no number' }, ...records], '{"id": "last"}\n');
    await assert.rejects(readTasks(load()), { message: /line 42: the field "input" is missing/ });
    await write([{ id: 'first', input: 'x', expected: 'no number' }, ...records]);
    await assert.rejects(readTasks(load()), { message: /task "first" holds no number/ });
  });

  it('refuses a benchmark that was changed after it was checked', async () => {
    await write(tasks(100));
    const loaded = load();
    const read = await readTasks(loaded);
    await write(tasks(100).map((task) => (task.id === 't60' ? { ...task, input: 'another question' } : task)));
    await assert.rejects(prepareRun(store, loaded, { fromChampion: false, read }), {
      failureType: 'input.invalid',
      message: `${folder}/tasks.jsonl was changed while it was read: task "t60" is no longer what it was. Start again when it is complete.`,
    });
    await write(tasks(99));
    await assert.rejects(prepareRun(store, loaded, { fromChampion: false, read }), { message: /was changed while it was read: task "t99"/ });
  });

  it('stores only the tasks that are taken', async () => {
    await write(tasks(400));
    const { input } = await prepareRun(store, load({ benchmark: { file: 'tasks.jsonl', take: { train: 20, validation: 30, test: 10 } } }), {
      fromChampion: false,
    });
    const { train, select, confirm, test } = input.lists;
    assert.deepEqual([train.size, select.size + confirm.size, test.size, written], [20, 30, 10, 60]);
  });
});
