// Needs nothing.

import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import type { Measured } from '../../scripts/reproduce/measure.js';
import type { Cell } from '../../scripts/reproduce/plan.js';
import { comparison, type Finished } from '../../scripts/reproduce/table.js';

const scores = (share: number) => new Map(Array.from({ length: 134 }, (_, index) => [`task-${index}`, index < share * 134 ? 1 : 0]));

function finished(strategy: 'fgo' | 'all-at-once', size: number): Finished {
  const measured: Measured = {
    before: scores(0.1),
    after: scores(1),
    better: true,
    trained: size,
    limited: false,
    rollouts: 12_345,
    optimizerPrompt: { mean: 1_234, most: 23_456 },
    tokens: { agent: 12_345_678, optimizer: 234_567, merger: 345 },
    promptTokensPerTask: 812,
    cost: 1.5,
    activeMilliseconds: 61_000,
  };
  return { cell: { strategy, size, seed: 1 } as Cell, measured };
}

describe('the table of a comparison', () => {
  const all = [18, 36].flatMap((size) => [finished('fgo', size), finished('all-at-once', size)]);

  it('is Markdown, a row a strategy and size, where there is room', () => {
    for (const text of [comparison(all), comparison(all, 200)]) {
      assert.match(text, /^\| fgo +\| 18 +\| 1 +\| 10\.4 % +\| 100\.0 % \[100\.0 %, 100\.0 %\] n=134 +\| 100\.0 % +\| 1\/1 +\| 12,345 +\| 61 +\|$/m);
      assert.match(text, /^\| fgo +\| 18 +\| 1,234 +\| 23,456 +\| 12,345,678 +\| 234,567 +\| 345 +\| 812 +\| \$1\.50 +\|$/m);
    }
  });

  it('has a column for each of them, as many as fit side by side, in a terminal of 80 columns', () => {
    const [before, after] = stripVTControlCharacters(comparison(all, 80)).split('\n\n  strategy  ').slice(0, 2);
    assert.match(before!, /^ {2}strategy +fgo +all-at-once$/m);
    assert.match(before!, /^ {2}training tasks +18 +18$/m);
    assert.match(before!, /^ {2}test, champion +100\.0 % +100\.0 %\n {2}\[95 %\] +\[100\.0 %, 100\.0 %\] n=134 +\[100\.0 %, 100\.0 %\] n=134$/m);
    assert.match(after!, /^ +fgo +all-at-once\n {2}training tasks +36 +36$/m);
    const tables = stripVTControlCharacters(comparison(all, 80))
      .split('\n')
      .filter((line) => line.startsWith('  '));
    assert.deepEqual(
      tables.filter((line) => line.length > 80),
      [],
    );
    assert.match(tables.join('\n'), /^ {2}tokens of a run: agent +12,345,678 +12,345,678( .*)?\n {2}optimizer +234,567 +234,567/m);
  });
});
