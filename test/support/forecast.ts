// Holds what a run was forecast to use against what it used.

import assert from 'node:assert/strict';
import type { Forecast } from '../../src/config/forecast.js';
import type { RoleTotals } from '../../src/store/store.js';

const UNITS = ['rollouts', 'calls', 'promptTokens', 'completionTokens'] as const;

/**
 * The likely figures, of all phases together, are at most `factor` times too high or too low, by role; a role that was used is forecast.
 * Prints a line for each.
 *
 * @param units those that are compared. Default: rollouts, calls and prompt tokens; how long a model's answers are, only a run can tell.
 */
export function assertForecast(
  name: string,
  plan: Forecast,
  totals: readonly RoleTotals[],
  factor = 3,
  units: readonly (typeof UNITS)[number][] = UNITS.slice(0, 3),
): void {
  for (const total of totals) {
    const rows = plan.rows.filter(({ role }) => role === total.role);
    for (const unit of units) {
      const [actual, likely] = [total[unit], rows.reduce((sum, row) => sum + row[unit].likely, 0)];
      if (actual === 0 && likely === 0) continue;
      const line = `${name}, ${unit} of ${total.role}: forecast ${Math.round(likely)}, used ${actual}`;
      console.log(`      ${line}`);
      assert.ok(likely <= factor * actual && actual <= factor * likely, `${line}: more than ${factor} times off`);
    }
  }
}
