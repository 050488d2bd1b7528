// From a loaded configuration to a run's recorded input: reads the benchmark, fixes the splits, stores tasks and seed.

import { readFile } from 'node:fs/promises';
import { assignedPart, partOf, type AssignedPart } from '../benchmarks/split-benchmark.js';
import { forecast, likelyTotals } from '../config/forecast.js';
import { identityOf } from '../config/identity.js';
import type { LoadedConfig } from '../config/resolve-config.js';
import type { LikelyTotals } from '../core/events.js';
import { WatersmeetError } from '../core/failures.js';
import type { Json } from '../core/json.js';
import type { Module } from '../core/module.js';
import { compareIds } from '../core/numbers.js';
import type { Part, Task } from '../core/task.js';
import type { RunInput, Store, TaskListReference } from '../store/store.js';
import { knownLengths } from './known-lengths.js';
import { readAgain, readTasks, type ReadTasks } from './read-tasks.js';
import { PartIndex, type TaskIndex } from './task-index.js';

/** Tasks that are assigned, and written, at once. */
const AT_ONCE = 10_000;
const CHUNK_TASKS = 500;
/** Of long tasks, fewer. */
const CHUNK_CHARACTERS = 8_000_000;

export interface PreparedRun {
  readonly input: RunInput;
  /** As the forecast has it. */
  readonly likely: LikelyTotals;
  /** Things worth telling that are no errors: duplicate inputs and the like. */
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
  const read = options.read ?? (await readTasks(loaded));
  const { index, parts: planned, warnings } = read;
  const parts = await assignParts(store, settings.project, index, planned);
  checkSizes(parts);
  await putTasks(store, loaded, index, parts);
  const listReferences = await putLists(store, index, parts);
  const seed = champion?.candidate ?? (await store.putCandidate({ modules: settings.modules, parents: [] }));
  return {
    likely: likelyTotals(forecast(settings, parts.counts, await knownLengths(loaded, read, store))),
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

/** The parts that the store decided on, which is now or before. */
async function assignParts(store: Store, project: string, index: TaskIndex, planned: PartIndex): Promise<PartIndex> {
  const parts = new PartIndex(index.size);
  for (let start = 0; start < index.size; start += AT_ONCE) {
    const end = Math.min(start + AT_ONCE, index.size);
    const wanted = new Map<string, AssignedPart>();
    for (let number = start; number < end; number++) {
      const part = planned.get(number);
      if (part !== undefined) wanted.set(index.id(number), assignedPart(part));
    }
    const held = await store.assignParts(project, wanted);
    for (let number = start; number < end; number++) {
      if (planned.get(number) === undefined) continue;
      const part = held.get(index.id(number));
      if (part === undefined) throw new Error(`The store gave no split for task "${index.id(number)}".`);
      parts.set(number, partOf(part));
    }
  }
  return parts;
}

/** Reads the benchmark once more: only what was checked to its end is stored, and never all of it is held. */
async function putTasks(store: Store, loaded: LoadedConfig, index: TaskIndex, parts: PartIndex): Promise<void> {
  let chunk: { readonly task: Task; readonly hash: string }[] = [];
  let characters = 0;
  const put = async () => {
    await store.putTasks(chunk);
    [chunk, characters] = [[], 0];
  };
  for await (const { task, hash } of readAgain(loaded, index, (number) => parts.get(number) !== undefined)) {
    chunk.push({ task, hash });
    characters += sizeOf(task);
    if (chunk.length === CHUNK_TASKS || characters > CHUNK_CHARACTERS) await put();
  }
  await put();
}

/** Characters, about. */
function sizeOf({ input }: Task): number {
  return typeof input === 'string' ? input.length : JSON.stringify(input).length;
}

function checkSizes({ counts }: PartIndex): void {
  for (const [part, count] of Object.entries(counts)) {
    if (count >= 2) continue;
    throw new WatersmeetError(
      'input.invalid',
      `The benchmark has ${count} ${part} task${count === 1 ? '' : 's'}; a run needs at least 2. Add tasks, or change benchmark.splits.`,
    );
  }
}

async function putLists(store: Store, index: TaskIndex, parts: PartIndex): Promise<RunInput['lists']> {
  const put = async (part: Part): Promise<TaskListReference> => {
    const numbers = parts.numbers(part);
    const order = orderById(index, numbers);
    const references = function* (): Generator<Json> {
      for (const place of order) yield index.reference(numbers[place]!) as unknown as Json;
    };
    return { list: await store.putList('task-list', references()), size: numbers.length };
  };
  return { train: await put('train'), select: await put('select'), confirm: await put('confirm'), test: await put('test') };
}

/** Places in the list of numbers. The ids as texts are let go of before anything is written. */
function orderById(index: TaskIndex, numbers: Uint32Array): Uint32Array {
  const ids = Array.from(numbers, (number) => index.id(number));
  return Uint32Array.from(ids.keys()).sort((left, right) => compareIds(ids[left]!, ids[right]!));
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

let version: Promise<string> | undefined;

/** The version of this package. */
export function packageVersion(): Promise<string> {
  version ??= readFile(new URL('../../../package.json', import.meta.url), 'utf8').then((text) => (JSON.parse(text) as { version: string }).version);
  return version;
}
