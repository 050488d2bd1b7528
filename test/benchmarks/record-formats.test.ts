// Needs a temporary folder. fixtures/saved-dataset and fixtures/class-labels.parquet were written with Hugging Face's datasets 5.2 (invented rows).

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as arrow from 'apache-arrow';
import { readBenchmark, type ReadBenchmarkOptions } from '../../src/benchmarks/read-benchmark.js';
import { readRecords } from '../../src/benchmarks/record-source.js';

const FIXTURES = fileURLToPath(new URL('../../../test/benchmarks/fixtures', import.meta.url));
const SAVED = path.join(FIXTURES, 'saved-dataset');

describe('formats of records', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-formats-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    const whole = path.join(folder, name);
    await mkdir(path.dirname(whole), { recursive: true });
    await writeFile(whole, content);
    return whole;
  }
  async function records(source: string) {
    const found = [];
    for await (const record of readRecords(source)) found.push(record);
    return found;
  }
  /** `FILE` in the sentence stands for the source's path. */
  const refuses = (source: string, sentence: string, options?: ReadBenchmarkOptions) =>
    assert.rejects(readBenchmark(source, options), { failureType: 'input.invalid', message: sentence.replaceAll('FILE', source) });

  describe('YAML', () => {
    const expected = [
      { id: 'a', input: 'Grüße, "you"', expected: 1, category: 'yes' },
      { id: 'b', input: 'two\nlines\n', expected: { city: 'Rome' } },
    ];
    const forms: Record<string, string> = {
      'list.yaml':
        '# tasks\n\n- id: a\n  input: Grüße, "you"\n  expected: 1\n  category: yes\n- id: b\n  input: |\n    two\n    lines\n  expected: {city: Rome}\n',
      'indented.yml':
        '  - id: a\n    input: \'Grüße, "you"\'\n    expected: 1\n    category: yes\n  -\n    id: b\n    input: "two\\nlines\\n"\n    expected:\n      city: Rome\n',
      'documents.yaml':
        '%YAML 1.2\n---\nid: a\ninput: Grüße, "you"\nexpected: 1\ncategory: yes\n---\n\n---\nid: b\ninput: "two\\nlines\\n"\nexpected: {city: Rome}\n...\n',
      'lists.yaml':
        '---\n- {id: a, input: \'Grüße, "you"\', expected: 1, category: yes}\n... # end\n---\n- id: b\n  input: "two\\nlines\\n"\n  expected:\n    city: Rome\n',
      'windows.yaml':
        '- id: a\r\n  input: Grüße, "you"\r\n  expected: 1\r\n  category: yes\r\n- id: b\r\n  input: "two\\nlines\\n"\r\n  expected:\r\n    city: Rome\r\n',
      'json.yaml': JSON.stringify([
        { id: 'a', input: 'Grüße, "you"', expected: 1, category: 'yes' },
        { id: 'b', input: 'two\nlines\n', expected: { city: 'Rome' } },
      ]),
    };
    for (const [name, content] of Object.entries(forms)) {
      it(`reads ${name}`, async () => assert.deepEqual(await readBenchmark(await file(name, content)), expected));
    }

    it('reads gzipped YAML, and names the line of every record', async () => {
      const found = await records(await file('list.yaml.gz', gzipSync(`${forms['list.yaml']!}- input: c # third\n`)));
      assert.deepEqual(
        found.map(({ place }) => place),
        [{ line: 3 }, { line: 7 }, { line: 12 }],
      );
    });

    it('does not take a list within a record, or a block of text, for records', async () => {
      const content = '- input: |\n    - one\n    - two\n  choices:\n  - x\n  - y\n-   input: z\n    choices:\n    - - deep\n';
      assert.deepEqual(
        (await records(await file('nested.yaml', content))).map(({ value }) => value),
        [
          { input: '- one\n- two\n', choices: ['x', 'y'] },
          { input: 'z', choices: [['deep']] },
        ],
      );
    });

    it('reads a long list record by record', async () => {
      const many = Array.from({ length: 3_000 }, (_, index) => `- id: t${index}\n  input: "${'long '.repeat(200)}${index}"\n`).join('');
      assert.ok(many.length > 2 * 1024 * 1024);
      assert.equal((await records(await file('many.yaml', many))).length, 3_000);
    });

    it('names the line of what is wrong', async () => {
      await refuses(
        await file('quote.yaml', '- input: x\n- input: y\n  expected: "open\n- input: z\n'),
        'FILE, line 3: not valid YAML: Missing closing "quote. Correct it.',
      );
      await refuses(await file('twice.yaml', '- input: x\n\n- input: y\n  input: z\n'), 'FILE, line 4: not valid YAML: Map keys must be unique. Correct it.');
      await refuses(
        await file('text.yaml', '- input: x\n- just text\n'),
        'FILE, line 2: a record is a mapping like "input: ...", this is none. Make the file a list of mappings.',
      );
      await refuses(
        await file('missing.yaml', '- input: x\n- question: y\n'),
        'FILE, line 2: the field "input" is missing (the record has "question"). Add it, or name the right field in benchmark.fields.input.',
      );
      await refuses(
        await file('latin.yaml', Buffer.from('- input: x\n- input: Grüße\n', 'latin1')),
        'FILE, line 2: not UTF-8 (it looks like Latin-1 or Windows-1252). Save the file as UTF-8 and start again.',
      );
      await refuses(
        await file('large.yaml', `input: x\nrest: |\n${'  many words\n'.repeat(200_000)}`),
        'FILE, line 1: more than 2 MB that can only be read at once. Write the file as a list of records with "- " at the beginning of each, or as JSON Lines.',
      );
    });

    it('refuses aliases of another record, and those that would fill the memory', async () => {
      await refuses(
        await file('alias.yaml', '- &first\n  input: x\n- input: *first\n'),
        'FILE, line 3: Unresolved alias (the anchor must be set before the alias): first. Records are read one at a time: write out what an alias stands for.',
      );
      const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]', ...Array.from({ length: 8 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`)].join(
        '\n',
      );
      await assert.rejects(readBenchmark(await file('bomb.yaml', `${bomb}\ninput: *a8\n`)), {
        failureType: 'input.invalid',
        message: /line 1: Excessive alias count indicates a resource exhaustion attack\. Records are read one at a time: write out what an alias stands for\.$/,
      });
    });
  });

  describe('Hugging Face datasets on disk', () => {
    const first = {
      question: 'Is it blue?',
      label: 'yes',
      answers: { text: ['Is '], start: [0] },
      tags: ['a', 'b'],
      number: 1,
    };

    it('reads the splits and shards of save_to_disk, with class labels by their names and no digit lost', async () => {
      const found = await records(SAVED);
      assert.deepEqual(found[0], { value: first, place: { file: 'train/data-00000-of-00002.arrow', record: 1 }, split: 'train' });
      assert.deepEqual(
        found.map(({ value, split }) => [(value as typeof first).question, (value as typeof first).label, (value as typeof first).number, split]),
        [
          ['Is it blue?', 'yes', 1, 'train'],
          ['Is it wet?', 'no', null, 'train'],
          ['Is it säuerlich?', 'yes', '1152921504606846976', 'train'],
          // -1 stands for a label that is kept secret.
          ['Is it late?', null, 4, 'test'],
        ],
      );
    });

    it('takes splits and nested fields for tasks', async () => {
      const tasks = await readBenchmark(SAVED, { fields: { input: 'question', expected: 'answers.text.0', category: 'label', metadata: ['tags'] } });
      assert.deepEqual(tasks[0], { id: tasks[0]!.id, input: 'Is it blue?', expected: 'Is ', category: 'yes', split: 'train', metadata: { tags: ['a', 'b'] } });
      assert.deepEqual(
        tasks.map(({ split }) => split),
        ['train', 'train', 'train', 'test'],
      );
    });

    it('reads one split, one Arrow file, and a Parquet file with class labels alike', async () => {
      const train = (await records(path.join(SAVED, 'train'))).map(({ value }) => value);
      assert.deepEqual(train[0], first);
      assert.equal(train.length, 3);
      assert.deepEqual(
        (await records(path.join(SAVED, 'train/data-00000-of-00002.arrow'))).map(({ value }) => value),
        train.slice(0, 2),
      );
      assert.deepEqual(
        (await records(path.join(FIXTURES, 'class-labels.parquet'))).map(({ value }) => value),
        train,
      );
    });

    it("reads the hub's layouts, train first", async () => {
      const line = (input: string) => `${JSON.stringify({ input })}\n`;
      await file('hub/README.md', '---\nlicense: mit\n---\n');
      await file('hub/dataset_infos.json', '{}');
      await cp(path.join(FIXTURES, 'class-labels.parquet'), await file('hub/data/train-00000-of-00002.parquet', ''));
      await cp(path.join(FIXTURES, 'class-labels.parquet'), await file('hub/data/test-00000-of-00001.parquet', ''));
      assert.deepEqual(
        (await records(path.join(folder, 'hub'))).map(({ place, split }) => [place.file, place.record, split]),
        ['train-00000-of-00002', 'test-00000-of-00001'].flatMap((name) =>
          [1, 2, 3].map((record) => [`data/${name}.parquet`, record, name.slice(0, name.indexOf('-'))]),
        ),
      );

      await file('plain/my_test.csv', 'input\nc\n');
      await file('plain/my_train.jsonl', line('a'));
      await file('plain/valid.yaml', '- input: b\n');
      assert.deepEqual(
        (await readBenchmark(path.join(folder, 'plain'))).map(({ input, split }) => [input, split]),
        [
          ['a', 'train'],
          ['b', 'validation'],
          ['c', 'test'],
        ],
      );

      await file('folders/train/1.jsonl', line('a'));
      await file('folders/train/2.jsonl', line('b'));
      await file('folders/dev/1.jsonl.gz', gzipSync(line('c')));
      assert.deepEqual(
        (await records(path.join(folder, 'folders'))).map(({ place, split }) => [place.file, split]),
        [
          ['train/1.jsonl', 'train'],
          ['train/2.jsonl', 'train'],
          ['dev/1.jsonl.gz', 'validation'],
        ],
      );

      await file('parts/part-1.jsonl', line('a'));
      await file('parts/part-2.jsonl', line('b'));
      assert.deepEqual(
        (await records(path.join(folder, 'parts'))).map(({ split }) => split),
        [undefined, undefined],
      );
    });

    it('finds a leak between two files of a dataset', async () => {
      await file('leak/train.csv', 'input,expected\nx,1\n');
      await file('leak/test.jsonl', '{"input":"y"}\n{"input":"x","expected":"1"}\n');
      await refuses(
        path.join(folder, 'leak'),
        'FILE: train.csv, line 2 and test.jsonl, line 2 have the same input, but different splits (train and test): what is learned in one would leak into the other. Remove one of them.',
      );
    });

    it('says what is wrong with a folder', async () => {
      const empty = path.join(folder, 'empty');
      await mkdir(empty);
      await refuses(
        empty,
        'FILE holds no data: neither a dataset that save_to_disk wrote (dataset_dict.json or state.json) nor files of records such as train.jsonl or data/test-00000-of-00001.parquet. Name a file, or put them there.',
      );
      await file('several/main/train.jsonl', '{"input":"x"}\n');
      await file('several/socratic/train.jsonl', '{"input":"y"}\n');
      await refuses(path.join(folder, 'several'), 'FILE holds several datasets: main, socratic. Set benchmark.file to one of these folders, or to a file.');
      await file('mixed/train.jsonl', '{"input":"x"}\n');
      await file('mixed/other.jsonl', '{"input":"y"}\n');
      await refuses(
        path.join(folder, 'mixed'),
        'FILE: train.jsonl is for train, but other.jsonl names no split. Give every file a name with train, validation or test, or take it away; or set benchmark.file to one file.',
      );
      await file('chance/a.jsonl', '{"input":"x"}\n');
      await file('chance/b.csv', 'input\ny\n');
      await refuses(
        path.join(folder, 'chance'),
        'FILE holds files of several formats (.csv, .jsonl), and none names its split. Set benchmark.file to one of them.',
      );
    });

    it('says what is wrong with a saved dataset', async () => {
      const saved = path.join(folder, 'saved');
      await cp(SAVED, saved, { recursive: true });
      const shard = path.join(saved, 'test/data-00000-of-00001.arrow');
      const whole = await readFile(shard);
      await writeFile(shard, whole.subarray(0, -8));
      await refuses(saved, `${shard} is cut off: it does not end as an Arrow file does. Get or write it again.`, { fields: { input: 'question' } });
      await rm(shard);
      await refuses(saved, `${shard} cannot be read (ENOENT). If it belongs to a dataset, that is not whole: write or get it again.`, {
        fields: { input: 'question' },
      });
      await writeFile(path.join(saved, 'dataset_dict.json'), '{"splits": ["train", "unsupervised"]}');
      await refuses(
        saved,
        'FILE/dataset_dict.json: the split "unsupervised" is none of train, validation (or valid, val, dev) and test. Take it out of the list there, or set benchmark.file to the folder of one split.',
      );
      await writeFile(path.join(saved, 'train/state.json'), '{"_data_files": [{"filename": "../../secret.arrow"}]}');
      await writeFile(path.join(saved, 'dataset_dict.json'), '{"splits": ["train"]}');
      await refuses(
        saved,
        'FILE/train/state.json names the data file "../../secret.arrow", which is not in its folder. Write the dataset again with save_to_disk.',
      );
      await rm(path.join(saved, 'train/state.json'));
      await refuses(saved, 'FILE/train/state.json cannot be read (ENOENT). The dataset is not whole: write it again with save_to_disk.');
    });

    it('names a class label that has no name', async () => {
      const saved = path.join(folder, 'labels');
      await cp(path.join(SAVED, 'train'), saved, { recursive: true });
      const info = path.join(saved, 'dataset_info.json');
      await writeFile(info, (await readFile(info, 'utf8')).replace(/"no",\s*"yes"/, '"no"'));
      await refuses(saved, `${saved}/data-00000-of-00002.arrow, record 1: the class label is 1, but there are 1 names. Write the dataset again.`);
    });
  });

  describe('Arrow files', () => {
    it('reads the file format, as Feather has it, and many batches', async () => {
      const table = arrow.tableFromArrays({ input: ['x', 'y'], number: Float64Array.of(0.5, Number.NaN) });
      const stream = new arrow.RecordBatchStreamWriter();
      for (let batch = 0; batch < 3; batch++) for (const each of table.batches) stream.write(each);
      stream.finish();
      const values = [
        { input: 'x', number: 0.5 },
        { input: 'y', number: null },
      ];
      assert.deepEqual(
        (await records(await file('a.feather', arrow.tableToIPC(table, 'file')))).map(({ value }) => value),
        values,
      );
      assert.deepEqual(
        (await records(await file('b.arrow', await stream.toUint8Array()))).map(({ value, place }) => [value, place.record]),
        [...values, ...values, ...values].map((value, index) => [value, index + 1]),
      );
    });

    it('reads a batch that is too large to be held as a small one', async () => {
      const some = <T>(number: number, value: T) => (number % 7 === 3 ? null : value);
      const rows = Array.from({ length: 6_001 }, (_, number) => ({
        input: `${number} é ${'x'.repeat(1_000 + (number % 13))}`,
        label: some(number, number % 3 === 0),
        score: some(number, number / 2),
        tags: some(
          number,
          Array.from({ length: number % 4 }, (_, tag) => some(tag + number, `t${tag}`)),
        ),
        turn: { role: some(number, `r${number}`), bits: [number % 2 === 0, number % 5 === 0] },
      }));
      const text = new arrow.Utf8();
      const columns = {
        input: arrow.vectorFromArray(
          rows.map(({ input }) => input),
          text,
        ),
        label: arrow.vectorFromArray(
          rows.map(({ label }) => label),
          new arrow.Bool(),
        ),
        score: arrow.vectorFromArray(
          rows.map(({ score }) => score),
          new arrow.Float64(),
        ),
        tags: arrow.vectorFromArray(
          rows.map(({ tags }) => tags),
          new arrow.List(new arrow.Field('item', text, true)),
        ),
        turn: arrow.vectorFromArray(
          rows.map(({ turn }) => turn),
          new arrow.Struct([
            new arrow.Field('role', text, true),
            new arrow.Field<arrow.DataType>('bits', new arrow.FixedSizeList(2, new arrow.Field('item', new arrow.Bool(), true)), true),
          ]),
        ),
      };
      const table = new arrow.Table(columns);
      for (const form of ['file', 'stream'] as const) {
        const found = await records(await file(`large-${form}.arrow`, arrow.tableToIPC(table, form)));
        assert.equal(found.length, rows.length);
        for (const [index, { value }] of found.entries()) assert.deepEqual(value, rows[index]);
      }
    });

    it('says what is no Arrow file, cut off, or of a type that is not supported', async () => {
      await refuses(await file('text.arrow', '{"input": "x"}\n'), 'FILE is no Arrow file. Check that its ending says what it holds.');
      await refuses(await file('empty.arrow', ''), 'FILE is no Arrow file. Check that its ending says what it holds.');
      const bytes = arrow.tableToIPC(arrow.tableFromArrays({ input: ['x'] }), 'stream');
      for (const length of [40, bytes.length - 8, bytes.length - 1])
        await refuses(
          await file(`cut-${length}.arrow`, bytes.subarray(0, length)),
          'FILE is cut off: it does not end as an Arrow file does. Get or write it again.',
        );
      const durations = new arrow.Table({ took: arrow.vectorFromArray([1n], new arrow.DurationMillisecond()) });
      await refuses(
        await file('duration.arrow', arrow.tableToIPC(durations, 'stream')),
        'FILE: column "took" is of the type Duration<MILLISECOND>, which is not supported. Write the column as text or numbers, or leave it out.',
      );
    });
  });
});
