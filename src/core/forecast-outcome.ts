// How far off the forecast of a run was, once it is done.

import type { LikelyTotals } from './events.js';
import type { Usage } from './outcome.js';
import type { RunState } from './run-state.js';

export interface ForecastOutcome {
  readonly likely: LikelyTotals;
  readonly took: LikelyTotals;
}

/** Undefined before the run is completed, and of runs that were started without a forecast. `totals`: by role. */
export function forecastOutcome({ forecast, status }: RunState, totals: readonly Usage[]): ForecastOutcome | undefined {
  if (forecast === undefined || status.status !== 'completed') return undefined;
  const sum = (pick: (usage: Usage) => number) => totals.reduce((all, usage) => all + pick(usage), 0);
  return {
    likely: forecast,
    took: {
      rollouts: sum((usage) => usage.rollouts),
      calls: sum((usage) => usage.calls),
      tokens: sum((usage) => usage.promptTokens + usage.completionTokens),
    },
  };
}

/** Rollouts of an agent without a model, else calls and tokens. */
export function forecastSentence({ likely, took }: ForecastOutcome): string {
  const count = (value: number) => Math.round(value).toLocaleString('en-US');
  return took.calls === 0 && likely.calls === 0
    ? `likely ${count(likely.rollouts)} rollouts; it took ${count(took.rollouts)}`
    : `likely ${count(likely.calls)} calls and ${count(likely.tokens)} tokens; it took ${count(took.calls)} and ${count(took.tokens)}`;
}
