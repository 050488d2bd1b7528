// Divides the training tasks into the subsets of the run, and handles lists of tasks. A list is an object of the store.

import { setImmediate } from 'node:timers/promises';
import { dividePlaces } from '../core/divide/divide.js';
import { subsetSize } from '../core/divide/subset-size.js';
import { textOf, type Json } from '../core/json.js';
import { randomStream } from '../core/random.js';
import type { RunSettings } from '../core/run-settings.js';
import type { TaskReference } from '../core/task.js';
import { words } from '../core/similarity.js';
import { transcriptOf, transcriptText } from '../core/transcript.js';
import type { ListReference } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';
import { PackedReferences } from './packed-references.js';

export interface Partition {
  readonly subsets: readonly { readonly id: string; readonly list: string; readonly size: number }[];
}

/** Subsets that are written at once: there may be ten thousands. */
const AT_ONCE = 100;
const READ_AT_ONCE = 10_000;

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
  const size = settings.strategy === 'all-at-once' ? lists.train.size : await sizeOfSubsets(dependencies, input, settings, seed.hash);
  const train = await readTrain(dependencies, lists.train, settings.subset.divide === 'similar');
  const divided = dividePlaces({ size, seed: settings.seed, strategy: settings.subset.divide, ...train });
  const subsets: Partition['subsets'][number][] = [];
  for (let start = 0; start < divided.length; start += AT_ONCE) {
    const some = divided.slice(start, start + AT_ONCE);
    const lists = await Promise.all(
      some.map(({ places }) =>
        putList(
          dependencies,
          places.map((place) => train.references.at(place)),
        ),
      ),
    );
    subsets.push(...some.map(({ id }, index) => ({ id, ...lists[index]! })));
    await setImmediate();
  }
  return { partition: await store.putObject('partition', { subsets } satisfies Partition), subsets: subsets.length, size };
}

interface Train {
  readonly references: PackedReferences;
  /** By place in the list, which is sorted by id. */
  readonly categories: readonly (string | undefined)[];
  /** Only to divide by similarity. */
  readonly ids: readonly string[];
  readonly features: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A slice after the other, with turns for others between: there may be a million tasks. */
async function readTrain({ store }: ActivityDependencies, { list, size }: ListReference, withWords: boolean): Promise<Train> {
  const references = new PackedReferences();
  const categories: (string | undefined)[] = [];
  /** One text a category, not one a task. */
  const names = new Map<string | undefined, string | undefined>();
  const ids: string[] = [];
  const features = new Map<string, ReadonlySet<string>>();
  let before: string | undefined;
  for (let offset = 0; offset < size; offset += READ_AT_ONCE) {
    const slice = await store.getSlice<TaskReference>(list, offset, READ_AT_ONCE);
    for (const reference of slice) {
      const { id, category } = reference;
      if (before !== undefined && before >= id) throw new Error(`The list of training tasks is not sorted: "${id}" stands after "${before}".`);
      before = id;
      if (!names.has(category)) names.set(category, category);
      categories.push(names.get(category));
      references.add(reference);
    }
    if (withWords) {
      const tasks = await store.getTasks(slice.map((task) => task.hash));
      for (const [index, { id }] of slice.entries()) {
        ids.push(id);
        features.set(id, new Set(words(textOf(tasks[index]!.input))));
      }
    }
    await setImmediate();
  }
  return { references, categories, ids, features };
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
      textOf(tasks[index]!.input).length +
      textOf(tasks[index]!.expected ?? null).length +
      textOf(trajectory?.output ?? null).length +
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
