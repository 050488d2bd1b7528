// A benchmark read and checked for a run, one task at a time: what is kept is small, and the tasks are read again when they are stored.

import { taskCheck } from '../agents/chat.js';
import { fillTemplate, MissingField } from '../agents/templates.js';
import { benchmarkName, streamBenchmark, streamTasks } from '../benchmarks/read-benchmark.js';
import { checkTaskForScorer } from '../benchmarks/scorers/create-scorer.js';
import { assignSplits, checkPartSizes, partOf, splitRule, takeTasks } from '../benchmarks/split-benchmark.js';
import type { LoadedConfig } from '../config/resolve-config.js';
import { leastRollouts } from '../core/budget.js';
import { estimateTokens } from '../core/candidate.js';
import { WatersmeetError } from '../core/failures.js';
import type { Json } from '../core/json.js';
import type { RunSettings, ScorerSettings } from '../core/run-settings.js';
import type { Part, Task } from '../core/task.js';
import { contentAddress } from '../store/content-address.js';
import { PartIndex, TaskIndex } from './task-index.js';

/** Scorers for which nothing may stand beside the answer. */
const BARE_ANSWERS: readonly ScorerSettings['kind'][] = ['exact', 'normalised'];

/** A benchmark that was read and checked. */
export interface ReadTasks {
  /** All tasks, also those that are not taken. */
  readonly index: TaskIndex;
  /** As far as the configuration alone decides them; a project's store may have decided before. */
  readonly parts: PartIndex;
  /** How many tasks each part will have. */
  readonly counts: Readonly<Record<Part, number>>;
  readonly warnings: readonly string[];
  /** Of a task as the agent is first shown it, on average, estimated; undefined where no template says what is shown. */
  readonly inputTokens: number | undefined;
  /** Of an expected answer, on average, where an agent that is right answers just that. */
  readonly answerTokens: number | undefined;
}

/**
 * Reads and checks the benchmark to its end and assigns its splits.
 *
 * @throws WatersmeetError 'input.invalid' for whatever is wrong with it: first what cannot be read, then what its scorer, then what its agent needs.
 */
export async function readTasks(loaded: LoadedConfig): Promise<ReadTasks> {
  const { settings, benchmark } = loaded;
  const { agent, modules, scorer } = settings;
  const warnings: string[] = [];
  const index = new TaskIndex();
  const forScorer = firstProblem((task) => checkTaskForScorer(scorer, task));
  const forAgent = firstProblem(agent.kind === 'function' ? () => undefined : taskCheck(agent, modules));
  const shownTokens = tokensShown(settings);
  let tokens = 0;
  let answerTokens = 0;
  for await (const task of streamBenchmark(benchmark.source, { fields: benchmark.fields, onDuplicate: (duplicate) => warnings.push(duplicate.sentence) })) {
    forScorer.check(task);
    forAgent.check(task);
    index.add(task, taskHash(task));
    tokens += shownTokens?.(task) ?? 0;
    answerTokens += estimateTokens(typeof task.expected === 'string' ? task.expected : JSON.stringify(task.expected ?? ''));
  }
  forScorer.end();
  forAgent.end();
  const parts = assignParts(loaded, index);
  checkRollouts(settings, parts.counts);
  const { confirm } = parts.counts;
  // All tasks won and none lost: no test says more.
  const smallest = 0.5 ** confirm;
  const { alpha } = settings.confirm;
  if (smallest > alpha) {
    warnings.push(
      `confirm has ${confirm} tasks: even a champion that wins all of them gets p=${smallest.toPrecision(2)}, above confirm.alpha (${alpha}), so none can be shown to be better. Give validation more tasks.`,
    );
  }
  const meanOf = (sum: number) => (index.size === 0 ? undefined : Math.ceil(sum / index.size));
  return {
    index,
    parts,
    counts: parts.counts,
    warnings,
    inputTokens: shownTokens === undefined ? undefined : meanOf(tokens),
    answerTokens: agent.kind === 'chat' && BARE_ANSWERS.includes(scorer.kind) ? meanOf(answerTokens) : undefined,
  };
}

/** A limit under which nothing could be learned buys the seed's score and nothing else. */
function checkRollouts(settings: RunSettings, counts: ReadTasks['counts']): void {
  const { rollouts } = settings.budget;
  const least = leastRollouts(settings, counts);
  if (rollouts === undefined || rollouts >= least) return;
  throw new WatersmeetError(
    'input.invalid',
    `budget.rollouts is ${rollouts}, but no run of this benchmark that learns anything takes fewer than ${least}: the baseline, one epoch of one subset, and two candidates on select (${counts.select} tasks), confirm (${counts.confirm}) and test. Raise it, or take fewer tasks (benchmark.take, prove.maxTasks).`,
  );
}

/** For the forecast: a document is longer than a message. Modules are counted by themselves. */
function tokensShown({ agent, modules }: RunSettings): ((task: Task) => number) | undefined {
  if (agent.kind === 'function' || 'environment' in agent) return undefined;
  const texts = Object.fromEntries(modules.map(({ name }) => [name, '']));
  return ({ input, metadata = {} }) => {
    try {
      return estimateTokens(fillTemplate(agent.user, { input, metadata, texts }));
    } catch (error) {
      // Told by the check of the task.
      if (error instanceof MissingField) return 0;
      throw error;
    }
  };
}

/**
 * The tasks that were read, read again, with their numbers in the index.
 *
 * @param wanted by number; others are passed over.
 * @throws WatersmeetError 'input.invalid' if the benchmark is no longer the one that was checked.
 */
export async function* readAgain(
  { benchmark }: LoadedConfig,
  index: TaskIndex,
  wanted: (number: number) => boolean,
): AsyncGenerator<{ readonly number: number; readonly task: Task; readonly hash: string }> {
  let number = 0;
  for await (const { read } of streamTasks(benchmark.source, benchmark.fields)) {
    if (number === index.size) break;
    const { task } = read();
    // Duplicates that were left out are between those that were not.
    if (task.id !== index.id(number)) continue;
    const hash = index.hash(number);
    if (taskHash(task) !== hash) continue;
    if (wanted(number)) yield { number, task, hash };
    number++;
  }
  if (number === index.size) return;
  throw new WatersmeetError(
    'input.invalid',
    `${benchmarkName(benchmark.source)} was changed while it was read: task "${index.id(number)}" is no longer what it was. Start again when it is complete.`,
  );
}

function assignParts({ settings, benchmark }: LoadedConfig, index: TaskIndex): PartIndex {
  const options = { project: settings.project, shares: benchmark.splits };
  const parts = new PartIndex(index.size);
  let number = 0;
  if (Object.keys(benchmark.take).length > 0) {
    const taken = takeTasks(assignSplits([...index.splits()], options), benchmark.take, settings.seed);
    for (const { id } of index.splits()) {
      const part = taken.get(id);
      if (part !== undefined) parts.set(number, partOf(part));
      number++;
    }
    return parts;
  }
  // Without a map of all ids: there may be a million.
  const rule = splitRule(index.splits(), options);
  for (const task of index.splits()) parts.set(number++, partOf(rule.partFor(task)));
  checkPartSizes(parts.counts, rule.given);
  return parts;
}

/** Checks task after task, and throws the first problem at the end: what cannot be read at all is told before. */
function firstProblem(check: (task: Task) => void): { check(task: Task): void; end(): void } {
  let problem: { readonly error: unknown } | undefined;
  return {
    check(task) {
      if (problem !== undefined) return;
      try {
        check(task);
      } catch (error) {
        problem = { error };
      }
    },
    end() {
      if (problem !== undefined) throw problem.error;
    },
  };
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
