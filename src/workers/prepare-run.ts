// From a loaded configuration to a run's recorded input: reads the benchmark, fixes the splits, stores tasks and seed.

import { readFile } from 'node:fs/promises';
import { checkTemplates } from '../agents/templates.js';
import { checkTaskForScorer } from '../benchmarks/scorers/create-scorer.js';
import { readBenchmark } from '../benchmarks/read-benchmark.js';
import { assignSplits, takeTasks } from '../benchmarks/split-benchmark.js';
import { identityOf } from '../config/identity.js';
import type { LoadedConfig } from '../config/resolve-config.js';
import { WatersmeetError } from '../core/failures.js';
import type { Json } from '../core/json.js';
import type { Module } from '../core/module.js';
import type { Part, Task, TaskReference } from '../core/task.js';
import { contentAddress } from '../store/content-address.js';
import type { RunInput, Store, TaskListReference } from '../store/store.js';

export interface PreparedRun {
  readonly input: RunInput;
  /** Things worth telling that are no errors: duplicate inputs and the like. */
  readonly warnings: readonly string[];
}

/** A benchmark that was read and checked. */
export interface ReadTasks {
  readonly tasks: readonly Task[];
  readonly assigned: ReturnType<typeof assignSplits>;
  readonly warnings: readonly string[];
}

/** Throws WatersmeetError 'input.invalid' for whatever is wrong with the benchmark; nothing is started. `read`: when it was read already. */
export async function prepareRun(
  store: Store,
  loaded: LoadedConfig,
  options: { readonly fromChampion: boolean; readonly overrides?: RunInput['overrides']; readonly read?: ReadTasks },
): Promise<PreparedRun> {
  const { settings } = loaded;
  const champion = options.fromChampion ? await store.currentChampion(settings.project) : undefined;
  if (champion !== undefined) checkSameModules(settings.modules, (await store.getCandidate(champion.candidate.document)).modules, champion.version);
  const { tasks, assigned, warnings } = options.read ?? (await readTasks(loaded));
  const parts = await store.assignParts(settings.project, assigned);
  const hashed = tasks.map((task) => ({ task, hash: taskHash(task) }));
  await store.putTasks(hashed);
  const lists: Record<Part, TaskReference[]> = { train: [], select: [], confirm: [], test: [] };
  for (const { task, hash } of hashed) {
    const part = parts.get(task.id);
    if (part === undefined) throw new Error(`The store gave no split for task "${task.id}".`);
    const name: Part = part.split === 'validation' ? (part.half ?? 'select') : part.split;
    lists[name].push({ id: task.id, hash, ...(task.category === undefined ? {} : { category: task.category }) });
  }
  const put = async (part: Part): Promise<TaskListReference> => {
    const list = lists[part].toSorted((left, right) => (left.id < right.id ? -1 : 1));
    if (list.length < 2)
      throw new WatersmeetError(
        'input.invalid',
        `The benchmark has ${list.length} ${part} task${list.length === 1 ? '' : 's'}; a run needs at least 2. Add tasks, or change benchmark.splits.`,
      );
    return { list: await store.putObject('task-list', list as unknown as Json), size: list.length };
  };
  const listReferences = { train: await put('train'), select: await put('select'), confirm: await put('confirm'), test: await put('test') };
  const seed = champion?.candidate ?? (await store.putCandidate({ modules: settings.modules, parents: [] }));
  return {
    input: {
      settings,
      ...(loaded.file === undefined ? {} : { configFile: loaded.file }),
      ...(options.overrides === undefined ? {} : { overrides: options.overrides }),
      identity: identityOf(settings, {
        train: listReferences.train.list,
        select: listReferences.select.list,
        confirm: listReferences.confirm.list,
        test: listReferences.test.list,
      }),
      lists: listReferences,
      seed,
      against: champion === undefined ? 'seed' : 'champion',
      packageVersion: await packageVersion(),
    },
    warnings:
      options.fromChampion && champion === undefined
        ? [...warnings, `${settings.project} has no champion yet: the run begins with the configuration's modules.`]
        : warnings,
  };
}

/** An agent that is made for other modules would run without any. */
function checkSameModules(configured: readonly Module[], promoted: readonly Module[], version: number): void {
  const names = (modules: readonly Module[]) =>
    modules
      .map(({ name, kind }) => `${name} (${kind})`)
      .toSorted()
      .join(', ');
  if (names(configured) === names(promoted)) return;
  throw new WatersmeetError(
    'input.invalid',
    `Champion ${version} has the modules ${names(promoted)}, the configuration has ${names(configured)}: a run from the champion needs the same. Change the configuration's modules back, or start from them.`,
  );
}

/** Reads and checks the benchmark and assigns its splits, as far as the configuration alone decides them. */
export async function readTasks(loaded: LoadedConfig): Promise<ReadTasks> {
  const { settings, benchmark } = loaded;
  const warnings: string[] = [];
  const all = await readBenchmark(benchmark.source, { fields: benchmark.fields, onDuplicate: (duplicate) => warnings.push(duplicate.sentence) });
  for (const task of all) checkTaskForScorer(settings.scorer, task);
  if (settings.agent.kind !== 'function') checkTemplates(settings.agent, settings.modules, all);
  const assigned = takeTasks(assignSplits(all, { project: settings.project, shares: benchmark.splits }), benchmark.take, settings.seed);
  const tasks = all.filter(({ id }) => assigned.has(id));
  const { confirm } = countParts(assigned);
  // All tasks won and none lost: no test says more.
  const smallest = 0.5 ** confirm;
  const { alpha } = settings.confirm;
  if (smallest > alpha) {
    warnings.push(
      `confirm has ${confirm} tasks: even a champion that wins all of them gets p=${smallest.toPrecision(2)}, above confirm.alpha (${alpha}), so none can be shown to be better. Give validation more tasks.`,
    );
  }
  return { tasks, assigned, warnings };
}

/** How many tasks each part will have: for the forecast of a run. */
export function countParts(assigned: ReadTasks['assigned']): Record<Part, number> {
  const counts: Record<Part, number> = { train: 0, select: 0, confirm: 0, test: 0 };
  for (const part of assigned.values()) counts[part.split === 'validation' ? (part.half ?? 'select') : part.split]++;
  return counts;
}

/** Covers what agent and scorer see of a task; not its id or split. */
function taskHash(task: Task): string {
  return contentAddress({
    input: task.input,
    expected: task.expected ?? null,
    category: task.category ?? null,
    metadata: (task.metadata as Json | undefined) ?? null,
  });
}

let version: Promise<string> | undefined;

/** The version of this package. */
export function packageVersion(): Promise<string> {
  version ??= readFile(new URL('../../../package.json', import.meta.url), 'utf8').then((text) => (JSON.parse(text) as { version: string }).version);
  return version;
}
