// Divides the training tasks into the subsets of the run, and handles lists of tasks. A list is an object of the store.

import { divide } from '../core/divide/divide.js';
import { subsetSize } from '../core/divide/subset-size.js';
import type { Json } from '../core/json.js';
import { randomStream } from '../core/random.js';
import type { RunSettings } from '../core/run-settings.js';
import type { TaskReference } from '../core/task.js';
import { words } from '../core/similarity.js';
import { transcriptOf, transcriptText } from '../core/transcript.js';
import type { ListReference } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';
import { asText } from './propose.js';

export interface Partition {
  readonly subsets: readonly { readonly id: string; readonly list: string; readonly size: number }[];
}

/** Subsets that are written at once: there may be ten thousands. */
const AT_ONCE = 100;

/** Writes a list in the order given: sorted by id, but for racing and scanning, which run in seeded order. */
export async function putList(dependencies: ActivityDependencies, references: readonly TaskReference[]): Promise<ListReference> {
  return { list: await dependencies.store.putList('task-list', references as unknown as readonly Json[]), size: references.length };
}

export function byId<T extends { readonly id: string }>(values: readonly T[]): readonly T[] {
  return values.toSorted((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
}

export async function divideTasks(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly baselinePath: string },
): Promise<{ partition: string; subsets: number; size: number }> {
  const { store } = dependencies;
  const { run } = await dependencies.openParts(input.runId);
  const { settings, lists, seed } = run.input;
  const train = byId(await store.getObject<readonly TaskReference[]>(lists.train.list));
  const size = settings.strategy === 'all-at-once' ? train.length : await sizeOfSubsets(dependencies, input, settings, seed.hash);
  const strategy = settings.subset.divide;
  const common = { size, seed: settings.seed };
  const divided =
    strategy === 'similar' ? divide(train, { ...common, strategy, features: await wordsOf(dependencies, train) }) : divide(train, { ...common, strategy });
  const byTaskId = new Map(train.map((task) => [task.id, task]));
  const subsets: Partition['subsets'][number][] = [];
  for (let start = 0; start < divided.length; start += AT_ONCE) {
    const some = divided.slice(start, start + AT_ONCE);
    const lists = await Promise.all(some.map((subset) => putList(dependencies, byId(subset.taskIds.map((id) => byTaskId.get(id)!)))));
    subsets.push(...some.map(({ id }, index) => ({ id, ...lists[index]! })));
  }
  return { partition: await store.putObject('partition', { subsets } satisfies Partition), subsets: subsets.length, size };
}

/** At most what the optimizer's context holds well; without an optimizer model, what the configuration says. */
async function sizeOfSubsets(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly baselinePath: string },
  settings: RunSettings,
  seed: string,
): Promise<number> {
  const { optimizer } = settings.models;
  if (settings.optimize.inner !== 'reflect' || optimizer === undefined) return settings.subset.size;
  const tokensPerTrajectory = await trajectoryTokens(dependencies, input.runId, input.baselinePath, seed);
  return subsetSize({ maxTasks: settings.subset.size, contextTokens: optimizer.contextTokens, share: settings.subset.contextShare, tokensPerTrajectory });
}

async function wordsOf(dependencies: ActivityDependencies, train: readonly TaskReference[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const tasks = await dependencies.store.getTasks(train.map((task) => task.hash));
  return new Map(train.map((reference, index) => [reference.id, new Set(words(asText(tasks[index]!.input)))]));
}

/** Mean tokens a trajectory takes in the optimizer's prompt, as the baseline measured it: characters / 4 of input, answer, output, feedback and steps. */
async function trajectoryTokens(dependencies: ActivityDependencies, runId: string, path: string, candidate: string): Promise<number> {
  const rows = await dependencies.store.evaluationRows(runId, { pathPrefix: path, candidate });
  const sample = rows.slice(0, 200);
  if (sample.length === 0) return 1;
  const tasks = await dependencies.store.getTasks(sample.map((row) => row.taskHash));
  let characters = 0;
  for (const [index, row] of sample.entries()) {
    const trajectory = await dependencies.store.getTrajectory(row.trajectoryKey);
    const steps = transcriptOf(trajectory?.trajectory ?? null);
    characters +=
      asText(tasks[index]!.input).length +
      asText(tasks[index]!.expected ?? null).length +
      asText(trajectory?.output ?? null).length +
      (steps === undefined ? 0 : transcriptText(steps).length) +
      ((await dependencies.store.getScore(row.scoreKey))?.feedback ?? '').length;
  }
  return Math.max(1, Math.ceil(characters / sample.length / 4));
}

export async function readSubsets(
  dependencies: ActivityDependencies,
  input: { readonly partition: string; readonly from: number; readonly to: number },
): Promise<readonly { id: string; list: ListReference }[]> {
  const { subsets } = await dependencies.store.getObject<Partition>(input.partition);
  return subsets.slice(input.from, input.to).map(({ id, list, size }) => ({ id, list: { list, size } }));
}

export async function uniteLists(dependencies: ActivityDependencies, input: { readonly lists: readonly string[] }): Promise<ListReference> {
  const lists = await Promise.all(input.lists.map((list) => dependencies.store.getObject<readonly TaskReference[]>(list)));
  return putList(dependencies, byId([...new Map(lists.flat().map((task) => [task.id, task])).values()]));
}

export async function orderList(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly list: string; readonly purpose: string },
): Promise<ListReference> {
  const { run } = await dependencies.openParts(input.runId);
  const references = byId(await dependencies.store.getObject<readonly TaskReference[]>(input.list));
  return putList(dependencies, randomStream(run.input.settings.seed, input.purpose, 'order').shuffle(references));
}

export async function failingTasks(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly path: string; readonly candidate: { readonly hash: string }; readonly count: number; readonly round: number },
): Promise<ListReference> {
  const { run } = await dependencies.openParts(input.runId);
  const rows = (await dependencies.store.evaluationRows(input.runId, { pathPrefix: input.path, candidate: input.candidate.hash })).filter(
    (row) => row.path === input.path,
  );
  const train = await dependencies.store.getObject<readonly TaskReference[]>(run.input.lists.train.list);
  const failing = new Set(rows.filter((row) => row.score < 1 - 1e-9).map((row) => row.taskId));
  const candidates = byId(train.filter((task) => failing.has(task.id)));
  return putList(
    dependencies,
    byId(randomStream(run.input.settings.seed, `repair/${input.round}`, 'failing').sample(candidates, Math.min(input.count, candidates.length))),
  );
}
