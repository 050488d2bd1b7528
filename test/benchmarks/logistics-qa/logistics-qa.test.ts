// Needs a temporary folder.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readGroundTruth } from '../../../src/benchmarks/logistics-qa/ground-truth.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';

const ONE = '3f1c1a52-0b7e-4b0a-9a55-6f0f5a6a1c01';
const TWO = '9d8f7c1e-52aa-4d2b-8f0e-0c2b7a9e4d02';
const invoice = (note: string, supplier = 'Arden Freight') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">\n<Note>${note}</Note>\n<AccountingSupplierParty><Party><PartyName><Name>${supplier}</Name></PartyName></Party></AccountingSupplierParty>\n</Invoice>\n`;

describe('LogisticsQA', () => {
  let folder: string;
  let data: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-logistics-'));
    data = path.join(folder, 'data');
    await mkdir(data);
    await writeFile(path.join(data, `${ONE}.xml`), invoice('Ref: T1'));
    await writeFile(path.join(data, `${TWO}.xml`), invoice('Ref: T2, T3', 'Bree Lines'));
    await answers({ [ONE]: 'T1', [TWO]: ['T2', 'T3'] });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const answers = (value: unknown) => writeFile(path.join(data, 'ground_truth.json'), typeof value === 'string' ? value : JSON.stringify(value, null, 1));
  const read = (where = folder, options?: { readonly documentTokens: number }) =>
    readBenchmark({ name: 'logistics-qa', folder: where, ...(options === undefined ? {} : { options }) });
  const refused = (message: RegExp) => assert.rejects(read(), { failureType: 'input.invalid', message });

  it('is read in the published layout, from the folder or its data', async () => {
    const tasks = await read();
    assert.deepEqual(
      tasks.map(({ id, expected, category, split }) => [id, expected, category, split]),
      [
        [ONE, ['T1'], 'Arden Freight', undefined],
        [TWO, ['T2', 'T3'], 'Bree Lines', undefined],
      ],
    );
    const [{ input, metadata } = { input: null, metadata: {} }] = tasks;
    assert.deepEqual(input, {
      question: 'Which transport references does this invoice give? Answer with a JSON list of texts, such as ["A1", "B2"], or [] if it gives none.',
      document: 'Invoice\n Note: Ref: T1\n AccountingSupplierParty/Party/PartyName/Name: Arden Freight',
    });
    assert.deepEqual(metadata, { file: `${ONE}.xml`, xml: invoice('Ref: T1') });
    assert.deepEqual(await read(data), tasks);
  });

  it('shows a document within the tokens that the configuration gives', async () => {
    await writeFile(path.join(data, `${ONE}.xml`), invoice('Ref: T1 '.repeat(500)));
    const shown = async (documentTokens: number) => JSON.stringify((await read(folder, { documentTokens }))[0]!.input).length;
    assert.ok((await shown(100)) < 700);
    assert.ok((await shown(6_000)) > 3_500);
    await assert.rejects(read(folder, { documentTokens: 5 }), {
      failureType: 'input.invalid',
      message: /documentTokens must be a whole number from 100, but is 5/,
    });
    await assert.rejects(readBenchmark({ name: 'logistics-qa', folder, options: { tokens: 5 } }), {
      failureType: 'input.invalid',
      message: /benchmark\.options has "tokens", which benchmark "logistics-qa" does not know\. It takes documentTokens \(/,
    });
  });

  describe('ground_truth.json', () => {
    const forms: readonly (readonly [title: string, value: unknown])[] = [
      ['texts and lists by document', { [ONE]: 'T1', [TWO]: ['T2', 'T3'] }],
      ['names with .xml', { [`${ONE}.xml`]: ['T1'], [`${TWO}.xml`]: 'T2, T3' }],
      ['records by document', { [ONE]: { transport_references: ['T1'] }, [TWO]: { references: 'T2\nT3' } }],
      [
        'a list of records',
        [
          { id: ONE, reference: 'T1' },
          { id: TWO, answers: ['T2', 'T3'] },
        ],
      ],
      [
        'a record a reference',
        [
          { file_name: `data/${ONE}.xml`, 'Transport Reference': 'T1' },
          { file_name: `${TWO}.xml`, 'Transport Reference': 'T2' },
          { file_name: `${TWO}.xml`, 'Transport Reference': 'T3' },
        ],
      ],
      [
        'records inside of one key',
        {
          data: [
            { uuid: ONE, label: 'T1' },
            { uuid: TWO, label: [{ value: 'T2' }, { value: 'T3' }] },
          ],
        },
      ],
      ['answers inside of one key', { ground_truth: { [ONE]: ['T1'], [TWO]: ['T2', 'T3', 'T2'] } }],
    ];
    for (const [title, value] of forms) {
      it(`may be ${title}`, async () => {
        await answers(value);
        const found = await readGroundTruth(path.join(data, 'ground_truth.json'));
        assert.deepEqual(
          found.map(({ document, references }) => [document, references]),
          [
            [ONE, ['T1']],
            [TWO, ['T2', 'T3']],
          ],
        );
      });
    }

    it('may say that there is none, in many words', async () => {
      await answers(Object.fromEntries([null, '', 'None', 'N/A', [], [''], { references: null }].map((value, index) => [`d${index}`, value])));
      for (const { references } of await readGroundTruth(path.join(data, 'ground_truth.json'))) assert.deepEqual(references, []);
    });

    it('may bring questions, suppliers and splits', async () => {
      await answers([
        { id: ONE, question: 'Which booking?', reference: 'T1', supplier: 'A', split: 'val' },
        { id: ONE, question: 'Which order?', reference: 'T9', supplier: 'A', split: 'test' },
        { id: TWO, reference: 47_110_000_000, split: 'train' },
      ]);
      const tasks = await read();
      assert.deepEqual(
        tasks.map(({ id, input, expected, category, split }) => [id, (input as { readonly question: string }).question.slice(0, 9), expected, category, split]),
        [
          [ONE, 'Which boo', ['T1'], 'A', 'validation'],
          [`${ONE}-2`, 'Which ord', ['T9'], 'A', 'test'],
          [TWO, 'Which tra', ['47110000000'], 'Bree Lines', 'train'],
        ],
      );
    });

    const bad: readonly (readonly [title: string, value: unknown, message: RegExp])[] = [
      ['is cut off', `{\n"${ONE}": "T1",\n"${TWO}": [`, /ground_truth\.json, line 3: no valid JSON: .*Get the file again\./],
      ['holds no answers', '7', /ground_truth\.json: it holds no answers\. It is an object of answers by document/],
      ['has a record without a document', [{ reference: 'T1' }], /record 1: a record needs the name of its document/],
      ['has a record without references', { [ONE]: 'T1', [TWO]: { note: 'x' } }, /line 3: the record of "9d8f.*" has no references \(it has note\)/],
      ['has a reference of another kind', { [ONE]: 'T1', [TWO]: [true] }, /line 3: a reference of "9d8f.*" is true\./],
      [
        'has a number that is not exact',
        `{"${ONE}": 12345678901234567890}`,
        /line 1: a reference of .* is the number 12345678901234567000, which is not exact/,
      ],
      ['has a document twice', `{\n"${ONE}": "T1",\n"${TWO}": "T2",\n"${ONE}": "T3"}`, /ground_truth\.json, line 4: ".*" is there a second time\. Put all/],
      ['has an unknown split', { [ONE]: { references: [], split: 'some' } }, /line 2: the split of .* is "some"/],
    ];
    for (const [title, value, message] of bad) {
      it(`that ${title} is refused`, async () => {
        await answers(value);
        await refused(message);
      });
    }

    it('that is not UTF-8 is refused with its line', async () => {
      await writeFile(path.join(data, 'ground_truth.json'), Buffer.from(`{\n"${ONE}": "M\xfcnchen"}`, 'latin1'));
      await refused(/ground_truth\.json, line 2: not UTF-8/);
    });
  });

  it('says what is missing', async () => {
    await rm(path.join(data, 'ground_truth.json'));
    await refused(/data\/ground_truth\.json is missing, and .*\/ground_truth\.json as well\. It needs data\/ground_truth\.json/);
  });

  it('names the document that is missing, and where it is asked for', async () => {
    await rm(path.join(data, `${TWO}.xml`));
    await refused(/ground_truth\.json, line 3: the document .*9d8f.*\.xml is missing\. Put it there, or remove its answer\./);
  });

  it('names documents without an answer', async () => {
    await answers({ [ONE]: 'T1' });
    await refused(/ground_truth\.json has no answer for 1 document of its folder: 9d8f.*\.xml\. Add the answers \(\[\] for no reference\)/);
  });

  it('names the line of broken XML', async () => {
    await writeFile(path.join(data, `${ONE}.xml`), invoice('Ref <T1').replace('</Invoice>', ''));
    await refused(/3f1c.*\.xml, line 3: no well-formed XML: .*Get the file again, or leave it out\./);
  });

  it('reads the encoding that a document says it has', async () => {
    await writeFile(path.join(data, `${ONE}.xml`), Buffer.from(invoice('Zürich \u{80}').replace('UTF-8', 'ISO-8859-1'), 'latin1'));
    await writeFile(path.join(data, `${TWO}.xml`), Buffer.from(`\uFEFF${invoice('Łódź').replace('UTF-8', 'UTF-16')}`, 'utf16le'));
    const [one, two] = await read();
    assert.match(JSON.stringify(one?.input), /Note: Zürich €/);
    assert.match(JSON.stringify(two?.input), /Note: Łódź/);
  });

  it('refuses another encoding than it says', async () => {
    await writeFile(path.join(data, `${ONE}.xml`), Buffer.from(invoice('Zürich'), 'latin1'));
    await refused(/3f1c.*\.xml, line 3: not UTF-8, which the file should be/);
    await writeFile(path.join(data, `${ONE}.xml`), invoice('x').replace('UTF-8', 'EBCDIC-9'));
    await refused(/3f1c.*\.xml says that its encoding is "EBCDIC-9", which is not known/);
    await writeFile(path.join(data, `${ONE}.xml`), invoice('x').replace('UTF-8', 'UTF-16'));
    await refused(/says that it is UTF-16, but has no byte order mark/);
  });

  it('reads no file from outside of its folder', async () => {
    const outside = path.join(folder, 'secret.xml');
    await writeFile(outside, invoice('secret'));
    await rm(path.join(data, `${ONE}.xml`));
    await symlink(outside, path.join(data, `${ONE}.xml`));
    await refused(/line 2: .*3f1c.*\.xml is a link out of its folder \(to .*secret\.xml\)/);
    await rm(path.join(data, `${ONE}.xml`));
    await answers({ '../secret': 'T1', [TWO]: 'T2' });
    await refused(/line 2: "\.\.\/secret\.xml" lies outside of/);
  });
});
