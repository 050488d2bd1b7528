// The result of a run: scores before and after with n and interval, tokens by role. Pure.

import Table from 'cli-table3';
import pc from 'picocolors';
import type { Score } from '../../core/events.js';
import type { RunState } from '../../core/run-state.js';
import type { RoleTotals, RunRow } from '../../store/store.js';
import { count, dollars, scored, tokens } from './numbers.js';

const PLAIN = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '  ', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '   ' };

/** The table of finalists and splits, and one sentence that says what it means. */
export function resultTable(state: RunState): string {
  const rows: { readonly label: string; readonly select?: Score | undefined; readonly confirm?: Score | undefined; readonly test?: Score | undefined }[] = [];
  const winner = state.select?.winner;
  for (const finalist of state.finalists?.finalists ?? []) {
    const select = state.select?.scores.find((entry) => entry.id === finalist.id)?.score;
    const isSeed = finalist.id === 'seed';
    const isWinner = finalist.id === winner;
    const baseline = state.prove?.baselines.find((entry) => entry.id === finalist.id)?.score;
    rows.push({
      label: `${isWinner ? pc.green('champion') : isSeed ? 'seed' : finalist.label}${isWinner ? ` = ${finalist.label}` : ''}`,
      select,
      confirm: isWinner ? state.confirm?.after : isSeed ? state.confirm?.before : undefined,
      test: isWinner ? state.prove?.after : isSeed ? state.prove?.before : baseline,
    });
  }
  const table = new Table({ head: ['candidate', 'select', 'confirm', 'test'].map((head) => pc.dim(head)), chars: PLAIN, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 } });
  for (const row of rows) table.push([row.label, cell(row.select), cell(row.confirm), cell(row.test)]);
  return `${table.toString()}\n\n  ${verdict(state)}`;
}

export function verdict(state: RunState): string {
  const { confirm, prove } = state;
  if (confirm === undefined) return 'No candidate beat the seed on select: the champion is the seed.';
  const difference = `${signed(confirm.test.meanDifference)} [${signed(confirm.test.interval.low)}, ${signed(confirm.test.interval.high)}] on ${count(confirm.test.n)} confirm tasks, p=${confirm.test.pValue.toPrecision(2)}`;
  const test = prove === undefined ? '' : `; on ${count(prove.test.n)} test tasks ${signed(prove.test.meanDifference)} [${signed(prove.test.interval.low)}, ${signed(prove.test.interval.high)}] (look ${prove.look} at this test split)`;
  return confirm.better ? `${pc.green('The champion is better')}: ${difference}${test}.` : `Not shown to be better: ${difference}${test}.`;
}

/** Calls, tokens and cost by role. */
export function usageTable(totals: readonly RoleTotals[]): string {
  const table = new Table({ head: ['role', 'calls', 'sent', 'lost', 'prompt tokens', 'mean', 'max', 'completion tokens', 'cost'].map((head) => pc.dim(head)), chars: PLAIN, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 } });
  for (const total of totals) {
    table.push([total.role, count(total.calls), count(total.sentCalls), count(total.lostCalls), tokens(total.promptTokens), total.calls === 0 ? '-' : count(total.promptTokens / total.calls), count(total.maxPromptTokens), tokens(total.completionTokens), dollars(total.cost)]);
  }
  return table.toString();
}

/** One line about a run, for lists. */
export function runLine(row: RunRow): string {
  const status = row.status === 'waiting' ? `waiting: ${row.waiting ?? ''}` : row.status;
  return `${row.id}  ${row.project}  ${status}${row.better === undefined ? '' : row.better ? '  better' : '  not better'}`;
}

function cell(score: Score | undefined): string {
  return score === undefined ? '-' : scored(score);
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
}
