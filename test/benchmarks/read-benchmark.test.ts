// Needs a temporary folder.

import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { readBenchmark, type DuplicateTask, type ReadBenchmarkOptions } from '../../src/benchmarks/read-benchmark.js';

describe('readBenchmark', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'watersmeet-benchmark-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }
  async function read(name: string, content: string | Uint8Array, options?: ReadBenchmarkOptions) {
    return readBenchmark(await file(name, content), options);
  }
  /** `FILE` in the sentence stands for the file's path. */
  async function refuses(name: string, content: string | Uint8Array, sentence: string, options?: ReadBenchmarkOptions): Promise<void> {
    const path = await file(name, content);
    await assert.rejects(readBenchmark(path, options), { failureType: 'input.invalid', message: sentence.replaceAll('FILE', path) });
  }

  it('reads the example benchmark', async () => {
    const path = fileURLToPath(new URL('../../../examples/freight-desk/messages.jsonl', import.meta.url));
    const tasks = await readBenchmark(path);
    assert.equal(tasks.length, 240);
    assert.ok(
      tasks.every((task) => typeof task.input === 'string' && task.expected === task.category && task.split !== undefined && task.metadata === undefined),
    );
  });

  describe('formats', () => {
    const expected = [
      { id: 'a', input: 'Grüße, "you"', expected: 'x', category: 'c1', split: 'train' },
      { id: 'b', input: 'two\nlines', expected: 'y', category: 'c2', split: 'test' },
    ];
    const records = [
      { id: 'a', input: 'Grüße, "you"', expected: 'x', category: 'c1', split: 'train' },
      { id: 'b', input: 'two\nlines', expected: 'y', category: 'c2', split: 'test' },
    ];
    const lines = `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;
    const table = 'id,input,expected,category,split\na,"Grüße, ""you""",x,c1,train\nb,"two\nlines",y,c2,test\n';
    const formats: Record<string, string> = {
      'a.jsonl': lines,
      'a.ndjson': lines.trimEnd(),
      'blank-lines.jsonl': `\n${lines.replaceAll('\n', '\r\n\r\n')}`,
      'bom.jsonl': `\uFEFF${lines}`,
      'a.json': JSON.stringify(records),
      'pretty.json': `\uFEFF\n${JSON.stringify(records, null, 2)}\n`,
      'a.csv': table,
      'bom.csv': `\uFEFF${table}`,
      'windows.CSV': table.replaceAll('\n', '\r\n').replace('two\r\nlines', 'two\nlines'),
      'semicolons.csv': table.replaceAll(',', ';').replace('Grüße;', 'Grüße,'),
      'a.tsv': table.replaceAll(',', '\t').replace('Grüße\t', 'Grüße,'),
      'no-last-newline.csv': table.trimEnd(),
      'bars.csv': table.replaceAll(',', '|').replace('Grüße|', 'Grüße,'),
      'excel.csv': `\uFEFFsep=;\r\n${table.replaceAll(',', ';').replace('Grüße;', 'Grüße,').replaceAll('\n', '\r\n').replace('two\r\n', 'two\n')}`,
      'excel-tabs.csv': `sep=\t\n${table.replaceAll(',', '\t').replace('Grüße\t', 'Grüße,')}`,
      'empty-rows.csv': `,,,,\n${table},,,,\n , ,,,\n`,
      'empty-lines.csv': table.replace('split\n', 'split\n\n\n'),
    };
    for (const [name, content] of Object.entries(formats)) {
      it(`reads ${name}`, async () => assert.deepEqual(await read(name, content), expected));
    }
    it('takes double quotes between tabs as text, unless they enclose a whole cell', async () => {
      const table = 'input\texpected\nhe said "no" , 6" wide\tx\n"No" he said\ty\n"two ""words"""\tz\n';
      for (const name of ['raw.tsv', 'raw.csv'])
        assert.deepEqual(
          (await read(name, table)).map(({ input, expected: answer }) => [input, answer]),
          [
            ['he said "no" , 6" wide', 'x'],
            ['"No" he said', 'y'],
            ['two "words"', 'z'],
          ],
        );
    });
    it('reads an array in code', async () => assert.deepEqual(await readBenchmark(records), expected));
  });

  it('finds the same records wherever the chunks of a file end', async () => {
    // Records that straddle the 1 MiB chunks, with characters of several bytes.
    const records = Array.from({ length: 300 }, (_, index) => ({
      id: `t${index}`,
      input: `${index} ${'é€😀\\"}],['.repeat(700 + (index % 13))}`,
      expected: 'x',
    }));
    assert.deepEqual(await read('long.jsonl', records.map((record) => JSON.stringify(record)).join('\n')), records);
    assert.deepEqual(await read('long.json', JSON.stringify(records)), records);
    const cells = records.map((record) => `${record.id},"${record.input.replaceAll('"', '""')}",x`);
    assert.deepEqual(await read('long.csv', `id,input,expected\n${cells.join('\n')}\n`), records);
  });

  it('reads back what was written, in every format', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.trim() !== '' && !value.includes('\0') && !value.includes('\r'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { minLength: 1, maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), async (inputs, json) => {
        const records = inputs.map((input, index) => ({ id: `t${index}`, input, metadata: { json, 'a"b': 1 } }));
        const want = records
          .map((record) => ({ ...record, metadata: JSON.parse(JSON.stringify({ json, 'a"b': 1 })) as unknown }))
          .map((record) => (json === null ? { ...record, metadata: { json: null, 'a"b': 1 } } : record));
        assert.deepEqual(await read('random.jsonl', records.map((record) => JSON.stringify(record)).join('\n')), want);
        assert.deepEqual(await read('random.json', JSON.stringify(records, null, 1)), want);
        const table = `id,input\n${inputs.map((input, index) => `t${index},"${input.replaceAll('"', '""')}"`).join('\n')}`;
        assert.deepEqual(
          await read('random.csv', table),
          inputs.map((input, index) => ({ id: `t${index}`, input })),
        );
      }),
      { numRuns: 60 },
    );
  });

  describe('field mapping', () => {
    it('maps one field or several, and keeps the rest as metadata', async () => {
      const tasks = await read(
        'mapped.jsonl',
        '{"key": 7, "question": "Q", "context": ["c"], "answer": 5, "kind": true, "part": "dev", "source": "web", "note": null}',
        {
          fields: { id: 'key', input: ['question', 'context'], expected: 'answer', category: 'kind', split: 'part' },
        },
      );
      assert.deepEqual(tasks, [
        { id: '7', input: { question: 'Q', context: ['c'] }, expected: 5, category: 'true', split: 'validation', metadata: { source: 'web' } },
      ]);
    });

    it('finds fields within fields and lists, a name of its own with points first, and shows nothing of what holds an answer', async () => {
      const record = { 'a.b': 'own', a: { b: 'inner', c: ['x', 'y'], d: null }, answers: { text: ['yes'], start: [3] }, note: 'n' };
      const [task] = await readBenchmark([record], { fields: { input: ['a.b', 'a.c.1'], expected: 'answers.text.0' } });
      assert.deepEqual([task!.input, task!.expected, task!.metadata], [{ 'a.b': 'own', 'a.c.1': 'y' }, 'yes', { note: 'n' }]);
      const [kept] = await readBenchmark([record], { fields: { input: 'a.c', metadata: ['answers.start'] } });
      assert.deepEqual(kept!.metadata, { 'answers.start': [3] });
      await assert.rejects(readBenchmark([record], { fields: { input: 'a.d' } }), { message: /the field "a\.d" is missing/ });
    });

    it('makes an object of several expected fields', async () => {
      const [task] = await read('fields.csv', 'input,city,zip\nx,Rome,00100\n', { fields: { expected: ['city', 'zip'], metadata: [] } });
      assert.deepEqual(task!.expected, { city: 'Rome', zip: '00100' });
    });

    it('keeps only the metadata that is named', async () => {
      const [task] = await read('some.jsonl', '{"input": "x", "a": 1, "b": 2}', { fields: { metadata: ['b'] } });
      assert.deepEqual(task!.metadata, { b: 2 });
    });

    it('spreads a field called metadata', async () => {
      const [task] = await readBenchmark([{ id: 't', input: 'x', metadata: { level: 1 }, source: 'web' }]);
      assert.deepEqual(task!.metadata, { level: 1, source: 'web' });
    });

    it('leaves out empty cells of a table', async () => {
      assert.deepEqual(await read('sparse.csv', 'id,input,expected,category,note\na,x,,,\n'), [{ id: 'a', input: 'x' }]);
    });

    it('knows the usual names of the splits', async () => {
      const splits = ['train', 'validation', 'valid', 'val', 'Dev', ' TEST '];
      const tasks = await readBenchmark(splits.map((split, index) => ({ input: index, split })));
      assert.deepEqual(
        tasks.map((task) => task.split),
        ['train', 'validation', 'validation', 'validation', 'validation', 'test'],
      );
    });
  });

  describe('ids', () => {
    it('are a hash of input and expected answer by default, which growth, order and other fields do not change', async () => {
      const first = await readBenchmark([{ input: { b: 1, a: 2 }, expected: 'x', category: 'c' }]);
      const later = await readBenchmark([{ input: 'new' }, { expected: 'x', input: { a: 2, b: 1 }, category: 'other' }]);
      assert.match(first[0]!.id, /^[0-9a-f]{16}$/);
      assert.equal(later[1]!.id, first[0]!.id);
      assert.equal((await readBenchmark([{ input: 'x', expected: 'y' }]))[0]!.id, 'e6ab2933d5ac5e63');
    });

    it('are used once', async () => {
      await refuses(
        'ids.jsonl',
        '{"id":"a","input":"x"}\n{"id":"b","input":"y"}\n{"id":"a","input":"z"}\n',
        'FILE: line 1 and line 3 have the same id "a". Give every task an id of its own.',
      );
      await refuses(
        'ids.json',
        '[{"id":"a","input":"x"},\n{"id":"a","input":"x"}]',
        'FILE: line 1 (record 1) and line 2 (record 2) have the same id "a". Give every task an id of its own.',
      );
    });

    for (const [what, id, sentence] of [
      [
        'too long to be exact',
        '12345678901234567890',
        'FILE, line 1: the id 12345678901234567000 is not an exact whole number. Write ids of more than 15 digits as text, in quotes.',
      ],
      ['an object', '{}', 'FILE, line 1: the id is an object. An id is a text or a whole number.'],
      ['empty', '" "', 'FILE, line 1: the id is empty. Give every record an id, or none.'],
    ] as const) {
      it(`are not ${what}`, () => refuses('id.jsonl', `{"id":${id},"input":"x"}`, sentence));
    }
  });

  describe('duplicates', () => {
    async function duplicates(records: readonly unknown[]) {
      const found: DuplicateTask[] = [];
      const tasks = await readBenchmark(records, { onDuplicate: (duplicate) => found.push(duplicate) });
      return { ids: tasks.map((task) => task.id), found };
    }

    it('are left out and told, so that twins never fall into two splits', async () => {
      const { ids, found } = await duplicates([
        { id: 'a', input: 'x', expected: 'y' },
        { id: 'b', input: 'z' },
        { id: 'c', input: 'x', expected: 'y' },
      ]);
      assert.deepEqual(ids, ['a', 'b']);
      assert.deepEqual(found, [
        { place: 'record 3', sameAs: 'record 1', leftOut: true, sentence: 'The benchmark: record 3 is the same task as record 1 and is left out.' },
      ]);
    });

    it('are kept and told when both were given the same split', async () => {
      const { ids, found } = await duplicates([
        { id: 'a', input: 'x', split: 'test' },
        { id: 'b', input: 'x', split: 'test' },
      ]);
      assert.deepEqual(ids, ['a', 'b']);
      assert.deepEqual(found, [{ place: 'record 2', sameAs: 'record 1', leftOut: false, sentence: 'The benchmark: record 2 is the same task as record 1.' }]);
    });

    it('are left out when their ids are made from the content', async () => {
      assert.equal(
        (
          await duplicates([
            { input: 'x', split: 'test' },
            { input: 'x', split: 'test' },
          ])
        ).ids.length,
        1,
      );
    });

    it('are an error with different answers', () =>
      refuses(
        'answers.jsonl',
        '{"input":"x","expected":"a"}\n{"input":"x","expected":"b"}\n',
        'FILE: line 1 and line 2 have the same input, but different expected answers. Remove one of them; if another field tells them apart, add it to benchmark.fields.input.',
      ));

    it('are an error in different splits', () =>
      refuses(
        'leak.jsonl',
        '{"input":{"a":1,"b":2},"split":"train"}\n\n{"input":{"b":2,"a":1},"split":"test"}\n',
        'FILE: line 1 and line 3 have the same input, but different splits (train and test): what is learned in one would leak into the other. Remove one of them.',
      ));

    it('are found among many', async () => {
      const records = Array.from({ length: 20_000 }, (_, index) => ({ id: `t${index}`, input: `question ${index}` }));
      const { ids, found } = await duplicates([...records, { id: 'last', input: 'question 12345' }]);
      assert.equal(ids.length, 20_000);
      assert.deepEqual(
        found.map(({ place, sameAs }) => [place, sameAs]),
        [['record 20001', 'record 12346']],
      );
    });
  });

  it('refuses attached files that are not there, or lie elsewhere', async () => {
    await writeFile(join(folder, 'plan.txt'), 'a plan');
    const line = (name: string) => `{"input": "${name}", "attachments": ["${name}"]}\n`;
    assert.equal((await read('attached.jsonl', line('plan.txt'))).length, 1);
    await symlink('/etc/hostname', join(folder, 'link.txt'));
    for (const [name, problem] of [
      ['gone.txt', /attached\.jsonl, line 2: the attached file .*gone\.txt is missing/],
      ['../up.txt', /line 2: "\.\.\/up\.txt" lies outside of/],
      ['link.txt', /line 2: .*link\.txt is a link out of its folder/],
    ] as const) {
      await assert.rejects(read('attached.jsonl', line('plan.txt') + line(name)), { failureType: 'input.invalid', message: problem });
    }
  });

  describe('bad input', () => {
    const jsonError = (text: string): string => {
      try {
        return String(JSON.parse(text));
      } catch (error) {
        return (error as Error).message;
      }
    };

    it('names a missing field, and those that are there', () =>
      refuses(
        'missing.jsonl',
        '{"input":"x"}\n{"question":"y","answer":1}\n',
        'FILE, line 2: the field "input" is missing (the record has "question", "answer"). Add it, or name the right field in benchmark.fields.input.',
      ));
    it('names a missing expected field only when one was asked for', async () => {
      assert.equal((await read('open.jsonl', '{"input":"x"}')).length, 1);
      await refuses(
        'asked.jsonl',
        '{"input":"x"}',
        'FILE, line 1: the field "answer" is missing (the record has "input"). Add it, or name the right field in benchmark.fields.expected.',
        { fields: { expected: 'answer' } },
      );
    });
    it('names a missing column', () =>
      refuses(
        'missing.csv',
        'id,text\na,x\n',
        'FILE, line 2: the column "input" is missing (the record has "id", "text"). Add it, or name the right column in benchmark.fields.input.',
      ));
    it('names a null as missing', () =>
      refuses(
        'null.jsonl',
        '{"input":null}',
        'FILE, line 1: the field "input" is missing (the record has "input"). Add it, or name the right field in benchmark.fields.input.',
      ));
    it('names a category field that no record has', () =>
      refuses('category.jsonl', '{"input":"x","kind":"a"}', 'FILE: no record has the field "type", which benchmark.fields names. Correct the name.', {
        fields: { category: 'type' },
      }));
    it('wants an id and a split in every record when a field is named for it', async () => {
      await refuses('no-id.jsonl', '{"input":"x"}', 'FILE, line 1: the field "key" is missing. Every record needs an id when benchmark.fields.id names one.', {
        fields: { id: 'key' },
      });
      await refuses(
        'no-split.jsonl',
        '{"input":"x"}',
        'FILE, line 1: the field "part" is missing. Every record needs a split when benchmark.fields.split names one.',
        { fields: { split: 'part' } },
      );
    });
    it('names the line of invalid JSON', () =>
      refuses('broken.jsonl', '{"input":"x"}\n\n{"input": oops}\n', `FILE, line 3 is not valid JSON: ${jsonError('{"input": oops}')}. Correct or remove it.`));
    it('names the record of invalid JSON in an array', () =>
      refuses(
        'broken.json',
        '[\n  {"input": "x"},\n  {"input": oops}\n]',
        `FILE, line 3 (record 2) is not valid JSON: ${jsonError('{"input": oops}')}. Correct or remove it.`,
      ));
    it('names a comma too many', () =>
      refuses('comma.json', '[{"input":"x"},]', `FILE, line 1 (record 2) is not valid JSON: ${jsonError('')}. Correct or remove it.`));
    it('names an array that is cut off', () =>
      refuses(
        'cut.json',
        '[\n{"input":"x"},\n{"input":"y',
        'FILE, line 3: the array is not closed; the file seems to be cut off. Its last record begins in line 3.',
      ));
    it('names text after the array', () => refuses('after.json', '[{"input":"x"}]\n[1]', 'FILE, line 2: there is text after the end of the array. Remove it.'));
    it('names a JSON file that is no array', () =>
      refuses(
        'object.json',
        '{"input":"x"}',
        'FILE, line 1: a .json benchmark is one array of records: [{"input": ...}, ...]. If each line of the file is one record, give it the ending .jsonl.',
      ));
    it('names a JSONL file that is one array', () =>
      refuses(
        'array.jsonl',
        '[{"input":"x"}]',
        'FILE, line 1 holds a JSON array, not a record. Each line of a .jsonl file is one object; if the file is one JSON array, give it the ending .json.',
      ));
    it('names a record that is no object', async () => {
      await refuses('text.jsonl', '"x"', 'FILE, line 1 holds a text, not a record. A record is an object like {"input": ..., "expected": ...}.');
      await refuses(
        'numbers.json',
        '[1, 2]',
        'FILE, line 1 (record 1) holds the number 1, not a record. A record is an object like {"input": ..., "expected": ...}.',
      );
    });
    it('names an unknown split', async () => {
      await refuses(
        'split.jsonl',
        '{"input":"x","split":"holdout"}',
        'FILE, line 1: the split "holdout" is unknown. Use train, validation (or valid, val, dev) or test.',
      );
      await refuses(
        'split.jsonl',
        '{"input":"x","split":3}',
        'FILE, line 1: the split the number 3 is unknown. Use train, validation (or valid, val, dev) or test.',
      );
    });
    it('names an empty benchmark', async () => {
      for (const [name, content] of [
        ['empty.jsonl', ''],
        ['blank.jsonl', '\n \n'],
        ['empty.json', '[ ]'],
        ['empty.csv', ''],
        ['header-only.csv', 'id,input\n'],
      ] as const) {
        await refuses(name, content, 'FILE holds no tasks. Put at least one record into it.');
      }
      await assert.rejects(readBenchmark([]), { message: 'The benchmark holds no tasks. Put at least one record into it.' });
    });
    it('names the line that is not UTF-8', async () => {
      const latin = (text: string) => Buffer.from(text, 'latin1');
      await refuses(
        'latin.jsonl',
        latin('{"input":"x"}\n{"input":"Grüße"}\n'),
        'FILE, line 2: not UTF-8 (it looks like Latin-1 or Windows-1252). Save the file as UTF-8 and start again.',
      );
      await refuses(
        'latin.json',
        latin('[\n{"input":"Grüße"}]'),
        'FILE, line 2: not UTF-8 (it looks like Latin-1 or Windows-1252). Save the file as UTF-8 and start again.',
      );
      await refuses(
        'latin.csv',
        latin('id,input\na,x\nb,Grüße\n'),
        'FILE, line 3: not UTF-8 (it looks like Latin-1 or Windows-1252). Save the file as UTF-8 and start again.',
      );
    });
    it('names UTF-16', async () => {
      for (const bytes of [Buffer.from('\uFEFFid,input\na,x\n', 'utf16le'), Buffer.from('id,input\na,x\n', 'utf16le')]) {
        await refuses('wide.csv', bytes, 'FILE is not UTF-8 (it looks like UTF-16). Save it as UTF-8 and start again.');
      }
    });
    it('names what is no text, or of another ending', async () => {
      await refuses(
        'workbook.csv',
        Buffer.from('PK\u0003\u0004\u0014\u0000'),
        'FILE is an Excel workbook or another ZIP archive, whatever its ending says. Save its table as CSV in UTF-8, or unpack it.',
      );
      await refuses('packed.jsonl', gzipSync('{"input":"x"}\n'), 'FILE is gzipped, which its ending does not say. Give it the ending .gz as well.');
      await refuses(
        'zero.csv',
        'id,input,expected\na,x\u0000y,z\n',
        'FILE is no text: it holds bytes of the value 0. Check that its ending says what it holds, and remove them.',
      );
      await refuses('records.csv', '{"input":"x"}\n{"input":"y"}\n', 'FILE, line 1 is JSON, not the header of a table. Give the file the ending .jsonl.');
      await refuses('book.xlsx', 'PK', 'FILE is a workbook, which is not read. Save its table as CSV in UTF-8, and name that.');
      await refuses('all.zip', 'PK', 'FILE is an archive, which is not read. Unpack it, and name the file or folder in it.');
    });
    it('names half a character', () =>
      refuses(
        'half.jsonl',
        '{"input":"cut \\ud83d"}',
        'FILE, line 1 holds half of a character (a lone surrogate such as \\ud83d): a text was cut in the middle of an emoji. Remove it.',
      ));
    it('names two columns of one name', () =>
      refuses('columns.csv', 'id,input,input\na,x,y\n', 'FILE, line 1: two columns are called "input". Rename one of them.'));
    it('names a column without a name', () =>
      refuses(
        'nameless.csv',
        'id,,input\na,x,y\n',
        'FILE, line 1: column 2 of the header has no name. The first line of a table names its columns: give it a name, or remove the column.',
      ));
    it('names the line after the sep= of a spreadsheet', () =>
      refuses('sep.csv', 'sep=;\nid;input;input\na;x;y\n', 'FILE, line 2: two columns are called "input". Rename one of them.'));
    it('names a title above the header', async () => {
      const sentence = (title: string, line = 2) =>
        `FILE, line 1: "${title}" looks like a title, and line ${line} like the header. Remove line 1: the first line of a table names its columns.`;
      await refuses('title.csv', 'Tickets 2024\nid,input,expected\na,x,y\n', sentence('Tickets 2024'));
      await refuses('title.csv', 'Tickets 2024,,\n,,\nNummer,Frage,Antwort\na,x,y\n', sentence('Tickets 2024', 3));
      await refuses('title.csv', '"Tickets",2024,\nquestion,answer,id\nx,y,a\n', sentence('Tickets, 2024'));
      await refuses('title.csv', 'Tickets, all\n\nquestion;answer\nx;y\n', sentence('Tickets, all', 3));
      await refuses('title.csv', 'Tickets\ninput\nx\n', sentence('Tickets'));
      await refuses(
        'title.csv',
        'Tickets 2024\nFrage,Antwort\nx,y\n',
        'FILE, line 2: 2 cells, but the header has 1 column. Put cells that hold a delimiter or a line break in double quotes; if line 1 is a title and not the header, remove it.',
      );
    });
    it('names another header further down', async () => {
      await refuses(
        'other.csv',
        'id,input\na,x\ninput,id\ny,b\n',
        'FILE, line 3: the header is there a second time, in another order. Bring the columns below it into the order of the first header, and remove this line (two files may have been joined).',
      );
      for (const header of ['question,answer', 'qid,question,answer']) {
        await refuses(
          'other.csv',
          `input,expected\na,x\n${header}\nb,y\n`,
          `FILE, line 3: "${header.replaceAll(',', ', ')}" looks like a second header (two files may have been joined). Make two files of it, or rename the columns and remove this line; write records that look so as .jsonl.`,
        );
      }
    });
    it('takes words that are usual names for records where they are no header', async () => {
      const records = await read('words.csv', 'word,kind\ninput,noun\nlabel,type\n', { fields: { input: 'word', expected: 'kind' } });
      assert.deepEqual(
        records.map(({ input, expected }) => [input, expected]),
        [
          ['input', 'noun'],
          ['label', 'type'],
        ],
      );
    });
    it('names a table of another delimiter than its ending says', () =>
      refuses('semicolons.tsv', 'id;input\na;x\n', 'FILE, line 1: the names of the columns are separated by ";", not by tabs. Give the file the ending .csv.'));
    it('names a second header', () =>
      refuses(
        'joined.csv',
        'id,input\na,x\nid,input\nb,y\n',
        'FILE, line 3: the header is there a second time. Remove this line (two files may have been joined).',
      ));
    it('names a second header also when its case or blanks differ', () =>
      refuses(
        'joined-otherwise.csv',
        'id,Input Text\na,x\nID , input text\nb,y\n',
        'FILE, line 3: the header is there a second time. Remove this line (two files may have been joined).',
        { fields: { input: 'Input Text' } },
      ));
    it('names an archive that is cut off, or is none', async () => {
      const packed = gzipSync('{"input":"x"}\n'.repeat(5_000));
      await refuses(
        'cut.jsonl.gz',
        packed.subarray(0, packed.length - 20),
        'FILE cannot be unpacked: unexpected end of file. It is cut off or no gzip file; get it again.',
      );
      await refuses('none.csv.gz', 'id,input\n', 'FILE cannot be unpacked: incorrect header check. It is cut off or no gzip file; get it again.');
    });
    it('names the line of a field that is missing far down, in every format', async () => {
      const rows = Array.from({ length: 7_400 }, (_, index) => (index === 7_339 ? { id: `t${index}` } : { id: `t${index}`, input: `x${index}` }));
      const sentence = (place: string, word: string) =>
        `FILE, ${place}: the ${word} "input" is missing (the record has "id"). Add it, or name the right ${word} in benchmark.fields.input.`;
      await refuses('far.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'), sentence('line 7340', 'field'));
      await refuses('far.json', JSON.stringify(rows, null, 0).replaceAll('},{', '},\n{'), sentence('line 7340 (record 7340)', 'field'));
      await refuses('far.csv', `id,input\n${rows.map(({ id, input }) => `${id},${input ?? ''}`).join('\n')}\n`, sentence('line 7341', 'column'));
      const columns = [
        { name: 'id', data: rows.map(({ id }) => id), type: 'STRING' as const },
        { name: 'input', data: rows.map(({ input }) => input ?? null), type: 'STRING' as const, nullable: true },
      ];
      await refuses(
        'far.parquet',
        new Uint8Array(parquetWriteBuffer({ columnData: columns })),
        sentence('record 7340', 'column').replace('has "id")', 'has "id", "input")'),
      );
    });
    it('names a row with too many or too few cells', async () => {
      await refuses(
        'cells.csv',
        'id,input\na,"x\ny"\nb,Hello, you\n',
        'FILE, line 4: 3 cells, but the header has 2 columns. Put cells that hold a delimiter or a line break in double quotes.',
      );
      await refuses(
        'cells.csv',
        'id,input\na\n',
        'FILE, line 2: 1 cell, but the header has 2 columns. Put cells that hold a delimiter or a line break in double quotes.',
      );
    });
    it('names a quote that is not closed', () =>
      refuses(
        'quote.csv',
        'id,input\na,"x\nb,y\n',
        'FILE, line 2: a double quote is opened in this record and never closed. Close it; a quote inside of a cell is written twice ("").',
      ));
    it('names a quote inside of a cell', async () => {
      const sentence = 'FILE, line 2: a double quote stands in the middle of a cell. Put the whole cell in double quotes and write the inner quote twice ("").';
      await refuses('inner.csv', 'id,input\na,5" pipe\n', sentence);
      await refuses('inner.csv', 'id,input\na,"x"y\n', sentence);
    });
    it('names a file that is not there, an unknown ending', async () => {
      await assert.rejects(readBenchmark(join(folder, 'nothing.jsonl')), {
        message: `${join(folder, 'nothing.jsonl')} does not exist. Check the path of the benchmark; it is relative to the configuration file.`,
      });
      await refuses(
        'a.docx',
        'x',
        'FILE has an unknown ending. A benchmark is one of .jsonl, .ndjson, .json, .csv, .tsv, .yaml, .yml, .parquet, .arrow, .feather (.jsonl, .ndjson, .json, .csv, .tsv, .yaml, .yml also with .gz), or a folder with a Hugging Face dataset.',
      );
    });
    it('names a file that may not be read', async function () {
      if (process.getuid?.() === 0) this.skip();
      const path = await file('secret.jsonl', '{}');
      await chmod(path, 0);
      await assert.rejects(readBenchmark(path), { message: `${path} cannot be read (EACCES). Check its permissions.` });
    });
    it('names what is not JSON in code', async () => {
      for (const [value, what] of [
        [new Date(0), 'a Date'],
        [Number.NaN, 'NaN'],
        [() => 1, 'a function'],
        [10n, 'a bigint'],
        [[undefined], 'nothing'],
      ] as const) {
        await assert.rejects(readBenchmark([{ input: { a: value } }]), {
          failureType: 'input.invalid',
          message: `The benchmark, record 1: the field "input" holds ${what}, which is not JSON. Use texts, finite numbers, true, false, null, arrays and plain objects.`,
        });
      }
    });
    it('names metadata that is there twice', () =>
      refuses(
        'twice.jsonl',
        '{"input":"x","metadata":{"level":1},"level":2}',
        'FILE, line 1: "level" stands both in the record and in its "metadata". Remove one of them.',
      ));
  });
});
