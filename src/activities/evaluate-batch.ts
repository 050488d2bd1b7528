// A batch of tasks for one candidate: finished tasks and calls are found in the store when it is tried again.

import { refusalIn } from '../agents/completion.js';
import { WatersmeetError, type FailureType } from '../core/failures.js';
import { addUsage, NO_USAGE } from '../core/outcome.js';
import type { Task, TaskReference } from '../core/task.js';
import type { BatchInput, BatchResult } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';
import { planRollouts, rollout, type Rollout, type RolloutPlan } from './rollout.js';
import { safetyLimit } from './safety-limits.js';
import { tasksOf } from './tasks.js';

/** A batch that lost its process this often runs its tasks one at a time. */
const DEATHS_OF_A_BATCH = 3;
/** A task that alone ended its worker this often parks the run. */
const DEATHS_OF_A_TASK = 2;
/** The id under which a whole batch is counted. */
const WHOLE_BATCH = '*';

export async function evaluateBatch(dependencies: ActivityDependencies, input: BatchInput, signal: AbortSignal): Promise<BatchResult> {
  const { store } = dependencies;
  const [parts, references, candidate] = await Promise.all([
    dependencies.openParts(input.runId),
    store.getSlice<TaskReference>(input.list, input.offset, input.count),
    store.getCandidate(input.candidate.document),
  ]);
  const tasks = await tasksOf(store, references);
  const plan = planRollouts({ parts, path: input.path, candidateHash: input.candidate.hash, candidate, signal });
  const rollouts = await runTasks(dependencies, plan, `${input.path}@${input.candidate.hash.slice(0, 12)}+${input.offset}`, references, tasks);
  const rows = rollouts.map((rollout) => rollout.row);

  let usage = NO_USAGE;
  for (const row of rows) usage = addUsage(usage, row.usage);
  const limit = await safetyLimit(dependencies, parts.run);
  const refusals = rollouts.map(({ trajectory }) => refusalIn(trajectory.failure));
  return {
    scores: rows.map((row) => row.score),
    failed: rows.filter((row) => row.outcome === 'failed').length,
    usage,
    ...(limit === undefined ? {} : { limit }),
    ...(refusals[0] === undefined || refusals.includes(undefined) ? {} : { refusal: refusals[0] }),
  };
}

/**
 * Runs or finds the rollouts of one batch, in the order of the tasks.
 *
 * @param attemptPath names the batch in the same way in every process: deaths are counted under it.
 */
export async function runTasks(
  dependencies: ActivityDependencies,
  plan: RolloutPlan,
  attemptPath: string,
  references: readonly TaskReference[],
  tasks: readonly Task[],
): Promise<readonly Rollout[]> {
  const run = (index: number) => rollout(dependencies, plan, references[index]!, tasks[index]!);
  const deaths = await dependencies.store.deaths(plan.parts.run.id, attemptPath, dependencies.bootId);
  return (deaths.get(WHOLE_BATCH) ?? 0) >= DEATHS_OF_A_BATCH
    ? oneAtATime(dependencies, plan, attemptPath, deaths, references, run)
    : together(dependencies, plan, attemptPath, references, run);
}

async function together(
  dependencies: ActivityDependencies,
  plan: RolloutPlan,
  attemptPath: string,
  references: readonly TaskReference[],
  run: (index: number) => Promise<Rollout>,
): Promise<readonly Rollout[]> {
  const runId = plan.parts.run.id;
  await dependencies.store.beginAttempts(runId, attemptPath, [WHOLE_BATCH], dependencies.bootId);
  // All settle before anything is thrown: what is in flight is recorded.
  const settled = await Promise.allSettled(references.map((_, index) => run(index)));
  await dependencies.store.endAttempt(runId, attemptPath, WHOLE_BATCH);
  const errors = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (errors.length > 0) throw worst(errors);
  return settled.map((result) => (result as PromiseFulfilledResult<Rollout>).value);
}

let last: Promise<unknown> = Promise.resolve();

/** One task of all batches that run one at a time: who dies with it is not blamed. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work, work);
  last = mine.catch(() => undefined);
  return mine;
}

async function oneAtATime(
  dependencies: ActivityDependencies,
  plan: RolloutPlan,
  attemptPath: string,
  deaths: ReadonlyMap<string, number>,
  references: readonly TaskReference[],
  run: (index: number) => Promise<Rollout>,
): Promise<readonly Rollout[]> {
  const runId = plan.parts.run.id;
  const rollouts: Rollout[] = [];
  for (const [index, reference] of references.entries()) {
    if ((deaths.get(reference.id) ?? 0) >= DEATHS_OF_A_TASK) {
      throw new WatersmeetError(
        'task.poison',
        `The worker process ended ${DEATHS_OF_A_TASK} times while task "${reference.id}" ran alone in it. If it was killed from outside, just type \`watersmeet resume\`; if not, mend the agent first. A run without the task is a new run.`,
      );
    }
    rollouts.push(
      await alone(async () => {
        await dependencies.store.beginAttempts(runId, attemptPath, [reference.id], dependencies.bootId);
        const rollout = await run(index);
        await dependencies.store.endAttempt(runId, attemptPath, reference.id);
        return rollout;
      }),
    );
  }
  return rollouts;
}

/** Which of several errors speaks for the batch: what a person must mend before what time mends. */
const SEVERITY: readonly FailureType[] = [
  'run.cancelled',
  'run.stopping',
  'run.paused',
  'store.disk',
  'provider.key',
  'provider.quota',
  'provider.model',
  'limit.money',
  'scorer.broken',
  'agent.broken',
  'provider.unavailable',
];

function worst(errors: readonly unknown[]): unknown {
  const rank = (error: unknown) => {
    const type = error instanceof WatersmeetError ? error.failureType : undefined;
    const index = type === undefined ? -1 : SEVERITY.indexOf(type);
    return index === -1 ? -1 : index;
  };
  return errors.toSorted((left, right) => rank(left) - rank(right))[0];
}
