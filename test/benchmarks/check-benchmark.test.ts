// Needs a temporary folder.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkBenchmark, type CheckOptions } from '../../src/benchmarks/check/check-benchmark.js';
import { NearDuplicates } from '../../src/benchmarks/check/near-duplicates.js';
import { proposeSplits, proposeSubsetSize } from '../../src/benchmarks/check/propose-plan.js';
import { LengthHistogram } from '../../src/benchmarks/check/token-histogram.js';
import { WatersmeetError } from '../../src/core/failures.js';
import { officialFiles, officialTree, OFFICIAL_TASK } from './alfworld/official-game.js';
import { randomStream } from '../../src/core/random.js';
import { sampleTasks } from '../../src/benchmarks/sample-tasks.js';

describe('checkBenchmark', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-check-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function check(name: string, records: string | readonly object[], options?: CheckOptions) {
    const file = path.join(folder, name);
    await writeFile(file, typeof records === 'string' ? records : records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    return { file, report: await checkBenchmark(file, options) };
  }
  const tasks = (count: number, more: (index: number) => object = () => ({})) =>
    Array.from({ length: count }, (_, index) => ({ id: `t${index}`, input: `question ${index}`, expected: `answer ${index}`, ...more(index) }));

  it('tells schema, lengths, labels and a plan of a good benchmark', async () => {
    const { report } = await check(
      'good.jsonl',
      tasks(400, (index) => ({ category: index % 4 === 0 ? 'rare' : 'common', note: index === 7 ? 'x' : null, deep: { level: index % 3 } })),
    );
    assert.deepEqual([report.records, report.tasks, report.problems, report.stopped], [400, 400, [], undefined]);
    assert.deepEqual(
      report.schema.map(({ name, types, missing, firstMissing, distinct }) => [name, types, missing, firstMissing, distinct]),
      [
        ['id', { text: 400 }, 0, undefined, 400],
        ['input', { text: 400 }, 0, undefined, 400],
        ['expected', { text: 400 }, 0, undefined, 400],
        ['category', { text: 400 }, 0, undefined, 2],
        ['note', { text: 1 }, 399, { line: 1 }, 1],
        ['deep', { object: 400 }, 0, undefined, undefined],
        ['deep.level', { number: 400 }, 0, undefined, 3],
      ],
    );
    // "question 0" has 10 characters, "question 399" 12: 3 tokens each.
    assert.deepEqual(report.tokens.input, { count: 400, mean: 3, median: 3, p95: 3, max: 3, total: 1_200 });
    assert.deepEqual(report.labels, [
      {
        of: 'category',
        distinct: 2,
        counts: [
          { label: 'common', count: 300, share: 0.75 },
          { label: 'rare', count: 100, share: 0.25 },
        ],
        rarest: { label: 'rare', count: 100 },
      },
    ]);
    assert.deepEqual(report.proposal.splits, { train: 50, validation: 25, test: 25 });
    assert.equal(report.proposal.subset?.size, 16);
  });

  it('names a field that is missing in line 7,341, and goes on', async () => {
    const records: object[] = tasks(8_000);
    records[7_340] = { id: 'bad', question: 'x' };
    records[7_900] = { id: 'worse' };
    const { file, report } = await check('missing.jsonl', records);
    assert.deepEqual(report.problems, [
      {
        sentence: `${file}, line 7341: the field "input" is missing (the record has "id", "question"). Add it, or name the right field in benchmark.fields.input.`,
        count: 1,
        places: ['line 7341'],
      },
      {
        sentence: `${file}, line 7901: the field "input" is missing (the record has "id"). Add it, or name the right field in benchmark.fields.input.`,
        count: 1,
        places: ['line 7901'],
      },
    ]);
    assert.deepEqual([report.records, report.tasks], [8_000, 7_998]);
    const input = report.schema.find(({ name }) => name === 'input');
    assert.deepEqual([input?.missing, input?.firstMissing], [2, { line: 7_341 }]);
  });

  it('gathers problems of a kind, with the lines of the first ten', async () => {
    const { file, report } = await check('ids.csv', `id,input\n${Array.from({ length: 40 }, (_, index) => `t${index % 20},question ${index}\n`).join('')}`);
    assert.deepEqual(report.problems, [
      {
        sentence: `${file}: line 2 and line 22 have the same id "t0". Give every task an id of its own.`,
        count: 20,
        places: Array.from({ length: 10 }, (_, index) => `line ${22 + index}`),
      },
    ]);
  });

  it('tells where reading ended, and what was found before', async () => {
    const { file, report } = await check('cut.jsonl', '{"input":"x"}\n{"input":"x"}\n{"input":"y\n{"input":"z"}\n');
    assert.match(report.stopped!, /cut\.jsonl, line 3 is not valid JSON: /);
    assert.deepEqual([report.records, report.tasks, report.duplicates.same.count], [2, 1, 1]);
    await assert.rejects(checkBenchmark(path.join(folder, 'nowhere.jsonl')), { failureType: 'input.invalid' });
    await assert.rejects(check('empty.jsonl', ''), { failureType: 'input.invalid', message: /holds no tasks/ });
    assert.equal(file, report.source);
  });

  it('finds duplicates, almost duplicates, and leaks between given splits', async () => {
    const long = 'the parcel with the blue label was sent from Hamburg to Oslo on the second of May and has not arrived since';
    const { file, report } = await check('twins.jsonl', [
      { input: long, expected: 'a', split: 'train' },
      { input: long, expected: 'a', split: 'train' },
      { input: `${long.toUpperCase()}!`, expected: 'a', split: 'test' },
      { input: `${long}, they say`, expected: 'a', split: 'validation' },
      { input: long, expected: 'a', split: 'test' },
      { input: 'When will it be here?', expected: 'b', split: 'test' },
      { input: 'When will it be there?', expected: 'b', split: 'train' },
    ]);
    assert.deepEqual(report.duplicates.same, { count: 1, leftOut: 1, examples: [{ first: 'line 1', second: 'line 2' }] });
    assert.deepEqual(report.duplicates.sameWords, { count: 1, examples: [{ first: 'line 1', second: 'line 3' }] });
    assert.deepEqual(report.duplicates.similar, { count: 1, examples: [{ first: 'line 1', second: 'line 4' }], compared: 5 });
    assert.deepEqual(report.leaks, {
      count: 2,
      examples: [
        { first: 'line 1', second: 'line 3', splits: 'train and test' },
        { first: 'line 1', second: 'line 4', splits: 'train and validation' },
      ],
    });
    assert.deepEqual(
      report.problems.map(({ sentence }) => sentence),
      [
        `${file}: line 1 and line 5 have the same input, but different splits (train and test): what is learned in one would leak into the other. Remove one of them.`,
      ],
    );
    assert.deepEqual(report.splits, { train: 2, validation: 1, test: 3 });
  });

  it('tells tasks with a split from those without', async () => {
    const { file, report } = await check(
      'some.jsonl',
      tasks(10, (index) => (index < 3 ? { split: 'train' } : {})),
    );
    assert.deepEqual(
      report.problems.map(({ sentence }) => sentence),
      [`${file}: 3 of 10 tasks have a split. Give every task a split, or none: then they are assigned by the hash of the id.`],
    );
  });

  it('proposes fields by names and values', async () => {
    const proposed = async (records: readonly object[]) => (await check('fields.jsonl', records)).report.fields;
    assert.deepEqual(
      await proposed(
        [...Array(12).keys()].map((index) => ({
          qid: `q${index}`,
          question: `why ${index}?`,
          context: 'c',
          answers: { text: ['x'], start: [1] },
          topic: index % 2 ? 'a' : 'b',
          fold: 'dev',
        })),
      ),
      { id: 'qid', input: ['question', 'context'], expected: 'answers.text', category: 'topic', split: 'fold' },
    );
    assert.deepEqual(await proposed(tasks(12)), {});
    assert.deepEqual(
      await proposed([...Array(12).keys()].map((index) => ({ remark: 'short', words: `the longest text of the record, ${index}`, label: index % 2 }))),
      { input: 'words', expected: 'label' },
    );
    // An id that is there twice is none; a category that is always new is none.
    assert.deepEqual(await proposed([...Array(12).keys()].map((index) => ({ key: index % 3, input: `x ${index}`, category: `c${index}` }))), {});
  });

  it('says so when nothing can be the input', async () => {
    const { file, report } = await check('none.jsonl', [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(report.problems, [
      {
        sentence: `${file}, line 1: the field "input" is missing (the record has "a"). Add it, or name the right field in benchmark.fields.input.`,
        count: 2,
        places: ['line 1', 'line 2'],
      },
    ]);
  });

  it('asks of every task what its scorer asks, and warns of one-sided labels', async () => {
    const { file, report } = await check(
      'scored.jsonl',
      tasks(50, (index) => ({ expected: index === 30 ? 'no number' : '7' })),
      {
        checkTask: ({ id, expected }) => {
          if (expected === 'no number') throw new WatersmeetError('input.invalid', `Task "${id}" expects no number.`);
        },
      },
    );
    assert.deepEqual(report.problems, [{ sentence: `${file}, line 31: Task "t30" expects no number.`, count: 1, places: ['line 31'] }]);
    assert.deepEqual(report.notes, [
      '98 % of the tasks have the expected answer "7": an agent that always says so scores as much.',
      'The expected answer "no number" is there only once: it cannot be in every split.',
    ]);
  });

  it('tells the answers beside the categories, unless they are the same', async () => {
    const { report } = await check(
      'one-sided.jsonl',
      tasks(200, (index) => ({ category: 'abc'[index % 3], expected: index % 100 === 0 ? 'no' : 'yes' })),
    );
    assert.deepEqual(
      report.labels.map(({ of, counts: [most] }) => [of, most?.label, most?.count]),
      [
        ['category', 'a', 67],
        ['expected', 'yes', 198],
      ],
    );
    assert.deepEqual(report.notes, [
      '99 % of the tasks have the expected answer "yes": an agent that always says so scores as much.',
      'The expected answer "no" is there only 2 times: it cannot be in every split.',
    ]);
    const same = await check(
      'same.jsonl',
      tasks(40, (index) => ({ category: `c${index % 2}`, expected: `c${index % 2}` })),
    );
    assert.deepEqual(
      same.report.labels.map(({ of }) => of),
      ['category'],
    );
  });

  it('looks for no similar words among games, and proposes no size of subsets for agents of many steps', async () => {
    const games = path.join(folder, 'games');
    const task = 'put a very hot red apple on the big wooden shelf over there';
    const tree = officialTree({
      [`train/${OFFICIAL_TASK}/trial_1`]: officialFiles({ task }),
      [`valid_seen/${OFFICIAL_TASK}/trial_2`]: officialFiles({ task, init: (init) => init.replace('(isCool Apple_bar__plus_06)', '') }),
    });
    for (const [name, text] of Object.entries(tree)) {
      await mkdir(path.dirname(path.join(games, name)), { recursive: true });
      await writeFile(path.join(games, name), text);
    }
    const report = await checkBenchmark({ name: 'alfworld', folder: games });
    assert.deepEqual([report.tasks, report.leaks.count, report.duplicates.sameWords.count, report.duplicates.similar.count], [2, 0, 0, 0]);
    assert.deepEqual([report.proposal.subset, report.problems], [undefined, []]);
    assert.match(report.proposal.why.join(), /what a trajectory of many steps takes is known once a run has measured it/);
  });

  it('measures the quantiles of lengths', () => {
    const histogram = new LengthHistogram();
    assert.equal(histogram.distribution(), undefined);
    for (let length = 1; length <= 100; length++) histogram.add(length);
    assert.deepEqual(histogram.distribution(), { count: 100, mean: 50.5, median: 50, p95: 95, max: 100, total: 5_050 });
    const long = new LengthHistogram();
    for (let length = 1_000; length <= 100_000; length += 10) long.add(length);
    const { median, p95, max } = long.distribution()!;
    assert.ok(Math.abs(median / 50_500 - 1) < 0.011 && Math.abs(p95 / 95_050 - 1) < 0.011 && max === 100_000);
  });

  it('calls texts similar that share most of their wording, and no others', () => {
    const random = randomStream(1, 'test', 'words');
    const text = () => Array.from({ length: 60 }, () => `w${random.integer(3_000)}`);
    const near = new NearDuplicates();
    const texts = Array.from({ length: 200 }, text);
    for (const [number, words] of texts.entries()) assert.equal(near.add(words.join(' '), number), undefined);
    let found = 0;
    for (const [number, words] of texts.entries()) {
      // One word of 60 replaced: 55 of 61 runs in common.
      const changed = words.with(30, 'another').join(' ');
      if (near.add(changed, 200 + number)?.of === number) found++;
      // Every fourth word replaced: nearly no run in common.
      assert.equal(near.add(words.map((word, index) => (index % 4 === 0 ? `x${number}` : word)).join(' '), 400 + number), undefined);
    }
    assert.ok(found >= 190, `${found} of 200 found`);
  });

  it('proposes splits and subsets by size', () => {
    assert.deepEqual(proposeSplits(100).splits, { train: 40, validation: 40, test: 20 });
    assert.deepEqual(proposeSplits(1_000).splits, { train: 50, validation: 25, test: 25 });
    assert.deepEqual(proposeSplits(100_000).splits, { train: 96, validation: 2, test: 2 });
    // A quarter of 32,768 tokens holds 8 trajectories of 1,000.
    assert.deepEqual(proposeSubsetSize({ input: 750, expected: 50 }, 32_768), { size: 8, tokensPerTrajectory: 1_000 });
  });
});

describe('sampleTasks', () => {
  const records = Array.from({ length: 30 }, (_, index) => ({ id: `t${index}`, input: index }));

  it('draws every task equally often, in the order of the benchmark, the same for a seed', async () => {
    const drawn = Array.from({ length: 30 }, () => 0);
    for (let seed = 0; seed < 150; seed++) {
      const numbers = (await sampleTasks(records, { count: 5, seed })).map(({ input }) => input as number);
      assert.deepEqual(
        numbers,
        numbers.toSorted((left, right) => left - right),
      );
      assert.equal(new Set(numbers).size, 5);
      for (const number of numbers) drawn[number]!++;
    }
    // 25 expected each, with a standard deviation of 4.6.
    assert.ok(
      drawn.every((times) => times > 5 && times < 45),
      String(drawn),
    );
    assert.deepEqual(await sampleTasks(records, { count: 5, seed: 3 }), await sampleTasks(records, { count: 5, seed: 3 }));
    assert.equal((await sampleTasks(records, { count: 99, seed: 1 })).length, 30);
  });
});
