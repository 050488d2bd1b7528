// watersmeet optimize --dry-run: what a run would do and cost, before anything is started.

import pc from 'picocolors';
import { forecast, sumOf, type Forecast, type Range } from '../../config/forecast.js';
import type { LoadedConfig } from '../../config/resolve-config.js';
import { knownLengths } from '../../workers/known-lengths.js';
import { readTasks } from '../../workers/read-tasks.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { typed } from '../typed.js';
import { likelyRange } from '../views/forecast.js';
import { fewNotes } from '../views/notes.js';
import { count, counted, dollars, tokens } from '../views/numbers.js';
import { table } from '../views/table.js';
import { limits } from '../views/title.js';

export async function dryRun(loaded: LoadedConfig, options: CommonOptions): Promise<void> {
  const tasks = await readTasks(loaded);
  const { counts, warnings } = tasks;
  const plan = forecast(loaded.settings, counts, await knownLengths(loaded, tasks));
  print(options, { counts, plan, warnings, values: loaded.values }, () => {
    const sum = (pick: (row: (typeof plan.rows)[number]) => Range) => sumOf(plan.rows.map(pick));
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
      `  divide     ${counted(plan.subsets, 'subset')} of at most ${counted(plan.subsetSize, 'task')}`,
      `  merge      ${counted(plan.mergeLevels, 'level')}`,
      '',
      table(
        ['phase', 'role', 'rollouts', 'calls', 'prompt tokens', 'completion tokens'],
        rows.map((row) => [
          row.phase,
          row.role,
          likelyRange(row.rollouts, count),
          likelyRange(row.calls, count),
          likelyRange(row.promptTokens, tokens),
          likelyRange(row.completionTokens, tokens),
        ]),
        2,
      ),
      '',
      `  limits     ${limits(loaded.settings)}`,
      `  cost       ${plan.cost === undefined ? unpriced(loaded) : likelyRange(plan.cost, dollars)}`,
      `  ${likelyBy(loaded, plan)}`,
      '  In brackets what it is at least and at most: from a run in which everything is solved at once to one that tries all it may. Tokens are characters / 4.',
      ...fewNotes([...warnings, ...tooFewRollouts(loaded, plan.missingRollouts)]).map((warning) => `  ${pc.yellow('note')}       ${warning}`),
      '',
      `  Start it with: ${typed('optimize', options)}`,
    ].join('\n');
  });
}

function likelyBy({ settings }: LoadedConfig, { measuredOn, trials }: Forecast): string {
  const rollouts =
    settings.models.agent === undefined
      ? ''
      : measuredOn > 0
        ? `; rollouts as long as ${measuredOn === 1 ? 'an earlier one' : `${count(measuredOn)} earlier ones`} of this agent`
        : '; lengths of rollouts are assumed';
  const proposer =
    trials === undefined
      ? ''
      : `; trials of optimize.propose are ${trials === 'measured' ? 'as many as in the newest run' : 'assumed'} (only it knows, and it may make more than the upper end has)`;
  return `The first figure is likely: a run that learns something in a few epochs${rollouts}${proposer}.`;
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
