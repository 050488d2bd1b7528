// The comparison as Markdown: one row a strategy and training size, over seeds. On a terminal too narrow for it, one column each.

import { bootstrapInterval } from '../../src/core/statistics/interval.js';
import { mean } from '../../src/core/statistics/mean.js';
import { table as plainTable, tableWidth } from '../../src/cli/views/table.js';
import type { Role } from '../../src/core/outcome.js';
import type { Cell } from './plan.js';
import type { Measured } from './measure.js';

export interface Finished {
  readonly cell: Cell;
  readonly measured: Measured;
}

/** Scores, tokens when there are any, and `fgo` against the others. `columns`: what the tables may take. */
export function comparison(finished: readonly Finished[], columns = Number.POSITIVE_INFINITY): string {
  const groups = new Map<string, Finished[]>();
  for (const one of finished) {
    const group = `${one.cell.strategy} ${one.cell.size ?? ''}`;
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  const rows = [...groups.values()];
  const roles = ROLES.filter((role) => finished.some(({ measured }) => measured.tokens[role] !== undefined));
  const limited = finished.filter(({ measured }) => measured.limited);
  return [
    table(
      ['strategy', 'training tasks', 'seeds', 'test, start', 'test, champion [95 %]', 'worst seed', 'shown better', 'rollouts', 'seconds'],
      rows.map(scoresOf),
      columns,
    ),
    ...(roles.length === 0
      ? []
      : [
          table(
            tokenColumns(roles),
            rows.map((group) => tokensOf(group, roles)),
            columns,
          ),
        ]),
    [...differences(finished), ...(limited.length === 0 ? [] : [`Ended by a limit: ${limited.map(({ cell }) => cell.runId).join(', ')}.`])].join('\n'),
    'Means over seeds. Intervals: bootstrap over test tasks, each with its mean over seeds; they do not speak of other seeds. "Shown better": runs whose confirm test said so.',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** As columns of the table. */
const ROLES: readonly Role[] = ['agent', 'evaluator', 'optimizer', 'merger', 'judge'];

function tokenColumns(roles: readonly Role[]): readonly string[] {
  return [
    'strategy',
    'training tasks',
    'prompt of an optimizer call, mean',
    'the same, most',
    ...roles.map((role, index) => (index === 0 ? `tokens of a run: ${role}` : role)),
    'agent prompt of a test task, champion',
    'cost of a run',
  ];
}

/** `fgo` against every other strategy on the same training size: the difference on test, task by task. */
function differences(finished: readonly Finished[]): readonly string[] {
  const sizes = [...new Set(finished.map(({ cell }) => cell.size))];
  return sizes.flatMap((size) => {
    const of = (strategy: string) => finished.filter(({ cell }) => cell.size === size && cell.strategy === strategy);
    const [fgo, others] = [of('fgo'), [...new Set(finished.map(({ cell }) => cell.strategy))].filter((strategy) => strategy !== 'fgo')];
    return others.flatMap((strategy) => {
      const [left, right] = [taskMeans(fgo), taskMeans(of(strategy))];
      const both = [...left].filter(([id]) => right.has(id)).map(([id, score]) => score - right.get(id)!);
      if (both.length === 0) return [];
      const rollouts = mean(fgo.map(({ measured }) => measured.rollouts)) / mean(of(strategy).map(({ measured }) => measured.rollouts));
      return [
        `fgo - ${strategy}${size === undefined ? '' : ` (${size} training tasks)`}: ${signed(mean(both))} ${intervalOf(both, signed)} on ${both.length} test tasks; ${(100 * rollouts).toFixed(0)} % of its rollouts.`,
      ];
    });
  });
}

function scoresOf(group: readonly Finished[]): readonly string[] {
  const all = group.map(({ measured }) => measured);
  const tests = all.map(({ after }) => mean([...after.values()]));
  const perTask = [...taskMeans(group).values()];
  return [
    ...nameOf(group),
    String(group.length),
    score(mean(all.map(({ before }) => mean([...before.values()])))),
    `${score(mean(tests))} ${intervalOf(perTask, score)} n=${perTask.length}`,
    score(Math.min(...tests)),
    `${all.filter(({ better }) => better).length}/${all.length}`,
    average(all, ({ rollouts }) => rollouts),
    average(all, ({ activeMilliseconds }) => activeMilliseconds / 1_000),
  ];
}

function tokensOf(group: readonly Finished[], roles: readonly Role[]): readonly string[] {
  const all = group.map(({ measured }) => measured);
  const optimizer = all.flatMap(({ optimizerPrompt }) => (optimizerPrompt === undefined ? [] : [optimizerPrompt]));
  return [
    ...nameOf(group),
    optimizer.length === 0 ? '-' : whole(mean(optimizer.map((one) => one.mean))),
    optimizer.length === 0 ? '-' : whole(Math.max(...optimizer.map((one) => one.most))),
    ...roles.map((role) => average(all, ({ tokens }) => tokens[role] ?? 0)),
    average(all, ({ promptTokensPerTask }) => promptTokensPerTask),
    `$${mean(all.map(({ cost }) => cost)).toFixed(2)}`,
  ];
}

function nameOf(group: readonly Finished[]): readonly string[] {
  const { cell, measured } = group[0]!;
  return [cell.strategy, whole(measured.trained)];
}

function average(all: readonly Measured[], pick: (one: Measured) => number): string {
  return whole(mean(all.map(pick)));
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Markdown that reads well in a terminal, too; where it is too wide, its rows become columns. */
function table(head: readonly string[], rows: readonly (readonly string[])[], columns: number): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const wide = [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
  return tableWidth(wide) <= columns ? wide : turned(head, rows, columns).join('\n\n');
}

/** As many rows of the table side by side as fit, the others below. */
function turned(head: readonly string[], rows: readonly (readonly string[])[], columns: number): readonly string[] {
  const tables: string[] = [];
  for (let first = 0; first < rows.length; ) {
    const beside = (number: number) => {
      const [names, ...lines] = head.map((name, column) => [name, ...rows.slice(first, first + number).map((row) => row[column]!)].map(intervalBelow));
      return plainTable(names!, lines);
    };
    let number = rows.length - first;
    while (number > 1 && tableWidth(beside(number)) > columns) number--;
    tables.push(beside(number));
    first += number;
  }
  return tables;
}

/** A score's interval takes more room than the score. */
function intervalBelow(cell: string): string {
  return cell.replace(' [', '\n[');
}

/** A test task's mean score over seeds, so that tasks, not attempts at them, are what is sampled. */
function taskMeans(group: readonly Finished[]): ReadonlyMap<string, number> {
  const scores = new Map<string, number[]>();
  for (const { measured } of group) for (const [id, value] of measured.after) scores.set(id, [...(scores.get(id) ?? []), value]);
  return new Map([...scores].map(([id, values]) => [id, mean(values)]));
}

function intervalOf(values: readonly number[], show: (value: number) => string): string {
  const { low, high } = bootstrapInterval(values, { seed: 1 });
  return `[${show(low)}, ${show(high)}]`;
}

function score(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${(100 * value).toFixed(1)}`;
}
