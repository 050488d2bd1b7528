// The live tree of a run: pure, from its state to lines.

import pc from 'picocolors';
import type { Phase, Score } from '../../core/events.js';
import { droppedAnswers, mergeNodesOf, subsetsOf, type RunState, type SubsetView } from '../../core/run-state.js';
import type { RoleTotals, RunStatus } from '../../store/store.js';
import { cutLine, wrapText } from './lines.js';
import { count, counted, dollars, duration, mean, scored, tokens } from './numbers.js';

export interface TreeInput {
  /** Names commands as they have to be typed: before lines are wrapped, for `npx watersmeet` is longer. */
  readonly asTyped?: (text: string) => string;
  readonly title: string;
  readonly state: RunState;
  readonly totals: readonly RoleTotals[];
  /** Of the run's row: it knows of a pause, a cancellation and a failure before the events do. */
  readonly status: RunStatus;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Lines of subsets and merge nodes at most. */
  readonly rows: number;
  /** Longer lines are cut; absent: none is. */
  readonly columns?: number | undefined;
  /** A sentence for the person. */
  readonly notice?: string | undefined;
}

const PHASES: readonly Phase[] = ['baseline', 'divide', 'optimize', 'merge', 'repair', 'select', 'confirm', 'prove'];
const DONE = pc.green('✔');
const RUNNING = pc.cyan('●');
const AHEAD = pc.dim('·');

export function runTree(input: TreeInput): string {
  const { state, columns = Number.POSITIVE_INFINITY } = input;
  const { asTyped = (text: string) => text } = input;
  const wrapped = (text: string) => (Number.isFinite(columns) ? wrapText(asTyped(text), columns) : asTyped(text));
  const current = state.phase === undefined ? -1 : PHASES.indexOf(state.phase);
  const ended = state.status.status === 'completed';
  const lines: string[] = [];
  for (const [index, phase] of PHASES.entries()) {
    const begun = state.phases[phase] !== undefined;
    if (!begun && (ended || index < current)) continue;
    const mark = ended || index < current ? DONE : index === current ? RUNNING : AHEAD;
    lines.push(` ${mark} ${(begun ? phase : pc.dim(phase)).padEnd(9)} ${begun ? summary(state, phase) : ''}`.trimEnd());
    if (index === current && !ended) lines.push(...details(state, phase, input.rows));
  }
  const words: string[] = [];
  if (input.status === 'waiting' && state.status.status === 'waiting')
    words.push(` ${pc.yellow(`waiting: ${state.status.reason ?? ''}`)}. ${state.status.sentence ?? ''}`);
  if (input.status === 'paused') words.push(` ${pc.yellow('paused')}: go on with \`watersmeet unpause\``);
  if (input.notice !== undefined) words.push(` ${pc.yellow(input.notice)}`);
  const title = input.title.split('\n').map((line) => pc.bold(wrapped(line)));
  // What was used and the time are never cut: a narrow terminal has them in two lines.
  return [...title, ...lines.map((line) => cutLine(line, columns)), wrapped(` ${footer(input)}`), ...words.map(wrapped)].join('\n');
}

/** One line about a phase, as far as it is known. Also what plain output prints when a phase ends. */
export function summary(state: RunState, phase: Phase): string {
  switch (phase) {
    case 'baseline':
      return state.baseline === undefined ? 'the seed on select' : `the seed scores ${scored(state.baseline.score)} on select${failedAttempts(state.baseline)}`;
    case 'divide':
      return state.plan === undefined
        ? ''
        : `${count(state.plan.train)} training tasks -> ${counted(state.plan.subsets, 'subset')} of at most ${count(state.plan.subsetSize)}`;
    case 'optimize': {
      const { optimize } = state;
      const verdicts = Object.entries(optimize.verdicts).map(([verdict, times]) => `${count(times)} ${verdict.replace('-', ' ')}`);
      return `${count(optimize.ended)}/${counted(state.plan?.subsets ?? optimize.started, 'subset')}, ${counted(optimize.epochs, 'epoch')}${verdicts.length === 0 ? '' : ` (${verdicts.join(', ')})`}${unusable(optimize.droppedAnswers)}${endedByBudget(optimize.reasons.budget)}`;
    }
    case 'merge': {
      const levels = state.levels.map(
        (level) =>
          `level ${level.level}: ${count(level.ended)}/${count(level.nodes ?? 0)}${level.pool === undefined || level.pool === 0 ? '' : ` on ${counted(level.pool, 'task')}`}`,
      );
      return `${levels.join(', ')}${unusable(droppedAnswers(state).merger)}`;
    }
    case 'repair':
      return state.repairs
        .map(
          (round) =>
            `round ${round.round}: ${round.verdict.replace('-', ' ')}${round.before === undefined || round.after === undefined ? '' : ` ${mean(round.before)} -> ${mean(round.after)}`}${unusable(round.droppedAnswers)}`,
        )
        .join(', ');
    case 'select':
      if (state.select !== undefined) {
        const winner = state.finalists?.finalists.find((finalist) => finalist.id === state.select?.winner);
        return `winner: ${winner?.label ?? state.select.winner} of ${counted(state.finalists?.finalists.length ?? 0, 'finalist')}`;
      }
      return state.finalists === undefined ? '' : `${counted(state.finalists.finalists.length, 'finalist')} on ${count(state.finalists.tasks)} tasks`;
    case 'confirm': {
      if (state.confirm === undefined) return '';
      const { before, after, test, better } = state.confirm;
      return `${mean(before)} -> ${mean(after)}, n=${count(after.n)}, p=${test.pValue.toPrecision(2)}: ${better ? pc.green('better') : 'not shown to be better'}`;
    }
    case 'prove':
      return state.prove === undefined ? '' : `${mean(state.prove.before)} -> ${mean(state.prove.after)} on ${count(state.prove.after.n)} test tasks`;
    case 'done':
      return '';
  }
}

function endedByBudget(subsets = 0): string {
  return subsets === 0 ? '' : `, ${pc.yellow(`${count(subsets)} ended by the budget`)}`;
}

function unusable(dropped = 0): string {
  return dropped === 0 ? '' : `, ${pc.yellow(`${counted(dropped, 'unusable answer')} dropped`)}`;
}

function details(state: RunState, phase: Phase, rows: number): string[] {
  if (phase === 'optimize') {
    const subsets = subsetsOf(state);
    const running = subsets.filter((subset) => subset.status === 'running');
    const shown = [...running, ...subsets.filter((subset) => subset.status === 'ended').toReversed()].slice(0, rows);
    return [...shown.toSorted((left, right) => (left.id < right.id ? -1 : 1)).map(subsetLine), ...more(subsets.length - shown.length, 'subset')];
  }
  if (phase === 'merge') {
    const nodes = mergeNodesOf(state).toReversed();
    return [
      ...nodes
        .slice(0, rows)
        .map(
          (node) =>
            `     ${node.node} <- ${node.parents.map((parent) => `${parent.id}${parent.score === undefined ? '' : ` ${mean(parent.score)}`}`).join(', ')}  ${node.verdict === 'accepted' ? pc.green(node.verdict) : node.verdict}${node.combinedScore === undefined ? '' : ` ${mean(node.combinedScore)}`}`,
        ),
      ...more(nodes.length - rows, 'node'),
    ];
  }
  if (phase === 'select') {
    const last = state.race.at(-1);
    return (last?.scores ?? []).map(
      ({ id, score }) => `     ${id.padEnd(24)} ${bar(score)} ${scored(score)}${last?.dropped.includes(id) === true ? pc.dim('  dropped') : ''}`,
    );
  }
  return [];
}

function subsetLine(subset: SubsetView): string {
  const scores = subset.before === undefined ? '' : ` ${mean(subset.before)} -> ${mean(subset.after ?? subset.before)} n=${subset.before.n}`;
  const state = subset.status === 'ended' ? pc.dim(subset.reason ?? 'ended') : `epoch ${subset.epoch + 1}`;
  const last = subset.epochs.at(-1);
  return `     ${subset.id} ${bar(subset.after ?? subset.before)}${scores}  ${state}${last === undefined || subset.status === 'ended' ? '' : pc.dim(` (last: ${last.verdict.replace('-', ' ')})`)}`;
}

function bar(score: Score | undefined): string {
  const full = Math.round((score?.mean ?? 0) * 10);
  return `${pc.cyan('█'.repeat(full))}${pc.dim('░'.repeat(10 - full))}`;
}

/** An agent that fails everywhere is more often broken than bad. */
function failedAttempts({ failed = 0, score }: NonNullable<RunState['baseline']>): string {
  return failed === 0 ? '' : `, ${pc.yellow(`${count(failed)} of ${counted(score.n, 'attempt')} failed without an answer`)}`;
}

function more(hidden: number, what: string): string[] {
  return hidden > 0 ? [pc.dim(`     ... and ${counted(hidden, `more ${what}`)}`)] : [];
}

/** Rollouts, calls, tokens, cost, time: what everything long shows. */
function footer({ state, totals, now, status }: TreeInput): string {
  const elapsed = state.startedAt === undefined ? 0 : (status === 'running' ? now : (state.updatedAt ?? now)) - state.startedAt;
  return pc.dim([...usage(totals), duration(elapsed)].join(' | '));
}

/** What was used so far, in words. */
export function usage(totals: readonly RoleTotals[]): readonly string[] {
  const sum = (pick: (total: RoleTotals) => number) => totals.reduce((all, total) => all + pick(total), 0);
  const [rollouts, calls, sent, lost] = [
    sum((total) => total.rollouts),
    sum((total) => total.calls),
    sum((total) => total.sentCalls),
    sum((total) => total.lostCalls),
  ];
  // An agent without a model makes no calls.
  if (calls === 0 && rollouts > 0) return [counted(rollouts, 'rollout')];
  return [
    counted(rollouts, 'rollout'),
    `${counted(calls, 'call')} (${count(sent)} sent${lost > 0 ? `, ${count(lost)} lost` : ''})`,
    `${tokens(sum((total) => total.promptTokens))} + ${tokens(sum((total) => total.completionTokens))} tokens`,
    dollars(sum((total) => total.cost)),
  ];
}
