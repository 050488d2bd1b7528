// `npm run reproduce`: compares strategies over training sizes and seeds, one durable run each. Type the same command
// again after any interruption: finished runs are found, and the one that was under way goes on.
//   npm run reproduce -- --benchmark alfworld --data path/to/alfworld
//   npm run reproduce -- --benchmark alfworld --data path/to/alfworld --model openai:gpt-4.1-mini --money 20
//   npm run reproduce -- --config my/watersmeet.config.ts --sizes 50,100 --seeds 1,2,3

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from '@commander-js/extra-typings';
import { reportError } from '../../src/cli/errors.js';
import { likelyRange } from '../../src/cli/views/forecast.js';
import { count, dollars } from '../../src/cli/views/numbers.js';
import { forecast, sumOf, type Forecast, type Range } from '../../src/config/forecast.js';
import { EXIT_CODES, failureTypeOf, WatersmeetError } from '../../src/core/failures.js';
import type { Strategy } from '../../src/core/run-settings.js';
import { knownLengths } from '../../src/workers/known-lengths.js';
import { readTasks } from '../../src/workers/read-tasks.js';
import { openWatersmeet, type Watersmeet } from '../../src/workers/watersmeet.js';
import { configOf } from './benchmarks.js';
import { measure } from './measure.js';
import { planCells, type Cell } from './plan.js';
import { comparison, type Finished } from './table.js';

const STRATEGIES: readonly Strategy[] = ['fgo', 'all-at-once'];
const list = (text: string) => text.split(',').map((part) => part.trim());

const program = new Command('npm run reproduce --')
  .description('Compares strategies on a benchmark, over training sizes and seeds, as one comparison that can be interrupted and typed again.')
  .addOption(new Option('--benchmark <name>', 'one of the examples').choices(['alfworld', 'logistics-qa', 'gaia'] as const))
  .option('--config <path>', 'a configuration of your own instead')
  .option('--data <folder>', "the benchmark's folder")
  .option('--model <model>', 'openai:<name>, or <base URL>#<name>; without one the agents that need no model')
  .addOption(new Option('--strategies <names>', 'of fgo and all-at-once').argParser(list).default(STRATEGIES as readonly string[], STRATEGIES.join(',')))
  .addOption(new Option('--sizes <numbers>', 'training tasks of a run').argParser((text) => list(text).map(Number)))
  .addOption(new Option('--seeds <numbers>', 'one run each').argParser((text) => list(text).map(Number)).default([1, 2, 3], '1,2,3'))
  .addOption(new Option('--rollouts <number>', 'plan limit of each run, the same for all strategies').argParser(Number))
  .addOption(new Option('--money <dollars>', 'limit of the whole comparison; needed with a model that costs money').argParser(Number))
  .addOption(
    new Option('--set <key=value>', 'a value of the configuration').argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]),
  )
  .option('--output <file>', 'write the table there as well')
  .option('--dry-run', 'print the forecast only')
  .parse();

try {
  process.exitCode = await compare();
} catch (error) {
  process.exitCode = reportError(error, false);
}
process.exit();

async function compare(): Promise<number> {
  const options = program.opts();
  const unknown = options.strategies.filter((name) => !(STRATEGIES as readonly string[]).includes(name));
  if (unknown.length > 0) throw new WatersmeetError('input.invalid', `There is no strategy "${unknown.join('", "')}". Known are: ${STRATEGIES.join(', ')}.`);
  for (const [name, values] of Object.entries({ sizes: options.sizes ?? [], seeds: options.seeds })) {
    if (values.some((value) => !Number.isSafeInteger(value) || value < 0))
      throw new WatersmeetError('input.invalid', `--${name} is a list of whole numbers, such as 1,2,3.`);
  }
  const cells = await planCells({
    config: configOf(options),
    strategies: options.strategies as readonly Strategy[],
    sizes: options.sizes ?? [undefined],
    seeds: options.seeds,
    ...(options.model === undefined ? {} : { model: options.model }),
    set: [
      ...(options.data === undefined ? [] : [`benchmark.folder=${path.resolve(options.data)}`]),
      ...(options.rollouts === undefined ? [] : [`budget.rollouts=${options.rollouts}`]),
      ...(options.money === undefined ? [] : [`budget.money=${options.money}`]),
      ...(options.set ?? []),
    ],
  });
  await tellForecast(cells, options.money);
  if (options.dryRun === true) return EXIT_CODES.ok;
  const finished = await runAll(cells, options.money);
  if (finished === undefined) return EXIT_CODES.interrupted;
  const text = `${comparison(finished)}\n`;
  console.log(`\n${text}`);
  if (options.output !== undefined) writeFileSync(options.output, text);
  return EXIT_CODES.ok;
}

async function tellForecast(cells: readonly Cell[], money: number | undefined): Promise<void> {
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
  console.log(
    `${cells.length} runs, likely (and in brackets, at least and at most): ${all((row) => row.rollouts)} rollouts, ${all((row) => row.calls)} calls${costs.length === 0 ? '' : `, ${likelyRange(sumOf(costs), dollars)}`}.`,
  );
  const measuredOn = plans.reduce((most, plan) => Math.max(most, plan.measuredOn), 0);
  console.log(
    `${measuredOn > 0 ? `Lengths of rollouts are measured on ${count(measuredOn)} earlier ones` : 'Lengths of rollouts are assumed'}. What runs share is paid once and counted in each.`,
  );
  if (money !== undefined) console.log(`Limit of the whole comparison: $${money}.`);
}

/** @returns undefined when it was interrupted. */
async function runAll(cells: readonly Cell[], money: number | undefined): Promise<readonly Finished[] | undefined> {
  const first = cells[0]!.loaded;
  const watersmeet = await openWatersmeet({ folder: first.projectFolder, engine: first.engine, onProgress: (sentence) => console.log(sentence) });
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('interrupted'));
  });
  const finished: Finished[] = [];
  try {
    for (const [index, cell] of cells.entries()) {
      const left = money === undefined ? undefined : money - (await spentBy(watersmeet, cells));
      const done = await Promise.race([runCell(watersmeet, cell, left), watersmeet.failed(), interrupted]);
      if (done === 'interrupted') {
        console.log('Interrupted. What was recorded is kept: type the same command again.');
        return undefined;
      }
      const measured = await measure(watersmeet.store, cell.runId);
      finished.push({ cell, measured });
      const score = (scores: ReadonlyMap<string, number>) => ([...scores.values()].reduce((all, one) => all + one, 0) / scores.size).toFixed(3);
      console.log(
        `${index + 1}/${cells.length}  ${cell.runId}: ${score(measured.before)} -> ${score(measured.after)} on ${measured.after.size} test tasks, ${measured.rollouts.toLocaleString('en-US')} rollouts, ${Math.round(measured.activeMilliseconds / 1_000)} s${done === 'ran' ? '' : ` (${done})`}${measured.limited ? ', ended by a limit' : ''}`,
      );
    }
    return finished;
  } catch (error) {
    if (failureTypeOf(error) !== undefined && error instanceof Error) error.message += ' What was recorded is kept: type the same command again.';
    throw error;
  } finally {
    await watersmeet.close();
  }
}

async function runCell(watersmeet: Watersmeet, { runId, loaded, overrides }: Cell, left: number | undefined): Promise<'found' | 'resumed' | 'ran'> {
  const row = await watersmeet.store.getRun(runId);
  if (row?.status === 'completed') return 'found';
  if (left !== undefined && left <= 0) throw new WatersmeetError('limit.money', 'The limit of the whole comparison is spent. Give a higher --money.');
  const set = [...overrides.set, ...(left === undefined ? [] : [`budget.money=${left}`])];
  if (row === undefined) {
    const { run } = await watersmeet.start(loaded, { id: runId, startedBy: 'reproduce', overrides: { ...overrides, set } });
    await run.result();
    return 'ran';
  }
  const run = await watersmeet.resume(runId, left === undefined ? {} : { set: [`budget.money=${left}`] });
  await run.result();
  return 'resumed';
}

async function spentBy({ store }: Watersmeet, cells: readonly Cell[]): Promise<number> {
  let spent = 0;
  for (const { runId } of cells) spent += (await store.spent(runId)).recorded;
  return spent;
}
