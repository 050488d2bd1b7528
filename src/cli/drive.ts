// Executes and shows a run until it is at rest; Ctrl-C stops cleanly.

import path from 'node:path';
import pc from 'picocolors';
import type { RunHandle } from '../client/run-handle.js';
import { EXIT_CODES, FAILURES, type FailureKind } from '../core/failures.js';
import { forecastOutcome } from '../core/forecast-outcome.js';
import type { RunState } from '../core/run-state.js';
import type { RoleTotals, RunRow } from '../store/store.js';
import type { Watersmeet } from '../workers/watersmeet.js';
import { follow } from './follow.js';
import type { CommonOptions } from './main.js';
import { printLine } from './print.js';
import { closeTelling, leaveAtOnce, onStop } from './stop-signals.js';
import { stateFolder } from './project.js';
import { columnsOf, tell, write } from './terminal.js';
import { typed } from './typed.js';
import { mistakes } from './views/mistakes.js';
import { forecastLines, resultTable, usageTable } from './views/result.js';
import { title } from './views/title.js';

/** Returns the exit code. Closes the engine. */
export async function drive(watersmeet: Watersmeet, run: RunHandle, options: CommonOptions): Promise<number> {
  const json = options.json === true;
  const interrupted = new AbortController();
  const endListening = onStop(
    watersmeet,
    () => interrupted.abort(),
    () => tellHowToGoOn(run.id, options),
  );
  try {
    const since = Date.now();
    const begun = await run.row();
    const followed = follow(run, {
      title: title({ id: run.id, project: begun.project, settings: begun.input.settings }, watersmeet.engine),
      json,
      signal: interrupted.signal,
      since,
      notice: async () => watersmeet.trouble(),
    });
    const { state, row } = await Promise.race([followed, watersmeet.failed()]);
    const totals = await run.totals();
    const ended = {
      run: run.id,
      status: row.status,
      waiting: row.waiting,
      sentence: row.sentence,
      champion: row.champion,
      better: row.better,
      digest: row.digest,
      totals,
      forecast: forecastOutcome(state, totals),
    };
    if (row.status === 'completed') {
      const report = await writeReport(watersmeet, row, options);
      if (json) printLine({ ...ended, report });
      else await tellResult(watersmeet, state, row, totals, report, options);
      return EXIT_CODES.ok;
    }
    if (json) printLine(ended);
    const stillRuns = row.status === 'running' || row.status === 'paused' || row.waiting === 'provider';
    if (stillRuns) return await leave(watersmeet, run.id, options);
    if (row.status === 'cancelled') {
      if (!json) tell(row.sentence ?? 'The run was cancelled.');
      return EXIT_CODES.cancelled;
    }
    if (row.status === 'failed') {
      if (!json)
        tell(
          `${pc.red('failed')} ${row.sentence ?? ''}\nWhat was recorded is kept: a new run finds it, and \`${typed(`resume ${run.id}`, options)}\` tries again from there.`,
        );
      return EXIT_CODES.failure;
    }
    if (!json) tell(hint(row, options));
    return EXIT_CODES.waiting;
  } finally {
    await watersmeet.close();
    endListening();
  }
}

/** What a person does about what the run waits for. */
function hint({ id, waiting }: RunRow, options: CommonOptions): string {
  const kind: FailureKind | undefined = Object.values<FailureKind>(FAILURES).find((failure) => failure.waiting === waiting);
  return (kind?.hint ?? 'Then type `watersmeet resume`.').replaceAll('`watersmeet resume`', `\`${typed(`resume ${id}`, options)}\``);
}

/** After Ctrl-C. */
async function leave(watersmeet: Watersmeet, runId: string, options: CommonOptions): Promise<number> {
  const json = options.json === true;
  if (!watersmeet.isHost) {
    if (!json) tell(`Another process goes on with ${runId}. Watch it with: ${typed(`watch ${runId}`, options)}`);
    return EXIT_CODES.interrupted;
  }
  const closed = await closeTelling(watersmeet, json ? () => {} : tell);
  tellHowToGoOn(runId, options);
  if (!closed) leaveAtOnce(watersmeet, EXIT_CODES.interrupted);
  return EXIT_CODES.interrupted;
}

function tellHowToGoOn(runId: string, options: CommonOptions): void {
  if (options.json !== true) tell(`Interrupted. Go on with: ${typed(`resume ${runId}`, options)}`);
}

/** What one may type, and what it does beside it; below it where that is too wide. */
function beside(steps: readonly (readonly [string, string])[], columns = Number.POSITIVE_INFINITY): string {
  const widest = Math.max(...steps.map(([command]) => command.length));
  const fits = steps.every(([, what]) => widest + what.length + 4 <= columns);
  return steps.map(([command, what]) => `  ${pc.cyan(fits ? command.padEnd(widest) : command)}${fits ? '  ' : '\n    '}${pc.dim(what)}`).join('\n');
}

/** The file, or undefined when it could not be written: the run is done all the same. */
async function writeReport({ store }: Watersmeet, row: RunRow, options: CommonOptions): Promise<string | undefined> {
  try {
    return await (await import('./commands/report.js')).writeReport(store, row);
  } catch (error) {
    if (options.json !== true) tell(`${pc.yellow('note')} The report could not be written: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function tellResult(
  { store }: Watersmeet,
  state: RunState,
  row: RunRow,
  totals: readonly RoleTotals[],
  report: string | undefined,
  options: CommonOptions,
): Promise<void> {
  const { readReport } = await import('../web/report-data.js');
  const wrong = mistakes((await readReport(store, row)).tasks, columnsOf(process.stdout) ?? 110);
  const [newest] = await store.listRuns();
  // Commands take the newest run when none is named.
  const named = newest?.id === row.id ? '' : ` ${row.id}`;
  // A run may have been told on the command line to keep its state elsewhere.
  const where = (await stateFolder(options).catch(() => undefined)) === store.folder ? options : { config: store.folder };
  const steps = [
    ['show', "the champion's modules, with the origin of every item"],
    ['diff', 'what it changed'],
    ['promote', "make it the project's champion, which loadChampion() loads"],
  ].map(([text, what]) => [typed(`${text}${named}`, where), what!] as const);
  write(
    process.stdout,
    [
      '',
      resultTable(state, columnsOf(process.stdout)),
      '',
      usageTable(totals),
      '',
      ...forecastLines(state, totals),
      ...(wrong === '' ? [] : [wrong, '']),
      ...(report === undefined ? [] : [`  report  ${path.relative(process.cwd(), report)}`, '']),
      beside(steps, columnsOf(process.stdout)),
    ].join('\n'),
  );
}
