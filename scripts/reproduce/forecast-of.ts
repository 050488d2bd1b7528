// What a comparison may do, with which models, and what it may cost: told before anything is started.

import { likelyRange } from '../../src/cli/views/forecast.js';
import { count, counted, dollars } from '../../src/cli/views/numbers.js';
import { forecast, sumOf, type Forecast, type Range } from '../../src/config/forecast.js';
import type { Role } from '../../src/core/outcome.js';
import type { RunSettings } from '../../src/core/run-settings.js';
import { knownLengths } from '../../src/workers/known-lengths.js';
import { readTasks } from '../../src/workers/read-tasks.js';
import { isPriceMissing, type Money } from './money.js';
import type { Cell } from './plan.js';

/** Lines of text. */
export async function forecastOf(cells: readonly Cell[], money: Money | undefined): Promise<readonly string[]> {
  const plans: Forecast[] = [];
  // Strategies and seeds read the same benchmark, and take as many tasks of it.
  const read = new Map<number | undefined, Awaited<ReturnType<typeof readTasks>>>();
  for (const { loaded, size } of cells) {
    const tasks = read.get(size) ?? (await readTasks(loaded));
    read.set(size, tasks);
    plans.push(forecast(loaded.settings, tasks.counts, await knownLengths(loaded, tasks)));
  }
  const rows = plans.flatMap((plan) => plan.rows);
  const costs = plans.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  const all = (pick: (row: Forecast['rows'][number]) => Range) => likelyRange(sumOf(rows.map(pick)), count);
  const measuredOn = plans.reduce((most, plan) => Math.max(most, plan.measuredOn), 0);
  const roles = new Set(rows.filter(({ calls }) => calls.high > 0).map(({ role }) => role));
  return [
    `${counted(cells.length, 'run')}, likely (and in brackets, at least and at most): ${all((row) => row.rollouts)} rollouts, ${all((row) => row.calls)} calls${costs.length === 0 ? '' : `, ${likelyRange(sumOf(costs), dollars)}`}.`,
    `${measuredOn > 0 ? `Lengths of rollouts are measured on ${count(measuredOn)} earlier ones` : 'Lengths of rollouts are assumed'}. What runs share is paid once and counted in each.`,
    ...modelLines(cells[0]!.loaded.settings, roles),
    ...(money === undefined
      ? []
      : [money === 'none' ? 'No limit of money.' : `Limit of ${cells.length === 1 ? 'the run' : `all ${cells.length} runs together`}: $${money}.`]),
  ];
}

/** A line a model: which roles use it, and where it is. The same for all runs of a comparison. */
function modelLines({ models }: RunSettings, roles: ReadonlySet<Role>): readonly string[] {
  const lines = new Map<string, Role[]>();
  for (const role of roles) {
    const model = models[role];
    if (model === undefined) continue;
    const place = model.endpoint === 'local' ? 'on this machine' : `at ${model.endpoint}`;
    const told = `${model.model} ${place}${isPriceMissing(model) ? ' (its price is not known, and in no sum)' : ''}`;
    lines.set(told, [...(lines.get(told) ?? []), role]);
  }
  return [...lines].map(([told, used]) => `${used.join(', ')}: ${told}`);
}
