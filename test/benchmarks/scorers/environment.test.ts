// Needs nothing.

import assert from 'node:assert/strict';
import { environmentScorer } from '../../../src/benchmarks/scorers/environment.js';
import type { Json } from '../../../src/core/json.js';
import { scorerContract } from './contract.js';

scorerContract('environment', {
  create: environmentScorer,
  task: { id: 't1', input: 'go' },
  right: { score: 1, steps: 2, done: true },
  wrong: { score: 0, steps: 50, done: false },
});

describe('environment scorer', () => {
  const score = (output: Json, trajectory: Json = {}) => environmentScorer().score({ task: { id: 't1', input: 'go' }, output, trajectory }, undefined);
  const steps = Array.from({ length: 8 }, (_, index) => ({ action: `go to shelf ${index}`, observation: `On shelf ${index} you see nothing.` }));

  it('gives the score that the environment gave', async () => {
    assert.deepEqual(await score({ score: 1, steps: 3, done: true }), { score: 1 });
    assert.equal((await score({ score: 0.25, steps: 3, done: true })).score, 0.25);
  });

  it('tells how it ended and what was done last', async () => {
    assert.equal(
      (await score({ score: 0, steps: 50, done: false }, { steps })).feedback,
      'Not solved within 50 steps: the score is 0. The last actions were "go to shelf 3", "go to shelf 4", "go to shelf 5", "go to shelf 6", "go to shelf 7". The last observation was: On shelf 7 you see nothing.',
    );
    assert.equal(
      (await score({ score: 0.5, steps: 1, done: true }, { steps: steps.slice(0, 1) })).feedback,
      'The episode ended after 1 step, and the score is 0.5. The last action was "go to shelf 0". The last observation was: On shelf 0 you see nothing.',
    );
  });

  it('gives nothing for what is no result of an episode', async () => {
    for (const output of ['I won', { score: 2 }, { score: '1' }, null]) assert.equal((await score(output)).score, 0);
  });
});
