// Needs nothing.

import assert from 'node:assert/strict';
import type { RunEventBody } from '../../src/core/events.js';
import { forecastOutcome, forecastSentence } from '../../src/core/forecast-outcome.js';
import { initialRunState, reduceAll } from '../../src/core/run-state.js';

const stateAfter = (...bodies: readonly RunEventBody[]) =>
  reduceAll(
    initialRunState('r'),
    bodies.map((body, index) => ({ path: 'p', number: index, sequence: index + 1, at: index, body })),
  );

const ENDED: RunEventBody = { type: 'run-ended', status: 'completed', sentence: '' };
const LIKELY: RunEventBody = { type: 'run-forecast', rollouts: 800, calls: 1_234, tokens: 56_789 };
const TOTALS = [
  { rollouts: 1_414, calls: 1_414, promptTokens: 40_000, completionTokens: 2_000 },
  { rollouts: 0, calls: 10, promptTokens: 5_000, completionTokens: 500 },
];

describe('forecastOutcome', () => {
  it('holds what was likely against what all roles took', () => {
    const outcome = forecastOutcome(stateAfter(LIKELY, ENDED), TOTALS);
    assert.deepEqual(outcome?.took, { rollouts: 1_414, calls: 1_424, tokens: 47_500 });
    assert.equal(forecastSentence(outcome!), 'likely 1,234 calls and 56,789 tokens; it took 1,424 and 47,500');
  });

  it('tells rollouts where there is no model', () => {
    const outcome = forecastOutcome(stateAfter({ ...LIKELY, calls: 0, tokens: 0 }, ENDED), [
      { rollouts: 1_414, calls: 0, promptTokens: 0, completionTokens: 0 },
    ]);
    assert.equal(forecastSentence(outcome!), 'likely 800 rollouts; it took 1,414');
  });

  it('says nothing of a run that is not completed, or was started without a forecast', () => {
    assert.equal(forecastOutcome(stateAfter(LIKELY), TOTALS), undefined);
    assert.equal(forecastOutcome(stateAfter(LIKELY, { ...ENDED, status: 'failed' }), TOTALS), undefined);
    assert.equal(forecastOutcome(stateAfter(ENDED), TOTALS), undefined);
  });
});
