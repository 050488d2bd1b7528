// Needs nothing.

import assert from 'node:assert/strict';
import { NO_USAGE } from '../../src/core/outcome.js';
import { roomForTrials } from '../../src/workflows/optimize-subset.js';

describe("The room for a function's trials", () => {
  const used = { ...NO_USAGE, rollouts: 20, promptTokens: 900, completionTokens: 100 };

  it('is what the share leaves when the gate is set aside, at the tokens of a rollout so far', () => {
    assert.deepEqual(roomForTrials({ rollouts: 100, tokens: 2_000 }, used, 12), { rollouts: 68, tokens: 400 });
  });

  it('is nothing when the gate takes all, and without a limit where the share has none', () => {
    assert.deepEqual(roomForTrials({ rollouts: 30, tokens: null }, used, 12), { rollouts: 0, tokens: null });
    assert.deepEqual(roomForTrials({ rollouts: null, tokens: null }, NO_USAGE, 12), { rollouts: null, tokens: null });
  });
});
