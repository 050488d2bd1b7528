// The result of a run: scores before and after with n and interval, tokens by role. Pure.

import pc from 'picocolors';
import type { Score } from '../../core/events.js';
import { forecastOutcome, forecastSentence } from '../../core/forecast-outcome.js';
import { droppedAnswers, type RunState } from '../../core/run-state.js';
import type { RoleTotals, RunRow } from '../../store/store.js';
import { count, counted, dollars, duration, scored, tokens } from './numbers.js';
import { table, tableWidth } from './table.js';

interface Finalist {
  readonly label: string;
  readonly select: Score | undefined;
  readonly confirm: Score | undefined;
  readonly test: Score | undefined;
}

/** Finalists and splits as a table, or one under the other where the terminal is too narrow; and one sentence that says what it means. */
export function resultTable(state: RunState, columns = Number.POSITIVE_INFINITY): string {
  const finalists = finalistsOf(state);
  const wide = table(
    ['candidate', 'select', 'confirm', 'test'],
    finalists.map((finalist) => [finalist.label, cell(finalist.select), cell(finalist.confirm), cell(finalist.test)]),
  );
  const shown = tableWidth(wide) <= columns ? wide : finalists.map(narrow).join('\n');
  return `${shown}\n\n  ${verdict(state)}${unusableAnswers(state)}${endedByBudget(state)}`;
}

/** Who learned less than there was to learn. */
function endedByBudget({ optimize, budget }: RunState): string {
  const subsets = optimize.reasons.budget ?? 0;
  const finalists = budget.notes.some(({ at }) => at === 'select');
  if (subsets === 0 && !finalists) return '';
  const what = [
    ...(subsets === 0 ? [] : [`ended the optimization of ${count(subsets)} of ${counted(optimize.ended, 'subset')}`]),
    ...(finalists ? ['left out finalists that it does not carry to the end'] : []),
  ];
  return `\n  ${pc.yellow(`The budget ${what.join(' and ')}.`)}`;
}

/** An optimizer that is not understood changes nothing, and nobody would know why. */
function unusableAnswers(state: RunState): string {
  const dropped = Object.entries(droppedAnswers(state)).filter(([, times]) => times > 0);
  if (dropped.length === 0) return '';
  const who = dropped.map(([role, times]) => `${counted(times, 'answer')} of the ${role}`).join(' and ');
  const why = state.answerProblem === undefined ? '' : ` The last: ${state.answerProblem.sentence}`;
  return `\n  ${pc.yellow(`${who} could not be used, also after one repair attempt.`)}${why}`;
}

function finalistsOf(state: RunState): readonly Finalist[] {
  const { select, confirm, prove } = state;
  return (state.finalists?.finalists ?? []).map(({ id, label }) => {
    const isSeed = id === 'seed';
    const isWinner = id === select?.winner;
    return {
      label: isWinner ? `${pc.green('champion')} = ${label}` : isSeed ? 'seed' : label,
      select: select?.scores.find((entry) => entry.id === id)?.score,
      confirm: isWinner ? confirm?.after : isSeed ? confirm?.before : undefined,
      test: isWinner ? prove?.after : isSeed ? prove?.before : prove?.baselines.find((entry) => entry.id === id)?.score,
    };
  });
}

function narrow({ label, ...scores }: Finalist): string {
  const lines = Object.entries(scores).filter((entry): entry is [string, Score] => entry[1] !== undefined);
  return [`  ${label}`, ...lines.map(([split, score]) => `    ${pc.dim(split.padEnd(8))} ${scored(score)}`)].join('\n');
}

export function verdict(state: RunState): string {
  const { confirm, prove } = state;
  if (confirm === undefined) return 'No candidate beat the seed on select: the champion is the seed.';
  const difference = `${signed(confirm.test.meanDifference)} [${signed(confirm.test.interval.low)}, ${signed(confirm.test.interval.high)}] on ${count(confirm.test.n)} confirm tasks, p=${confirm.test.pValue.toPrecision(2)}`;
  const test =
    prove === undefined
      ? ''
      : `; on ${count(prove.test.n)} test tasks ${signed(prove.test.meanDifference)} [${signed(prove.test.interval.low)}, ${signed(prove.test.interval.high)}] (look ${prove.look} at this test split)`;
  return confirm.better ? `${pc.green('The champion is better')}: ${difference}${test}.` : `Not shown to be better: ${difference}${test}.`;
}

/** One line on how far off the forecast was, with an empty one after it; nothing where there is none. */
export function forecastLines(state: RunState, totals: readonly RoleTotals[]): readonly string[] {
  const outcome = forecastOutcome(state, totals);
  return outcome === undefined ? [] : [`  forecast: ${forecastSentence(outcome)}`, ''];
}

/** Rollouts, calls, tokens and cost by role; `mean` and `max` are prompt tokens of a call. */
export function usageTable(totals: readonly RoleTotals[]): string {
  return table(
    ['role', 'rollouts', 'calls', 'sent', 'lost', 'prompt tokens', 'mean', 'max', 'completion', 'cost'],
    totals.map((total) => [
      total.role,
      total.role === 'agent' ? count(total.rollouts) : '-',
      count(total.calls),
      count(total.sentCalls),
      count(total.lostCalls),
      tokens(total.promptTokens),
      total.calls === 0 ? '-' : count(total.promptTokens / total.calls),
      // Not known of what was served from the store.
      total.maxPromptTokens === 0 ? '-' : count(total.maxPromptTokens),
      tokens(total.completionTokens),
      dollars(total.cost),
    ]),
    1,
  );
}

/** The runs of a store, newest first. `executed`: whether a process executes those that should go on. */
export function runsTable(rows: readonly RunRow[], executed: boolean): string {
  return table(
    ['run', 'project', 'status', 'champion', 'active', 'started by'],
    rows.map((row) => [
      row.id,
      row.project,
      row.status === 'waiting' ? `waiting: ${row.waiting ?? ''}` : `${row.status}${row.status === 'running' && !executed ? ', no host' : ''}`,
      row.better === undefined ? '-' : row.better ? pc.green('better') : 'not better',
      duration(row.activeTime),
      row.startedBy,
    ]),
  );
}

function cell(score: Score | undefined): string {
  return score === undefined ? '-' : scored(score);
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
}
