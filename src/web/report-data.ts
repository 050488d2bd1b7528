// Everything the report of a run shows, read from the store.

import { RunHandle } from '../client/run-handle.js';
import type { Candidate } from '../core/candidate.js';
import type { RunEvent } from '../core/events.js';
import type { Json } from '../core/json.js';
import { initialRunState, reduceAll, type RunState } from '../core/run-state.js';
import { transcriptOf, transcriptText } from '../core/transcript.js';
import type { EvaluationRow, RoleTotals, RunRow, Store } from '../store/store.js';

/** Tasks listed one by one at most: a report stays a page one can open. */
const TASKS_LISTED = 1_000;
/** Epochs listed at most, for runs of thousands of subsets. */
const EPOCHS_LISTED = 2_000;
/** Characters of an input or output that are shown, and of the steps of an attempt. */
const SHOWN = 600;
const STEPS_SHOWN = 3_000;

export interface TaskResult {
  readonly id: string;
  readonly category: string;
  readonly input: string;
  readonly expected: string;
  readonly before: Attempt;
  readonly after: Attempt;
}

export interface Attempt {
  readonly score: number;
  readonly output: string;
  /** Ended without an answer, by the agent's fault. */
  readonly failed: boolean;
  /** What the scorer said, or why the attempt failed. */
  readonly words: string;
  /** What an agent with steps did; empty for all others. */
  readonly steps: string;
}

export interface ReportData {
  readonly row: RunRow;
  readonly state: RunState;
  readonly totals: readonly RoleTotals[];
  readonly seed: Candidate;
  readonly champion: Candidate | undefined;
  readonly evidence: ReadonlyMap<string, { readonly helped: number; readonly hurt: number }>;
  readonly epochs: readonly Extract<RunEvent['body'], { type: 'epoch-ended' | 'repair-ended' }>[];
  /** Of the test split, or of confirm or select when the run has not come so far. */
  readonly tasks: { readonly split: string; readonly results: readonly TaskResult[]; readonly total: number };
  /** Mean agent prompt tokens per test task with seed and champion. */
  readonly tokensPerTask: { readonly before: number; readonly after: number } | undefined;
}

export async function readReport(store: Store, row: RunRow): Promise<ReportData> {
  const events: RunEvent[] = [];
  for await (const event of readAll(store, row.id)) events.push(event);
  const state = reduceAll(initialRunState(row.id), events);
  const championReference = row.champion ?? state.select?.candidate;
  const [totals, seed, champion, evidence] = await Promise.all([
    new RunHandle(row.id, store).totals(),
    store.getCandidate(row.input.seed.document),
    championReference === undefined ? undefined : store.getCandidate(championReference.document),
    store.evidence(row.id),
  ]);
  const compared = championReference === undefined ? undefined : await comparedRows(store, row, championReference.hash);
  return {
    row,
    state,
    totals,
    seed,
    champion,
    evidence: new Map(evidence.map((entry) => [entry.itemId, entry])),
    epochs: events
      .map((event) => event.body)
      .filter((body) => body.type === 'epoch-ended' || body.type === 'repair-ended')
      .slice(0, EPOCHS_LISTED),
    tasks: compared === undefined ? { split: 'test', results: [], total: 0 } : await taskResults(store, compared),
    tokensPerTask: compared === undefined ? undefined : { before: meanTokens(compared.before), after: meanTokens(compared.after) },
  };
}

async function* readAll(store: Store, runId: string): AsyncGenerator<RunEvent> {
  for (let after = 0; ; ) {
    const page = await store.readEvents(runId, after, 1_000);
    yield* page;
    if (page.length < 1_000) return;
    after = page.at(-1)!.sequence;
  }
}

interface Compared {
  readonly split: string;
  readonly before: readonly EvaluationRow[];
  readonly after: readonly EvaluationRow[];
}

/** The rows of seed and champion on the last split that both were run on. */
async function comparedRows(store: Store, row: RunRow, champion: string): Promise<Compared | undefined> {
  for (const [path, split] of [
    ['prove', 'test'],
    ['confirm', 'confirm'],
  ] as const) {
    const [before, after] = await Promise.all(
      [row.input.seed.hash, champion].map((candidate) => store.evaluationRows(row.id, { pathPrefix: path, candidate })),
    );
    if (before!.length > 0 && before!.length === after!.length) return { split, before: before!, after: after! };
  }
  return undefined;
}

async function taskResults(store: Store, { split, before, after }: Compared): Promise<ReportData['tasks']> {
  const second = new Map(after.map((row) => [row.taskId, row]));
  const listed = before.filter((row) => second.has(row.taskId)).slice(0, TASKS_LISTED);
  const tasks = await store.getTasks(listed.map((row) => row.taskHash));
  const results = await Promise.all(
    listed.map(async (row, index) => {
      const task = tasks[index]!;
      const [first, last] = await Promise.all([attempt(store, row), attempt(store, second.get(row.taskId)!)]);
      return {
        id: row.taskId,
        category: task.category ?? '',
        input: text(task.input),
        expected: task.expected === undefined ? '' : text(task.expected),
        before: first,
        after: last,
      };
    }),
  );
  return { split, results, total: before.length };
}

async function attempt(store: Store, row: EvaluationRow): Promise<Attempt> {
  const [trajectory, score] = await Promise.all([store.getTrajectory(row.trajectoryKey), store.getScore(row.scoreKey)]);
  const steps = transcriptOf(trajectory?.trajectory ?? null);
  return {
    score: row.score,
    output: trajectory?.failure === undefined ? text(trajectory?.output ?? '') : '',
    failed: row.outcome === 'failed',
    words: score?.reason ?? score?.feedback ?? '',
    steps: steps === undefined ? '' : transcriptText(steps, STEPS_SHOWN),
  };
}

function meanTokens(rows: readonly EvaluationRow[]): number {
  return rows.length === 0 ? 0 : rows.reduce((sum, row) => sum + row.usage.promptTokens, 0) / rows.length;
}

function text(value: Json): string {
  const whole = typeof value === 'string' ? value : JSON.stringify(value, null, 1);
  return whole.length > SHOWN ? `${whole.slice(0, SHOWN)} [cut]` : whole;
}
