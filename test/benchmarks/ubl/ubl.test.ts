// Needs a temporary folder; the OASIS examples where they lie beside the project.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import { sharedData } from '../../support/shared-data.js';

const waybill = (id: string, namespace = 'urn:oasis:names:specification:ubl:schema:xsd:Waybill-2') => `<Waybill xmlns="${namespace}"><ID>${id}</ID></Waybill>`;

describe('questions on UBL documents', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-ubl-'));
    await mkdir(path.join(folder, 'xml'));
    await writeFile(path.join(folder, 'xml', 'one.xml'), waybill('W1'));
    await writeFile(path.join(folder, 'two.xml'), waybill('W2'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const questions = (...records: readonly unknown[]) =>
    writeFile(path.join(folder, 'questions.jsonl'), records.map((record) => `${typeof record === 'string' ? record : JSON.stringify(record)}\n`).join(''));
  const read = () => readBenchmark({ name: 'ubl', folder });
  const refused = (message: RegExp) => assert.rejects(read(), { failureType: 'input.invalid', message });

  it('are read with documents beside them or in the folder xml', async () => {
    await questions(
      { file: 'one.xml', question: 'Which number?', answer: 'W1', split: 'train' },
      { doc: 'one.xml', question: 'Which kind?', answers: ['Waybill', 'waybill'], key: 'kind', split: 'test' },
      { id: 'q3', document: 'two.xml', question: 'Which number?', answers: ['W2'], category: 'number', split: 'test' },
    );
    assert.deepEqual(
      (await read()).map(({ metadata: _, input, ...task }) => ({ ...task, ...(input as object) })),
      [
        { id: 'one#1', question: 'Which number?', document: 'Waybill\n ID: W1', expected: 'W1', category: 'Waybill', split: 'train' },
        { id: 'one#2', question: 'Which kind?', document: 'Waybill\n ID: W1', expected: ['Waybill', 'waybill'], category: 'kind', split: 'test' },
        { id: 'q3', question: 'Which number?', document: 'Waybill\n ID: W2', expected: 'W2', category: 'number', split: 'test' },
      ],
    );
  });

  it('say what is missing or wrong, and where', async () => {
    await refused(/questions\.jsonl is missing\. It needs questions\.jsonl \(or qa_silver\.jsonl\)/);
    const good = { file: 'one.xml', question: 'Which number?', answer: 'W1' };
    await questions(good, { file: 'one.xml', answer: 'W1' });
    await refused(/questions\.jsonl, line 2: a question has "file", the name of its document, and "question"\. The record has file, answer\./);
    await questions({ ...good, answer: undefined });
    await refused(/line 1: the question has no answer/);
    await questions({ ...good, split: 'all' });
    await refused(/line 1: the split is "all"/);
    await questions(good, { ...good, file: 'three.xml' });
    await refused(/line 2: the document "three\.xml" is neither in .* nor in its folder xml or data/);
    await questions(good, '{"file"');
    await refused(/questions\.jsonl, line 2/);
    await questions({ ...good, file: '../other.xml' });
    await refused(/line 1: "\.\.\/other\.xml" lies outside of/);
    await symlink('/etc/hostname', path.join(folder, 'link.xml'));
    await questions({ ...good, file: 'link.xml' });
    await refused(/line 1: .*link\.xml is a link out of its folder/);
    await writeFile(path.join(folder, 'two.xml'), '<a>\n<b>');
    await questions({ ...good, file: 'two.xml' });
    await refused(/two\.xml, line 2: no well-formed XML: unclosed tag: b/);
    await writeFile(path.join(folder, 'two.xml'), waybill('W2', 'urn:other'));
    await refused(/two\.xml: the root <Waybill> is of the namespace urn:other, not of a UBL 2 document/);
  });

  it('reads the OASIS examples with their mechanical questions', async function () {
    const data = sharedData('ubl-examples');
    if (!existsSync(data)) this.skip();
    const duplicates: string[] = [];
    const tasks = await readBenchmark({ name: 'ubl', folder: data }, { onDuplicate: ({ sentence }) => duplicates.push(sentence) });
    // Of one invoice there are five files, which differ in their prefixes only.
    assert.deepEqual([tasks.length, duplicates.length], [172, 8]);
    assert.equal(new Set(tasks.map(({ id }) => id)).size, 172);
    let shown = 0;
    for (const { input, expected } of tasks) if ((input as { readonly document: string }).document.includes(expected as string)) shown++;
    assert.equal(shown, 172);
  });
});
