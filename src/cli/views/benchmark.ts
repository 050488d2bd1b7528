// What `watersmeet benchmark` shows: the list, the report of a check, sampled tasks. Pure.

import pc from 'picocolors';
import type { BenchmarkReport, LabelReport, ListedBenchmark, SampledTask, TakenTasks } from '../../workers/benchmarks.js';
import { count, counted, tokens } from './numbers.js';
import { table } from './table.js';

const LABELS = 8;
const PLACES = 5;
const ACTIONS = 12;

export function benchmarkList(benchmarks: readonly ListedBenchmark[]): string {
  const width = Math.max(...benchmarks.map(({ name }) => name.length));
  return benchmarks
    .map(({ name, title, licence, files, folder, found, problem, fetched }) => {
      const state = found ? pc.green(`found in ${folder}`) : problem !== undefined ? `${pc.yellow('not usable')} ${problem}` : `not in ${folder}. ${files}`;
      const get = found || !fetched ? '' : ` Get it: \`watersmeet benchmark fetch ${name}\``;
      const indent = ' '.repeat(width + 2);
      return `${pc.bold(name.padEnd(width))}  ${title} (${licence})\n${indent}${state}${get}`;
    })
    .join('\n');
}

/** What a configuration says, or would say, of where the benchmark is. */
export interface WrittenSource {
  /** Relative to the configuration, as a configuration has it; undefined for tasks that are given in code. */
  readonly file: string | undefined;
  /** The configuration's own, which stays. */
  readonly take?: TakenTasks | undefined;
}

export function benchmarkReport(report: BenchmarkReport, written: WrittenSource): string {
  const sections = [
    heading(report),
    schema(report),
    lengths(report),
    problems(report),
    duplicates(report),
    ...report.labels.map(labels),
    splits(report),
    proposal(report, written),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function heading({ source, records, tasks, problems, stopped, leaks }: BenchmarkReport): string {
  const doubts = leaks.count > 0 ? pc.yellow('a run would take it, but look at the leaks') : pc.green('nothing is wrong');
  const state = problems.length === 0 && stopped === undefined ? doubts : pc.red('a run would refuse it');
  return `${pc.bold(source)}: ${counted(records, 'record')}, ${counted(tasks, 'task')}; ${state}`;
}

function schema({ schema, records }: BenchmarkReport): string {
  const rows = schema.map(({ name, types, missing, firstMissing, distinct, examples }) => [
    name,
    Object.entries(types)
      .map(([type, number]) => (Object.keys(types).length === 1 ? type : `${type} ${count(number)}`))
      .join(', '),
    missing === 0 ? '' : `${count(missing)}${missing < records && firstMissing !== undefined ? ` (${placeWords(firstMissing)})` : ''}`,
    distinct === undefined ? 'many' : count(distinct),
    examples[0] ?? '',
  ]);
  return table(['field', 'holds', 'missing', 'different', 'as'], rows);
}

function placeWords({ file, line, record }: { readonly file?: string; readonly line?: number; readonly record?: number }): string {
  return `first: ${file === undefined ? '' : `${file}, `}${line === undefined ? `record ${record ?? 0}` : `line ${line}`}`;
}

function lengths({ tokens: { input, expected }, longest }: BenchmarkReport): string {
  const row = (name: string, of: typeof input) => (of === undefined ? [] : [[name, tokens(of.median), tokens(of.p95), tokens(of.max), tokens(of.total)]]);
  const rows = [...row('input', input), ...row('expected', expected)];
  if (rows.length === 0) return '';
  const where = longest === undefined ? '' : pc.dim(`\n  tokens are characters / 4; the longest input is ${longest.place}`);
  return `${table(['tokens', 'median', '95 %', 'longest', 'in all'], rows, 1)}${where}`;
}

function problems({ problems, stopped }: BenchmarkReport): string {
  const lines = problems.map(({ sentence, count: times, places }) => {
    const others = places.slice(1, PLACES);
    const rest = times - 1 - others.length;
    const also = others.length === 0 ? '' : ` Also ${others.join('; ')}${rest > 0 ? `; and ${count(rest)} more` : ''}.`;
    return `${pc.red('problem')} ${sentence}${also}`;
  });
  if (stopped !== undefined) lines.push(`${pc.red('problem')} ${stopped} Nothing after it was read.`);
  return lines.join('\n');
}

function duplicates({ duplicates: { same, sameWords, similar }, leaks, notes }: BenchmarkReport): string {
  const pairs = (examples: readonly { readonly first: string; readonly second: string }[]) =>
    examples.map(({ first, second }) => `${first} = ${second}`).join('; ');
  return [
    ...(same.count === 0
      ? []
      : [
          `${pc.yellow('note')} tasks that are there twice: ${count(same.count)}${same.leftOut > 0 ? ` (${count(same.leftOut)} left out)` : ''}. ${pairs(same.examples)}`,
        ]),
    ...(sameWords.count === 0
      ? []
      : [`${pc.yellow('note')} inputs that differ from another only in case, punctuation or blanks: ${count(sameWords.count)}. ${pairs(sameWords.examples)}`]),
    ...(similar.count === 0
      ? []
      : [
          `${pc.yellow('note')} inputs with most of their wording from another: ${count(similar.count)} (of ${count(similar.compared)} compared). ${pairs(similar.examples)}`,
        ]),
    ...(leaks.count === 0
      ? []
      : [
          `${pc.yellow('leak')} of these in different splits: ${count(leaks.count)}. ${leaks.examples.map(({ first, second, splits }) => `${first} = ${second} (${splits})`).join('; ')}`,
        ]),
    ...notes.map((note) => `${pc.yellow('note')} ${note}`),
  ].join('\n');
}

function labels(labels: LabelReport): string {
  const shown = labels.counts.slice(0, LABELS);
  const rows = shown.map(({ label, count: number, share }) => [label, count(number), `${(100 * share).toFixed(1)} %`]);
  const more = labels.distinct - shown.length;
  const rest = more > 0 ? pc.dim(`\n  and ${count(more)} more; the rarest is ${JSON.stringify(labels.rarest.label)} (${count(labels.rarest.count)})`) : '';
  return `${table([labels.of === 'category' ? 'category' : 'expected answer', 'tasks', 'share'], rows, 1)}${rest}`;
}

function splits({ splits }: BenchmarkReport): string {
  return splits === undefined ? '' : `  splits  train ${count(splits.train)}, validation ${count(splits.validation)}, test ${count(splits.test)} (given)`;
}

function proposal(
  { fields, fieldsAre, proposal: { splits, subset, why }, source, records, tasks, problems }: BenchmarkReport,
  { file, take }: WrittenSource,
): string {
  if (fieldsAre === 'known') return why.map((reason) => pc.dim(`  ${reason}`)).join('\n');
  const parts = [
    ...(file === undefined ? [] : [`file: ${text(file)}`]),
    ...(Object.keys(fields).length === 0
      ? []
      : [`fields: ${object(Object.entries(fields).map(([part, name]) => `${part}: ${names(name as string | readonly string[])}`))}`]),
    ...(splits === undefined ? [] : [`splits: ${object(Object.entries(splits).map(([part, share]) => `${part}: ${share as number}`))}`]),
  ];
  if (take !== undefined && Object.keys(take).length > 0)
    parts.push(`take: ${object(Object.entries(take).map(([part, number]) => `${part}: ${number as number}`))}`);
  if (parts.length === 0) return '';
  const guessed =
    fieldsAre === 'proposed'
      ? // A record that lacks one of them says nothing against the guess.
        2 * tasks > records || problems.length === 0
        ? ' (the fields are guessed: look at them)'
        : ' (the fields are guessed: name them with --field input=NAME)'
      : '';
  return [
    ...(file === undefined
      ? [
          `For the configuration, in benchmark, beside its tasks:`,
          ...parts.map((part) => `    ${part},`),
          ...(subset === undefined ? [] : ['and beside benchmark:']),
        ]
      : [`For the configuration of ${source}${guessed}:`, `  benchmark: ${object(parts)},`]),
    ...(subset === undefined ? [] : [`  subset: { size: ${subset.size} },`]),
    ...why.map((reason) => pc.dim(`  // ${reason}`)),
  ].join('\n');
}

function object(parts: readonly string[]): string {
  return `{ ${parts.join(', ')} }`;
}

function names(name: string | readonly string[]): string {
  return typeof name === 'string' ? text(name) : `[${name.map(text).join(', ')}]`;
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

export function sampledTask({ task, messages, begins }: SampledTask, number: number, of: number): string {
  const facts = [task.category === undefined ? '' : `category ${task.category}`, task.split === undefined ? '' : `split ${task.split}`].filter(
    (fact) => fact !== '',
  );
  const head = `${pc.bold(`${number} of ${of}  ${task.id}`)}${facts.length === 0 ? '' : pc.dim(`  ${facts.join(', ')}`)}`;
  const shown =
    begins !== undefined
      ? [block('begins', begins.observation), ...(begins.admissible === undefined ? [] : [block('may', actions(begins.admissible))])]
      : messages !== undefined
        ? messages.map(({ role, content }) => block(role, typeof content === 'string' ? content : JSON.stringify(content)))
        : [
            block('input', typeof task.input === 'string' ? task.input : JSON.stringify(task.input, null, 2)),
            ...(task.metadata === undefined ? [] : [block('metadata', JSON.stringify(task.metadata))]),
          ];
  const hidden =
    task.expected === undefined ? [] : [pc.dim(block('expected', typeof task.expected === 'string' ? task.expected : JSON.stringify(task.expected)))];
  return [head, ...shown, ...hidden].join('\n');
}

function actions(admissible: readonly string[]): string {
  const rest = admissible.length - ACTIONS;
  return `${admissible.slice(0, ACTIONS).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

function block(name: string, content: string): string {
  return `  ${name.padEnd(9)} ${content.split('\n').join(`\n${' '.repeat(12)}`)}`;
}
