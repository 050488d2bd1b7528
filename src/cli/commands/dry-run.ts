// watersmeet optimize --dry-run: what a run would do and cost, before anything is started.

import pc from 'picocolors';
import { forecast, type Range } from '../../config/forecast.js';
import type { LoadedConfig } from '../../config/resolve-config.js';
import { readTasks } from '../../workers/read-tasks.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { fewNotes } from '../views/notes.js';
import { count, counted, dollars, tokens } from '../views/numbers.js';
import { table } from '../views/table.js';
import { limits } from '../views/title.js';

export async function dryRun(loaded: LoadedConfig, options: CommonOptions): Promise<void> {
  const { counts, warnings, inputTokens } = await readTasks(loaded);
  const plan = forecast(loaded.settings, counts, undefined, inputTokens);
  print(options, { counts, plan, warnings, values: loaded.values }, () => {
    const range = (amount: { readonly low: number; readonly high: number }, show: (value: number) => string) =>
      amount.low === amount.high ? show(amount.low) : `${show(amount.low)} to ${show(amount.high)}`;
    const sum = (pick: (row: (typeof plan.rows)[number]) => Range): Range => ({
      low: plan.rows.reduce((all, row) => all + pick(row).low, 0),
      high: plan.rows.reduce((all, row) => all + pick(row).high, 0),
    });
    const rows = [
      ...plan.rows,
      {
        phase: 'in all',
        role: '',
        rollouts: sum((row) => row.rollouts),
        calls: sum((row) => row.calls),
        promptTokens: sum((row) => row.promptTokens),
        completionTokens: sum((row) => row.completionTokens),
      },
    ];
    return [
      `${loaded.settings.project}: strategy ${loaded.settings.strategy}, nothing is started.`,
      `  tasks      train ${count(counts.train)}, select ${count(counts.select)}, confirm ${count(counts.confirm)}, test ${count(counts.test)}`,
      `  divide     ${counted(plan.subsets, 'subset')} of at most ${count(plan.subsetSize)} tasks`,
      `  merge      ${counted(plan.mergeLevels, 'level')}`,
      '',
      table(
        ['phase', 'role', 'rollouts', 'calls', 'prompt tokens', 'completion tokens'],
        rows.map((row) => [
          row.phase,
          row.role,
          range(row.rollouts, count),
          range(row.calls, count),
          range(row.promptTokens, tokens),
          range(row.completionTokens, tokens),
        ]),
        2,
      ),
      '',
      `  limits     ${limits(loaded.settings)}`,
      `  cost       ${plan.cost === undefined ? unpriced(loaded) : range(plan.cost, dollars)}`,
      '  Estimates: tokens are characters / 4; the low end is a run in which everything is solved at once.',
      ...fewNotes([...warnings, ...tooFewRollouts(loaded, plan.missingRollouts)]).map((warning) => `  ${pc.yellow('note')}       ${warning}`),
      '',
      '  Start it with: watersmeet optimize',
    ].join('\n');
  });
}

function tooFewRollouts({ settings }: LoadedConfig, missing: number): readonly string[] {
  if (missing === 0) return [];
  return [
    `budget.rollouts (${count(settings.budget.rollouts ?? 0)}) is ${count(missing)} less than select, confirm, prove and one epoch of every subset need: some subsets will learn nothing.`,
  ];
}

function unpriced({ settings }: LoadedConfig): string {
  const models = Object.values(settings.models);
  if (models.length === 0) return 'nothing: no model is used';
  return models.every((model) => model.endpoint === 'local') ? 'nothing: the model runs on this machine' : 'no price is configured for the model';
}
