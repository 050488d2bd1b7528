// Looks through a benchmark, record by record, and reports all that a person wants to know before a run: `watersmeet benchmark check`.

import { failureTypeOf } from '../../core/failures.js';
import type { SplitShares } from '../../core/divide/split.js';
import { textOf } from '../../core/json.js';
import type { Split, Task } from '../../core/task.js';
import { DuplicateCheck } from '../duplicate-check.js';
import type { KnownBenchmarkSource } from '../known-benchmark.js';
import { knownBenchmark } from '../known-benchmarks.js';
import { benchmarkName, isKnown, streamTasks, type BenchmarkSource, type RawTask } from '../read-benchmark.js';
import { partWord, placeText, readRecords } from '../record-source.js';
import type { Place } from '../records/record.js';
import { sparseFields, type FieldMapping } from '../task-from-record.js';
import { FieldStatistics, type FieldReport } from './field-statistics.js';
import { MOST_COMPARED, NearDuplicates } from './near-duplicates.js';
import { ProblemList, type Problem } from './problem-list.js';
import { proposeFields } from './propose-fields.js';
import { proposeSplits, proposeSubsetSize } from './propose-plan.js';
import { estimatedTokens, LengthHistogram, type LengthDistribution } from './token-histogram.js';

export interface CheckOptions {
  /** Default: proposed by what the first 1,000 records hold. */
  readonly fields?: FieldMapping;
  /** Of the model that will read trajectories. Default 128,000. */
  readonly contextTokens?: number;
  /** Whether agents take many steps: how long trajectories are is then not known from the tasks. */
  readonly manySteps?: boolean;
  /** What else a task needs, such as what its scorer wants. Throws WatersmeetError 'input.invalid'. */
  readonly checkTask?: (task: Task) => void;
}

/** Two tasks, for examples. */
export interface Pair {
  readonly first: string;
  readonly second: string;
}

export interface LabelReport {
  readonly of: 'category' | 'expected';
  readonly distinct: number;
  /** The most frequent ones. */
  readonly counts: readonly { readonly label: string; readonly count: number; readonly share: number }[];
  readonly rarest: { readonly label: string; readonly count: number };
}

export interface BenchmarkReport {
  readonly source: string;
  readonly records: number;
  /** Records that are tasks and not left out as duplicates. */
  readonly tasks: number;
  /** Why reading ended before the end of the source. */
  readonly stopped?: string;
  readonly fields: FieldMapping;
  readonly fieldsAre: 'given' | 'proposed' | 'known';
  readonly schema: readonly FieldReport[];
  /** Estimated: characters / 4. */
  readonly tokens: { readonly input?: LengthDistribution; readonly expected?: LengthDistribution };
  readonly longest?: { readonly place: string; readonly tokens: number };
  /** What would stop a run. */
  readonly problems: readonly Problem[];
  readonly duplicates: {
    /** The same input and answer again. */
    readonly same: { readonly count: number; readonly leftOut: number; readonly examples: readonly Pair[] };
    /** Equal but for case, punctuation and white space; `compared`: all tasks. */
    readonly sameWords: { readonly count: number; readonly examples: readonly Pair[] };
    /** At least 80 % of three-word runs in common, estimated, among the first tasks. */
    readonly similar: { readonly count: number; readonly examples: readonly Pair[]; readonly compared: number };
  };
  /** Almost the same input in two given splits; the very same is a problem. */
  readonly leaks: { readonly count: number; readonly examples: readonly (Pair & { readonly splits: string })[] };
  /** Of the category, and of the expected answer if it is a label and another one. */
  readonly labels: readonly LabelReport[];
  /** Tasks by given split; undefined where none is given. */
  readonly splits?: Readonly<Record<Split, number>>;
  readonly proposal: {
    readonly splits: SplitShares | undefined;
    /** Undefined where agents take many steps. */
    readonly subset: { readonly size: number } | undefined;
    readonly why: readonly string[];
  };
  /** Worth telling, though no run stops for it. */
  readonly notes: readonly string[];
}

const HEAD = 1_000;
const EXAMPLES = 5;
const MOST_LABELS = 1_000;
const LABELS_SHOWN = 20;
/** From so many different answers on they are no labels. */
const MOST_ANSWERS = 100;
const CONTEXT_TOKENS = 128_000;
const FEW_OF_A_LABEL = 4;
const FEW_TASKS = 40;
const MOST_OF_ONE_LABEL = 0.8;

/** @throws WatersmeetError 'input.invalid' if nothing can be read at all; what is wrong with records is in the report. */
export async function checkBenchmark(source: BenchmarkSource | KnownBenchmarkSource, options: CheckOptions = {}): Promise<BenchmarkReport> {
  const known = isKnown(source);
  const fields = options.fields ?? (known ? {} : await proposedFields(source));
  const check = new Check(benchmarkName(source), known, {
    ...options,
    // The words of its tasks repeat: what makes one is its game.
    compareWords: !isEpisodic(source),
    manySteps: options.manySteps === true || isEpisodic(source),
  });
  let stopped: string | undefined;
  try {
    for await (const raw of streamTasks(source, fields)) check.add(raw);
  } catch (error) {
    if (failureTypeOf(error) !== 'input.invalid' || check.records === 0) throw error;
    stopped = (error as Error).message;
  }
  check.end(known ? 'field' : partWord(source), fields, stopped);
  return check.report(fields, known ? 'known' : options.fields === undefined ? 'proposed' : 'given', stopped);
}

/** Whether tasks name a place to act in, rather than ask a question. */
function isEpisodic(source: BenchmarkSource | KnownBenchmarkSource): boolean {
  return isKnown(source) && knownBenchmark(source.name).scorer.kind === 'environment';
}

interface Checked extends CheckOptions {
  readonly compareWords: boolean;
}

/** What the first records hold, guessed; as far as they can be read. */
export async function proposedFields(source: BenchmarkSource): Promise<FieldMapping> {
  const statistics = new FieldStatistics();
  let first: Readonly<Record<string, unknown>> | undefined;
  let records = 0;
  try {
    for await (const { value, place } of readRecords(source)) {
      statistics.add(value, place);
      if (typeof value === 'object' && value !== null) first ??= value as Readonly<Record<string, unknown>>;
      if (++records === HEAD) break;
    }
  } catch (error) {
    // Told by whoever reads it all.
    if (failureTypeOf(error) !== 'input.invalid') throw error;
  }
  return first === undefined ? {} : proposeFields(statistics, first);
}

class Check {
  records = 0;
  private readonly name: string;
  private readonly known: boolean;
  private readonly options: Checked;
  private readonly schema = new FieldStatistics();
  private readonly problems = new ProblemList();
  private readonly duplicates: DuplicateCheck;
  private readonly near = new NearDuplicates();
  private readonly tokens = { input: new LengthHistogram(), expected: new LengthHistogram() };
  private longest: { readonly place: Place; readonly tokens: number } | undefined;
  private readonly same = { count: 0, leftOut: 0, examples: [] as Pair[] };
  private readonly sameWords = { count: 0, examples: [] as Pair[] };
  private readonly similar = { count: 0, examples: [] as Pair[] };
  private readonly leaks = { count: 0, examples: [] as (Pair & { readonly splits: string })[] };
  private readonly categories = new LabelCounts();
  private readonly answers = new LabelCounts();
  private readonly splits: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  private tasks = 0;
  private withSplit = 0;

  constructor(name: string, known: boolean, options: Checked) {
    this.name = name;
    this.known = known;
    this.options = options;
    this.duplicates = new DuplicateCheck(name, known);
  }

  add({ place, value, read }: RawTask): void {
    this.records++;
    this.schema.add(value, place);
    try {
      const { task, ownId } = read();
      this.addTask(task, ownId, place);
    } catch (error) {
      if (failureTypeOf(error) !== 'input.invalid') throw error;
      this.problem((error as Error).message, place);
    }
  }

  private problem(sentence: string, place: Place): void {
    this.problems.add(sentence, place, `${this.name}, ${placeText(place)}`);
  }

  private addTask(task: Task, ownId: boolean, place: Place): void {
    const twins = this.duplicates.look(task, ownId, place);
    if (twins?.kind === 'same-task') {
      this.same.count++;
      if (twins.leftOut) this.same.leftOut++;
      example(this.same.examples, { first: placeText(twins.first), second: placeText(place) });
      if (twins.leftOut) return;
    } else if (twins !== undefined) this.problem(twins.sentence, place);
    this.tasks++;
    if (task.split !== undefined) {
      this.withSplit++;
      this.splits[task.split]++;
    }
    this.measure(task, place);
    if (twins === undefined && this.options.compareWords) this.compare(task, place);
    if (task.category !== undefined) this.categories.add(task.category);
    if (task.expected !== undefined) this.answers.add(typeof task.expected === 'object' ? undefined : String(task.expected));
    if (this.options.checkTask !== undefined) {
      try {
        this.options.checkTask(task);
      } catch (error) {
        if (failureTypeOf(error) !== 'input.invalid') throw error;
        this.problem(`${this.name}, ${placeText(place)}: ${(error as Error).message}`, place);
      }
    }
  }

  private measure(task: Task, place: Place): void {
    const tokens = estimatedTokens(textOf(task.input).length);
    this.tokens.input.add(tokens);
    if (tokens > (this.longest?.tokens ?? -1)) this.longest = { place, tokens };
    if (task.expected !== undefined) this.tokens.expected.add(estimatedTokens(textOf(task.expected).length));
  }

  private compare(task: Task, place: Place): void {
    const found = this.near.add(textOf(task.input), this.duplicates.size - 1);
    if (found === undefined) return;
    const other = this.duplicates.at(found.of);
    const kind = found.kind === 'similar' ? this.similar : this.sameWords;
    const pair = { first: placeText(other.place), second: placeText(place) };
    kind.count++;
    example(kind.examples, pair);
    if (other.split === undefined || other.split === task.split) return;
    this.leaks.count++;
    example(this.leaks.examples, { ...pair, splits: `${other.split} and ${task.split ?? 'none'}` });
  }

  /** What is known only at the end. */
  end(word: string, fields: FieldMapping, stopped: string | undefined): void {
    const place = { record: this.records };
    if (stopped === undefined) {
      const names = this.schema.report().map(({ name }) => name);
      for (const name of sparseFields(fields)) {
        if (!names.some((each) => each === name || name.startsWith(`${each}.`)))
          this.problems.add(`${this.name}: no record has the ${word} "${name}", which benchmark.fields names. Correct the name.`, place, '');
      }
    }
    if (this.withSplit > 0 && this.withSplit < this.tasks) {
      this.problems.add(
        `${this.name}: ${this.withSplit} of ${this.tasks} tasks ${this.withSplit === 1 ? 'has' : 'have'} a split. Give every task a split, or none: then they are assigned by the hash of the id.`,
        place,
        '',
      );
    }
  }

  report(fields: FieldMapping, fieldsAre: BenchmarkReport['fieldsAre'], stopped: string | undefined): BenchmarkReport {
    const input = this.tokens.input.distribution();
    const expected = this.tokens.expected.distribution();
    const contextTokens = this.options.contextTokens ?? CONTEXT_TOKENS;
    const given = this.withSplit > 0;
    const splits = proposeSplits(this.tasks);
    const subset = proposeSubsetSize({ input: input?.p95 ?? 1, expected: expected?.p95 ?? 0 }, contextTokens);
    const labels = this.labels();
    const { longest } = this;
    return {
      source: this.name,
      records: this.records,
      tasks: this.tasks,
      ...(stopped === undefined ? {} : { stopped }),
      fields,
      fieldsAre,
      schema: this.schema.report(),
      tokens: { ...(input === undefined ? {} : { input }), ...(expected === undefined ? {} : { expected }) },
      ...(longest === undefined ? {} : { longest: { place: placeText(longest.place), tokens: longest.tokens } }),
      problems: this.problems.list(),
      duplicates: { same: this.same, sameWords: this.sameWords, similar: { ...this.similar, compared: Math.min(MOST_COMPARED, this.near.size) } },
      leaks: this.leaks,
      labels,
      ...(given ? { splits: this.splits } : {}),
      proposal: {
        splits: given ? undefined : splits.splits,
        subset: this.options.manySteps === true ? undefined : { size: subset.size },
        why: [
          ...(given ? [] : [`splits: ${splits.why}`]),
          this.options.manySteps === true
            ? 'subset.size: what a trajectory of many steps takes is known once a run has measured it; a run makes its subsets as small as a quarter of the context asks'
            : `subset.size: trajectories of about ${Math.round(subset.tokensPerTrajectory)} tokens (95th percentile), a quarter of a context of ${contextTokens}, at most 16`,
        ],
      },
      notes: this.notes(labels, input, contextTokens),
    };
  }

  private labels(): readonly LabelReport[] {
    const answers = this.answers.report(this.tasks);
    const isLabel = answers !== undefined && answers.distinct <= Math.min(MOST_ANSWERS, this.tasks / 3);
    const categories = this.categories.report(this.tasks);
    // Often the category is the answer.
    const isOther = JSON.stringify(categories) !== JSON.stringify(answers);
    return [
      ...(categories === undefined ? [] : [{ of: 'category', ...categories } as const]),
      ...(isLabel && isOther ? [{ of: 'expected', ...answers } as const] : []),
    ];
  }

  private notes(labels: readonly LabelReport[], input: LengthDistribution | undefined, contextTokens: number): readonly string[] {
    const { validation, test } = this.splits;
    return [
      ...(this.schema.overflow ? ['The records have more than 200 different fields: values may stand where names should.'] : []),
      ...(input !== undefined && input.max > contextTokens
        ? [`The longest input has about ${input.max} tokens, more than a context of ${contextTokens}: no model with that context can read it.`]
        : []),
      ...(this.answers.total === 0 && this.tasks > 0 && !this.known
        ? ['No task has an expected answer: only a scorer of your own, a judge, or an environment can score them.']
        : []),
      ...labels.flatMap(notesOnLabels),
      ...(this.tasks > 0 && this.tasks < FEW_TASKS
        ? [
            `A run needs at least 2 tasks each in train, select, confirm and test, and far more to show that anything is better; here ${this.tasks === 1 ? 'is 1' : `are ${this.tasks}`}.`,
          ]
        : []),
      ...(this.withSplit > 0 && validation === 0 && test > 0 ? ['No split for validation is given: it is taken from train by the hash of the id.'] : []),
      ...(this.withSplit > 0 && test === 0 ? ['No split for test is given: nothing is left to prove a champion on.'] : []),
      ...(this.sameWords.count + this.similar.count > 0 && this.withSplit === 0
        ? [
            'Almost equal tasks may fall into different splits, and then what is learned in one helps in the other. Remove them, or give splits that keep them together.',
          ]
        : []),
      ...(this.known || this.near.size <= MOST_COMPARED
        ? []
        : [`Similar wording was looked for among the first ${MOST_COMPARED} tasks, equal words among all.`]),
    ];
  }
}

function notesOnLabels({ of, distinct, counts: [most], rarest }: LabelReport): readonly string[] {
  if (most === undefined || distinct < 2) return [];
  const noun = of === 'category' ? 'category' : 'expected answer';
  return [
    ...(most.share > MOST_OF_ONE_LABEL
      ? [
          `${Math.round(100 * most.share)} % of the tasks have the ${noun} ${JSON.stringify(most.label)}${of === 'category' ? '' : ': an agent that always says so scores as much'}.`,
        ]
      : []),
    ...(rarest.count < FEW_OF_A_LABEL
      ? [`The ${noun} ${JSON.stringify(rarest.label)} is there only ${rarest.count === 1 ? 'once' : `${rarest.count} times`}: it cannot be in every split.`]
      : []),
  ];
}

function example<T>(examples: T[], pair: T): void {
  if (examples.length < EXAMPLES) examples.push(pair);
}

/** How often each label is there, as long as there are not too many. */
class LabelCounts {
  total = 0;
  private counts: Map<string, number> | undefined = new Map();

  /** @param label undefined: no label, such as a list. */
  add(label: string | undefined): void {
    this.total++;
    if (this.counts === undefined) return;
    if (label === undefined) this.counts = undefined;
    else {
      this.counts.set(label, (this.counts.get(label) ?? 0) + 1);
      if (this.counts.size > MOST_LABELS) this.counts = undefined;
    }
  }

  report(tasks: number): Omit<LabelReport, 'of'> | undefined {
    if (this.counts === undefined || this.counts.size === 0) return undefined;
    const sorted = [...this.counts].toSorted((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1));
    const [label, count] = sorted.at(-1)!;
    return {
      distinct: sorted.length,
      counts: sorted.slice(0, LABELS_SHOWN).map(([label, count]) => ({ label, count, share: count / tasks })),
      rarest: { label, count },
    };
  }
}
