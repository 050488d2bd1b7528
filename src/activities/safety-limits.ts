// Safety limits (money, active time): optimizing ends while enough is left to finish the run.

import type { RunRow } from '../store/store.js';
import type { ActivityDependencies } from './dependencies.js';

/**
 * The limit that was reached, if one was: what is spent and reserved, plus the forecast of select, confirm and prove at
 * the mean cost (or time) of a rollout so far, is more than the limit allows.
 */
export async function safetyLimit(dependencies: ActivityDependencies, run: RunRow): Promise<'money' | 'time' | undefined> {
  const { budget, select } = run.input.settings;
  const money = typeof budget.money === 'number' ? budget.money : undefined;
  if (money === undefined && budget.activeMinutes === undefined) return undefined;
  const { lists } = run.input;
  const toFinish = select.finalists * lists.select.size + 2 * (lists.confirm.size + lists.test.size);
  const totals = await dependencies.store.totals(run.id);
  const rollouts = Math.max(1, totals.find((total) => total.role === 'agent')?.rollouts ?? 0);
  if (money !== undefined) {
    const { recorded, reserved } = await dependencies.store.spent(run.id);
    const agentCost = totals.find((total) => total.role === 'agent')?.cost ?? 0;
    if (recorded + reserved + (agentCost / rollouts) * toFinish >= money) return 'money';
  }
  if (budget.activeMinutes !== undefined) {
    const active = (await dependencies.store.getRun(run.id))?.activeTime ?? 0;
    if (active + (active / rollouts) * toFinish >= budget.activeMinutes * 60_000) return 'time';
  }
  return undefined;
}
