// Learns rules from receipts that were read wrongly: where do the right company, date and total stand, and what tells them?

import type { ProposeContext, ProposedEdit } from 'watersmeet';
import { amountsIn, fold, labelOf, linesOf, shapeOf } from './rules.js';

/** Candidates tried for one field in one proposal, the most suggested first. */
const TRIED = 30;

interface Expected {
  readonly company?: string;
  readonly date?: string;
  readonly total?: string;
}

export async function propose({ modules, attempts, evaluate }: ProposeContext): Promise<readonly ProposedEdit[]> {
  const known = new Set(modules['rules']?.kind === 'playbook' ? modules['rules'].items.map(({ text }) => text) : []);
  const scores = new Map(attempts.map(({ task, score }) => [task.id, score]));
  let best = (await evaluate([]))?.mean;
  const kept: ProposedEdit[] = [];
  for (const [rule, taskIds] of candidatesFrom(attempts)) {
    // What was suggested by receipts that are read rightly by now is not needed.
    if (taskIds.every((id) => scores.get(id) === 1)) continue;
    for (const text of [`FIRST ${rule}`, rule]) {
      if (best === undefined || known.has(text)) continue;
      const edits: readonly ProposedEdit[] = [...kept, { kind: 'add', module: 'rules', text, taskIds }];
      // On the receipts that suggested it first: what does not help there helps nowhere.
      const there = await evaluate(edits, { tasks: taskIds });
      if (there === undefined) return kept;
      if (there.mean <= meanOf(taskIds.map((id) => scores.get(id) ?? 0)) + 1e-9) continue;
      const trial = await evaluate(edits);
      if (trial === undefined) return kept;
      if (trial.mean <= best + 1e-9) continue;
      best = trial.mean;
      for (const { task, score } of trial.attempts) scores.set(task.id, score);
      kept.splice(0, kept.length, ...edits);
      break;
    }
  }
  return kept;
}

function candidatesFrom(attempts: ProposeContext['attempts']): readonly (readonly [string, readonly string[]])[] {
  const byField = { company: new Map<string, string[]>(), date: new Map<string, string[]>(), total: new Map<string, string[]>() };
  for (const { task, output } of attempts) {
    const lines = linesOf(task.input as string);
    const expected = task.expected as Expected;
    const got = output as Expected | null;
    for (const field of ['company', 'date', 'total'] as const) {
      const wanted = fold(expected[field] ?? '').replace(/^(?:RM|\$)\s*/, '');
      if (wanted === '' || wanted === fold(got?.[field] ?? '')) continue;
      const suggested = field === 'company' ? companies(lines, wanted) : field === 'date' ? [`DATE LIKE ${shapeOf(wanted)}`] : totals(lines, wanted);
      for (const rule of new Set(suggested)) byField[field].set(rule, [...(byField[field].get(rule) ?? []), task.id]);
    }
  }
  return Object.values(byField).flatMap((candidates) =>
    [...candidates].sort(([left, inLeft], [right, inRight]) => inRight.length - inLeft.length || (left < right ? -1 : 1)).slice(0, TRIED),
  );
}

function companies(lines: readonly string[], wanted: string): readonly string[] {
  const index = lines.indexOf(wanted);
  const words = (index === -1 ? wanted : lines[index]!).match(/[A-Z][A-Z.&/]+/g) ?? [];
  const beginning = lines.slice(0, 6).some((line) => line.startsWith(`${wanted} `));
  if (beginning) return [`COMPANY ENDS AT ${wanted.split(' ').at(-1)!}`, ...words.map((word) => `COMPANY HAS ${word}`)];
  if (index === -1) return words.map((word) => `COMPANY HAS ${word} AND LINE BEFORE`);
  return [
    ...lines.slice(0, index).map((line) => `SKIP LINE ${line}`),
    ...words.map((word) => `COMPANY HAS ${word}`),
    `COMPANY HAS ${words.slice(-2).join(' ')}`,
  ];
}

function totals(lines: readonly string[], wanted: string): readonly string[] {
  return lines.flatMap((line, index) => {
    const label = labelOf(line);
    if (label === '') return [];
    const begin = label.split(' ').slice(0, 2).join(' ');
    if (amountsIn(line).at(-1) === wanted) return [`TOTAL AFTER ${label}`, `TOTAL AFTER ${begin} ...`];
    return amountsIn(line).length === 0 && amountsIn(lines[index + 1] ?? '').at(-1) === wanted ? [`TOTAL BELOW ${label}`] : [];
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
