// The end of a run: the one paired test of confirm, the proof on test, the digest, the champion.

import type { CandidateReference } from '../core/candidate.js';
import type { Score } from '../core/events.js';
import type { Usage } from '../core/outcome.js';
import { mean } from '../core/statistics/mean.js';
import { pairedTest, type PairedTest } from '../core/statistics/paired-test.js';
import { runDigest } from '../store/run-digest.js';
import type { Finalist } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';

/** Promotion and "better" hang on this alone. */
export async function confirm(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly path: string; readonly before: CandidateReference; readonly after: CandidateReference; readonly same: boolean },
): Promise<{ better: boolean }> {
  const { run } = await dependencies.openParts(input.runId);
  if (input.same) return { better: false };
  const { before, after, test } = await compare(dependencies, input.runId, input.path, input.before, input.after);
  const better = test.meanDifference > 0 && test.pValue <= run.input.settings.confirm.alpha;
  await dependencies.store.appendEvents(input.runId, [
    { path: input.path, number: 1, body: { type: 'confirm-ended', better, against: run.input.against, before, after, test } },
  ]);
  return { better };
}

/** Reported, decides nothing; looks at the test split are numbered. */
export async function prove(
  dependencies: ActivityDependencies,
  input: {
    readonly runId: string;
    readonly path: string;
    readonly before: CandidateReference;
    readonly after: CandidateReference;
    readonly baselines: readonly Finalist[];
    readonly usage: Usage;
  },
): Promise<void> {
  const { store } = dependencies;
  const { run } = await dependencies.openParts(input.runId);
  const { before, after, test } = await compare(dependencies, input.runId, input.path, input.before, input.after);
  const look = await store.numberLook(input.runId, run.project, run.input.lists.test.list);
  const baselines = await Promise.all(
    input.baselines.map(async ({ id, label, candidate }) => ({
      id,
      label,
      score: scoreOf((await scoresByTask(dependencies, input.runId, input.path, candidate)).map(([, score]) => score)),
    })),
  );
  await store.appendEvents(input.runId, [
    { path: input.path, number: 1, body: { type: 'prove-ended', look, before, after, baselines, test, usage: input.usage } },
  ]);
}

export async function finishRun(
  dependencies: ActivityDependencies,
  input: {
    readonly runId: string;
    readonly status: 'completed' | 'failed' | 'cancelled';
    readonly champion?: CandidateReference;
    readonly better?: boolean;
    readonly sentence: string;
    readonly partition?: string;
  },
): Promise<{ digest?: string }> {
  const { store } = dependencies;
  const { runId, status, champion, better, sentence, partition } = input;
  const digest = status === 'completed' && champion !== undefined && partition !== undefined ? await runDigest(store, runId, partition, champion) : undefined;
  const result = { ...(champion === undefined ? {} : { champion }), ...(better === undefined ? {} : { better }), ...(digest === undefined ? {} : { digest }) };
  if (status === 'completed') await store.appendEvents(runId, [{ path: 'done', number: 0, body: { type: 'run-ended', status, sentence, ...result } }]);
  await store.updateRun(runId, { status, sentence, endedAt: Date.now(), ...result });
  return digest === undefined ? {} : { digest };
}

async function compare(
  dependencies: ActivityDependencies,
  runId: string,
  path: string,
  before: CandidateReference,
  after: CandidateReference,
): Promise<{ before: Score; after: Score; test: PairedTest }> {
  const { run } = await dependencies.openParts(runId);
  const [first, second] = await Promise.all([scoresByTask(dependencies, runId, path, before), scoresByTask(dependencies, runId, path, after)]);
  const left = first.map(([, score]) => score);
  const right = second.map(([, score]) => score);
  return { before: scoreOf(left), after: scoreOf(right), test: pairedTest(left, right, { seed: `${run.input.settings.seed}/${path}` }) };
}

/** Sorted by task id: the same order for every candidate. */
async function scoresByTask(
  dependencies: ActivityDependencies,
  runId: string,
  path: string,
  candidate: CandidateReference,
): Promise<readonly (readonly [string, number])[]> {
  const rows = await dependencies.store.evaluationRows(runId, { pathPrefix: path, candidate: candidate.hash });
  return rows
    .filter((row) => row.path === path)
    .map((row) => [row.taskId, row.score] as const)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
}

function scoreOf(scores: readonly number[]): Score {
  return { mean: mean(scores), n: scores.length };
}
