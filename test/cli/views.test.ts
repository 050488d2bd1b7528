// Needs nothing.

import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { cutLine, widthOf, wrapText } from '../../src/cli/views/lines.js';
import { resultTable } from '../../src/cli/views/result.js';
import { runTree } from '../../src/cli/views/run-tree.js';
import { table } from '../../src/cli/views/table.js';
import type { RunEventBody } from '../../src/core/events.js';
import { initialRunState, reduceAll, type RunState } from '../../src/core/run-state.js';

const CANDIDATE = { hash: 'h', document: 'd', tokens: 1 };
const USAGE = { rollouts: 0, calls: 0, promptTokens: 0, completionTokens: 0 };

function stateOf(bodies: readonly RunEventBody[]): RunState {
  return reduceAll(
    initialRunState('r'),
    bodies.map((body, index) => ({ sequence: index + 1, path: `p${index}`, number: 0, at: 1_000 * index, body })),
  );
}

function running(subsets: number): RunState {
  const ids = Array.from({ length: subsets }, (_, index) => `s${String(index + 1).padStart(4, '0')}`);
  return stateOf([
    { type: 'phase-started', phase: 'baseline' },
    { type: 'run-planned', train: 80, select: 20, confirm: 20, test: 40, subsets, subsetSize: 16, mergeLevels: 2, seed: CANDIDATE },
    { type: 'phase-started', phase: 'optimize' },
    ...ids.map((subset) => ({ type: 'subset-started' as const, subset, tasks: 16 })),
    ...ids.map((subset) => ({
      type: 'epoch-ended' as const,
      subset,
      epoch: 1,
      verdict: 'rolled-back' as const,
      before: { mean: 0.25, n: 16 },
      after: { mean: 0.125, n: 16 },
      edits: [],
      rejected: [],
      candidate: CANDIDATE,
      droppedAnswers: 1,
      usage: USAGE,
    })),
  ]);
}

const finished = stateOf([
  {
    type: 'finalists-chosen',
    tasks: 24,
    finalists: [
      { id: 'seed', label: 'seed', candidate: CANDIDATE },
      { id: 'm', label: 'merged (m2-0001)', candidate: CANDIDATE },
    ],
  },
  {
    type: 'select-ended',
    winner: 'm',
    candidate: CANDIDATE,
    scores: [
      { id: 'seed', score: { mean: 0, n: 24 } },
      { id: 'm', score: { mean: 1, n: 24 } },
    ],
  },
  {
    type: 'confirm-ended',
    better: true,
    against: 'seed',
    before: { mean: 0, n: 24 },
    after: { mean: 1, n: 24 },
    test: { method: 'mcnemar-exact', n: 24, meanDifference: 1, interval: { low: 0.8, high: 1, confidence: 0.95 }, pValue: 6e-8 },
  },
]);

describe('lines for a terminal', () => {
  it('wraps between words, further in than the line began, and leaves colours whole', () => {
    assert.equal(wrapText('  one two three four', 12), '  one two\n    three\n    four');
    assert.equal(wrapText('short', 12), 'short');
    assert.equal(stripVTControlCharacters(wrapText('\u001B[31mred words that go on\u001B[39m', 10)), 'red words\nthat go on');
    assert.equal(wrapText('averyveryverylongword', 10), 'averyveryverylongword', 'a word is never broken: it may be a path or a command');
  });

  it('cuts what is too long, counting what is seen', () => {
    assert.equal(cutLine('0123456789', 10), '0123456789');
    assert.equal(stripVTControlCharacters(cutLine('\u001B[31m0123456789\u001B[39m', 6)), '01234…');
    assert.equal(widthOf('\u001B[31mred\u001B[39m'), 3);
  });

  it('puts numbers to the right', () => {
    assert.equal(
      stripVTControlCharacters(
        table(
          ['role', 'calls'],
          [
            ['agent', '1,417'],
            ['judge', '3'],
          ],
          1,
        ),
      ),
      '  role   calls\n  agent  1,417\n  judge      3',
    );
  });
});

describe('the tree of a run', () => {
  const input = { title: 'Watersmeet run r of a project with a long name, strategy fgo', totals: [], status: 'running' as const, now: 60_000, rows: 4 };

  for (const columns of [40, 80, 110]) {
    it(`keeps to ${columns} columns`, () => {
      const tree = runTree({ ...input, state: running(3), columns, notice: 'Nobody executes this run now: `watersmeet resume r` goes on with it.' });
      for (const line of tree.split('\n')) assert.ok(widthOf(line) <= columns, line);
      assert.match(tree.replaceAll(/\n */g, ' '), /Nobody executes this run now/);
    });
  }

  it('never cuts what was used, nor the time', () => {
    const totals = [
      {
        role: 'agent' as const,
        rollouts: 12_345,
        calls: 12_345,
        sentCalls: 12_001,
        lostCalls: 12,
        promptTokens: 188_300_000,
        completionTokens: 2_678_000,
        cachedTokens: 0,
        maxPromptTokens: 900,
        sentPromptTokens: 0,
        sentCompletionTokens: 0,
        cost: 12.34,
      },
    ];
    const state = { ...running(3), startedAt: 0 };
    for (const columns of [60, 80]) {
      const tree = stripVTControlCharacters(runTree({ ...input, state, totals, columns, now: 3_723_000 }));
      assert.match(tree.replaceAll(/\s+/g, ' '), /12,345 rollouts \| 12,345 calls \(12,001 sent, 12 lost\) \| 188\.30M \+ 2.68M tokens \| \$12\.34 \| 1h 02m/);
      for (const line of tree.split('\n')) assert.ok(widthOf(line) <= columns, line);
    }
  });

  it('shows as many subsets as there is room for, and how many more there are', () => {
    const tree = stripVTControlCharacters(runTree({ ...input, state: running(9) }));
    assert.equal(tree.match(/s000\d/g)?.length, 4);
    assert.match(tree, /\.\.\. and 5 more subsets/);
  });

  it('shows what was rolled back and dropped, and what a person told the run', () => {
    const tree = stripVTControlCharacters(runTree({ ...input, status: 'paused', state: running(2) }));
    assert.match(tree, /0\/2 subsets, 2 epochs \(2 rolled back\), 2 unusable answers dropped/);
    assert.match(tree, /paused: go on with `watersmeet unpause`/);
  });
});

describe('the result of a run', () => {
  it('is a table with n and interval of every score', () => {
    const text = stripVTControlCharacters(resultTable(finished));
    assert.match(text, /candidate +select +confirm +test\n +seed +0\.000 \[0\.00, 0\.14\] n=24 +0\.000 \[0\.00, 0\.14\] n=24 +-/);
    assert.match(text, /champion = merged \(m2-0001\) +1\.000 \[0\.86, 1\.00\] n=24/);
    assert.match(text, /The champion is better: \+1\.000 \[\+0\.800, \+1\.000\] on 24 confirm tasks, p=6\.0e-8\./);
  });

  it('goes one under the other where the table is too wide', () => {
    const text = stripVTControlCharacters(resultTable(finished, 60));
    assert.match(text, / {2}champion = merged \(m2-0001\)\n {4}select {3}1\.000 \[0\.86, 1\.00\] n=24\n {4}confirm {2}1\.000/);
    assert.doesNotMatch(text, /candidate/);
  });
});
