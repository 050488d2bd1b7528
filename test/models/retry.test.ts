// Needs nothing.

import assert from 'node:assert/strict';
import { backoff, retryAfter } from '../../src/models/retry.js';

const NOW = Date.UTC(2026, 0, 1);

describe('retry', () => {
  it('doubles the delay up to 8 s, a quarter of it at random', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 40].map((failures) => backoff(failures, () => 0)),
      [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000],
    );
    assert.equal(
      backoff(1, () => 1),
      375,
    );
  });

  for (const [name, headers, milliseconds] of [
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['parts of a second', { 'retry-after': '0.5' }, 500],
    ['milliseconds', { 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }, 9_000],
    ['a date that has passed', { 'retry-after': 'Wed, 31 Dec 2025 00:00:09 GMT' }, 0],
    ['nothing', {}, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['a negative number', { 'retry-after-ms': '-5' }, undefined],
  ] as const) {
    it(`reads ${name}`, () =>
      assert.equal(
        retryAfter((header) => (headers as Record<string, string>)[header], NOW),
        milliseconds,
      ));
  }
});
