// Needs a temporary folder; the real GSM8K where it lies beside the project.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { KNOWN_BENCHMARKS } from '../../src/benchmarks/known-benchmarks.js';
import { readBenchmark } from '../../src/benchmarks/read-benchmark.js';
import { sharedData } from '../support/shared-data.js';

describe('known benchmarks', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-known-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('have names that differ', () => {
    const names = KNOWN_BENCHMARKS.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
  });

  it('say the version of what agents act with', () => {
    const versions = KNOWN_BENCHMARKS.flatMap(({ createTools, createEnvironment }) => [
      ...(createTools?.({}) ?? []).map(({ version }) => version),
      ...(createEnvironment === undefined ? [] : [createEnvironment({}, folder).version]),
    ]);
    assert.ok(versions.length > 4);
    for (const version of versions) assert.match(version ?? '', /./);
  });

  it('are all on the index page of the documentation, with pages that are there', async () => {
    const docs = fileURLToPath(new URL('../../../docs/benchmarks', import.meta.url));
    const index = await readFile(path.join(docs, 'README.md'), 'utf8');
    const rows = [...index.matchAll(/^\| `([^`]+)` \|.*\]\(([^)#]+)(?:#([^)]+))?\) \|$/gm)].map(([, name, page, section]) => ({ name, page: page!, section }));
    assert.deepEqual(
      rows.map(({ name }) => name),
      KNOWN_BENCHMARKS.map(({ name }) => name),
    );
    for (const { page, section } of rows) {
      const text = await readFile(path.join(docs, page), 'utf8');
      const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!.toLowerCase().replaceAll(' ', '-'));
      assert.ok(section === undefined || headings.includes(section), `${page}#${section}`);
    }
  });

  it('are read from plain and gzipped files', async () => {
    const line = (question: string, answer: string) => `${JSON.stringify({ question, answer })}\n`;
    await writeFile(path.join(folder, 'train.jsonl'), line('How many?', 'Many.\n#### 1,200'));
    await writeFile(path.join(folder, 'test.jsonl.gz'), gzipSync(line('How few?', '#### -3.5')));
    assert.deepEqual(await readBenchmark({ name: 'gsm8k', folder }), [
      { id: 'train-0001', input: 'How many?', expected: 1_200, split: 'train' },
      { id: 'test-0001', input: 'How few?', expected: -3.5, split: 'test' },
    ]);
  });

  it('say what is missing, cut off or of another form', async () => {
    const refused = (message: RegExp, where = folder) =>
      assert.rejects(readBenchmark({ name: 'gsm8k', folder: where }), { failureType: 'input.invalid', message });
    await refused(/nowhere is no folder; benchmark "gsm8k" is read from there\. It needs train\.jsonl/, path.join(folder, 'nowhere'));
    await refused(/train\.jsonl is missing, also with the ending \.gz\. It needs train\.jsonl and test\.jsonl/);
    const packed = gzipSync(JSON.stringify({ question: 'How many?', answer: '#### 1' }).repeat(99));
    await writeFile(path.join(folder, 'train.jsonl.gz'), packed.subarray(0, 40));
    await refused(/train\.jsonl\.gz cannot be unpacked: unexpected end of file\. It is cut off or no gzip file; get it again\./);
    await writeFile(path.join(folder, 'train.jsonl'), '{"question": "a", "answer": "#### 1"}\n{"question": "b", "answer": "two"}\n');
    await refused(/train\.jsonl, line 2: a record of GSM8K has "question" and an "answer" that ends with/);
  });

  it('reads all of GSM8K', async function () {
    const data = sharedData('gsm8k');
    if (!existsSync(data)) this.skip();
    const tasks = await readBenchmark({ name: 'gsm8k', folder: data });
    assert.equal(tasks.filter(({ split }) => split === 'train').length, 7_473);
    assert.equal(tasks.filter(({ split }) => split === 'test').length, 1_319);
    assert.ok(tasks.every(({ expected }) => Number.isFinite(expected)));
  });
});
