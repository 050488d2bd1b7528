// `npm run reproduce`: compares strategies over training sizes and seeds, one durable run each. Type the same command
// again after any interruption: finished runs are found, and the one that was under way goes on.
//   npm run reproduce -- --benchmark alfworld --data path/to/alfworld
//   npm run reproduce -- --benchmark alfworld --data path/to/alfworld --model openai:gpt-4.1-mini --money 20
//   npm run reproduce -- --config my/watersmeet.config.ts --sizes 50,100 --seeds 1,2,3

import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from '@commander-js/extra-typings';
import { reportError } from '../../src/cli/errors.js';
import { follow } from '../../src/cli/follow.js';
import { closeTelling, leaveAtOnce, onStop } from '../../src/cli/stop-signals.js';
import { columnsOf, tell, write } from '../../src/cli/terminal.js';
import type { RunHandle } from '../../src/client/run-handle.js';
import { EXIT_CODES, failureTypeOf, WatersmeetError } from '../../src/core/failures.js';
import type { Strategy } from '../../src/core/run-settings.js';
import { openWatersmeet, type Watersmeet } from '../../src/workers/watersmeet.js';
import { configOf } from './benchmarks.js';
import { forecastOf } from './forecast-of.js';
import { measure } from './measure.js';
import { checkMoney, type Money } from './money.js';
import { planCells, type Cell } from './plan.js';
import { comparison, type Finished } from './table.js';

const STRATEGIES: readonly Strategy[] = ['fgo', 'all-at-once'];
const moneyOf = (text: string): Money => (text === 'none' ? 'none' : Number(text));
const list = (text: string) => text.split(',').map((part) => part.trim());
/** NaN for what is no whole number. */
const numbers = (text: string) => list(text).map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));

const program = new Command('npm run reproduce --')
  .description('Compares strategies on a benchmark, over training sizes and seeds, as one comparison that can be interrupted and typed again.')
  .addOption(new Option('--benchmark <name>', 'one of the examples').choices(['alfworld', 'logistics-qa', 'gaia'] as const))
  .option('--config <path>', 'a configuration of your own instead')
  .option('--data <folder>', "the benchmark's folder")
  .option('--model <model>', 'openai:<name>, or <base URL>#<name>, for every role; without one the agents that need no model')
  .option('--optimizer <model>', 'another model for the roles beside the agent')
  .addOption(new Option('--strategies <names>', 'of fgo and all-at-once').argParser(list).default(STRATEGIES as readonly string[], STRATEGIES.join(',')))
  .addOption(new Option('--sizes <numbers>', 'training tasks of a run').argParser(numbers))
  .addOption(new Option('--seeds <numbers>', 'one run each').argParser(numbers).default([1, 2, 3], '1,2,3'))
  .addOption(new Option('--rollouts <number>', 'plan limit of each run, the same for all strategies').argParser(Number))
  .addOption(new Option('--money <dollars>', 'limit of the whole comparison, or none; needed with a model that may cost money').argParser(moneyOf))
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

function say(text: string): void {
  write(process.stdout, text);
}

async function compare(): Promise<number> {
  const options = program.opts();
  const unknown = options.strategies.filter((name) => !(STRATEGIES as readonly string[]).includes(name));
  if (unknown.length > 0) throw new WatersmeetError('input.invalid', `There is no strategy "${unknown.join('", "')}". Known are: ${STRATEGIES.join(', ')}.`);
  for (const [name, values] of Object.entries({ sizes: options.sizes ?? [], seeds: options.seeds })) {
    if (values.some((value) => !Number.isSafeInteger(value) || value < 0))
      throw new WatersmeetError('input.invalid', `--${name} is a list of whole numbers, such as 1,2,3.`);
  }
  for (const [name, values] of Object.entries({ sizes: options.sizes ?? [], seeds: options.seeds, strategies: options.strategies })) {
    if (new Set<number | string>(values).size < values.length)
      throw new WatersmeetError('input.invalid', `--${name} names one twice. Each is one run: leave the second out.`);
  }
  if (options.optimizer !== undefined && options.model === undefined && options.config === undefined)
    throw new WatersmeetError('input.invalid', '--optimizer needs --model: without one the agents that need no model are compared.');
  if (options.output !== undefined && !existsSync(path.dirname(path.resolve(options.output))))
    throw new WatersmeetError('input.invalid', `--output ${options.output}: there is no such folder. Make it first.`);
  const { money } = options;
  if (typeof money === 'number' && !(money > 0)) throw new WatersmeetError('input.invalid', '--money is a number of US dollars above 0, or none.');
  const cells = await planCells({
    config: configOf(options),
    strategies: options.strategies as readonly Strategy[],
    sizes: options.sizes ?? [undefined],
    seeds: options.seeds,
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.optimizer === undefined ? {} : { optimizer: options.optimizer }),
    set: [
      ...(options.data === undefined ? [] : [`benchmark.folder=${path.resolve(options.data)}`]),
      ...(options.rollouts === undefined ? [] : [`budget.rollouts=${options.rollouts}`]),
      ...(options.set ?? []),
      // What a configuration says of money is for one run of it, not for so many.
      `budget.money=${money ?? 'none'}`,
    ],
  });
  for (const line of await forecastOf(cells, money)) say(line);
  if (options.dryRun === true) return EXIT_CODES.ok;
  checkMoney(cells[0]!.loaded.settings, money);
  const finished = await runAll(cells, money === 'none' ? undefined : money);
  if (finished === undefined) return EXIT_CODES.interrupted;
  say(`\n${comparison(finished, columnsOf(process.stdout))}\n`);
  if (options.output !== undefined) writeFileSync(options.output, `${comparison(finished)}\n`);
  return EXIT_CODES.ok;
}

/** @returns undefined when it was interrupted. */
async function runAll(cells: readonly Cell[], money: number | undefined): Promise<readonly Finished[] | undefined> {
  const first = cells[0]!.loaded;
  const watersmeet = await openWatersmeet({ folder: first.projectFolder, engine: first.engine, onProgress: tell });
  const stop = new AbortController();
  const { signal } = stop;
  const interrupted = () => say('Interrupted. What was recorded is kept: type the same command again.');
  const endListening = onStop(watersmeet, () => stop.abort(), interrupted);
  const finished: Finished[] = [];
  try {
    for (const [index, cell] of cells.entries()) {
      const limit = await limitOf(watersmeet, cell, cells, money);
      const title = `${index + 1}/${cells.length}  ${cell.runId}`;
      const done = await Promise.race([runCell(watersmeet, cell, { title, limit, signal }), watersmeet.failed()]);
      if (signal.aborted) {
        const closed = await closeTelling(watersmeet, tell);
        interrupted();
        if (!closed) leaveAtOnce(watersmeet, EXIT_CODES.interrupted);
        return undefined;
      }
      const measured = await measure(watersmeet.store, cell.runId);
      finished.push({ cell, measured });
      const score = (scores: ReadonlyMap<string, number>) => ([...scores.values()].reduce((all, one) => all + one, 0) / scores.size).toFixed(3);
      say(
        `${title}: ${score(measured.before)} -> ${score(measured.after)} on ${measured.after.size} test tasks, ${measured.rollouts.toLocaleString('en-US')} rollouts, ${Math.round(measured.activeMilliseconds / 1_000)} s${done === 'ran' ? '' : ` (${done})`}${measured.limited ? ', ended by a limit' : ''}`,
      );
    }
    return finished;
  } catch (error) {
    if (failureTypeOf(error) !== undefined && error instanceof Error) error.message += ' What was recorded is kept: type the same command again.';
    throw error;
  } finally {
    await watersmeet.close();
    endListening();
  }
}

interface Running {
  /** What its progress is told behind. */
  readonly title: string;
  /** US dollars. */
  readonly limit: number | undefined;
  readonly signal: AbortSignal;
}

/** Resolves early when the signal aborts. */
async function runCell(watersmeet: Watersmeet, { runId, loaded, overrides }: Cell, running: Running): Promise<'found' | 'resumed' | 'ran'> {
  const { limit } = running;
  const row = await watersmeet.store.getRun(runId);
  if (row?.status === 'completed') return 'found';
  const money = [`budget.money=${limit ?? 'none'}`];
  if (limit !== undefined && limit <= (await watersmeet.store.spent(runId)).recorded)
    throw new WatersmeetError('limit.money', 'The limit of the whole comparison is spent. Give a higher --money.');
  if (row === undefined) {
    const { run } = await watersmeet.start(loaded, { id: runId, startedBy: 'reproduce', overrides: { ...overrides, set: [...overrides.set, ...money] } });
    await finish(watersmeet, run, running);
    return 'ran';
  }
  await finish(watersmeet, await watersmeet.resume(runId, { set: money }), running);
  return 'resumed';
}

/** Shows how far the run is. Throws if it does not complete. */
async function finish(watersmeet: Watersmeet, run: RunHandle, { title, signal }: Running): Promise<void> {
  await follow(run, { title, signal, json: false, brief: true, since: Date.now(), notice: async () => watersmeet.trouble() });
  if (!signal.aborted) await run.result();
}

/** Of one run, from its start: what the others have left of the whole comparison's. */
async function limitOf({ store }: Watersmeet, cell: Cell, cells: readonly Cell[], money: number | undefined): Promise<number | undefined> {
  if (money === undefined) return undefined;
  let left = money;
  for (const { runId } of cells) if (runId !== cell.runId) left -= (await store.spent(runId)).recorded;
  return left;
}
