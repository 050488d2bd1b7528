// Which field of a user's records is what, guessed by names and values: a proposal to look at, not a decision.

import { fieldOf, SPLITS, type FieldMapping } from '../task-from-record.js';
import { USUAL_NAMES as NAMES } from '../usual-names.js';
import type { FieldReport, FieldStatistics } from './field-statistics.js';

/** A field that is named in fewer records is no field of every task. */
const ALMOST_ALL = 0.95;
const MOST_CATEGORIES = 100;

/** @param records of which the statistics are; `first` one of them. Empty where nothing was found: not even an input. */
export function proposeFields(statistics: FieldStatistics, first: Readonly<Record<string, unknown>>): FieldMapping {
  const reports = statistics.report();
  const records = Math.max(1, ...reports.map((report) => total(report) + report.missing));
  const named = (names: readonly string[], fits: (report: FieldReport) => boolean) => {
    for (const name of names) {
      const found = reports.find((report) => report.name.toLowerCase() === name && fits(report));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const full = (report: FieldReport) => total(report) >= ALMOST_ALL * records;
  const input = named(NAMES.input, full) ?? longestText(reports.filter(full), first);
  if (input === undefined) return {};
  const others = (report: FieldReport) => report !== input;
  const expected = named(NAMES.expected, (report) => others(report) && full(report));
  const beside = NAMES.beside
    .filter((name) => name !== input.name.toLowerCase())
    .flatMap((name) => named([name], (report) => others(report) && report !== expected && full(report)) ?? []);
  const free = (report: FieldReport) => others(report) && !beside.includes(report);
  const id = named(
    NAMES.id,
    (report) => free(report) && full(report) && isScalar(report, ['text', 'number']) && (report.distinct === undefined || report.distinct === total(report)),
  );
  // An answer is no category: agents are shown the category.
  const category = named(NAMES.category, (report) => free(report) && report !== expected && full(report) && isScalar(report) && isKind(report, records));
  const split = named(NAMES.split, (report) => free(report) && full(report) && isSplit(statistics.values(report.name)));
  const inputs = [input, ...beside].map(({ name }) => name);
  const answer = expected === undefined ? undefined : answerWithin(expected, reports);
  return {
    ...(id === undefined || id.name === 'id' ? {} : { id: id.name }),
    ...(inputs.length === 1 && input.name === 'input' ? {} : { input: inputs.length === 1 ? input.name : inputs }),
    ...(answer === undefined || answer === 'expected' ? {} : { expected: answer }),
    ...(category === undefined || category.name === 'category' ? {} : { category: category.name }),
    ...(split === undefined || split.name === 'split' ? {} : { split: split.name }),
  };
}

function total({ types }: FieldReport): number {
  return Object.values(types).reduce((sum, count) => sum + count, 0);
}

/** Answers that are objects, as in SQuAD's `answers: { text: [...], answer_start: [...] }`. */
function answerWithin(report: FieldReport, reports: readonly FieldReport[]): string {
  const inner =
    report.types['object'] === undefined ? undefined : reports.find(({ name }) => name === `${report.name}.text` || name === `${report.name}.value`);
  return inner?.name ?? report.name;
}

function longestText(reports: readonly FieldReport[], first: Readonly<Record<string, unknown>>): FieldReport | undefined {
  const length = (report: FieldReport) => {
    const value = fieldOf(first, report.name);
    return typeof value === 'string' ? value.length : 0;
  };
  const texts = reports.filter((report) => isScalar(report, ['text']) && !NAMES.expected.some((name) => name === report.name.toLowerCase()));
  return texts.toSorted((left, right) => length(right) - length(left)).find((report) => length(report) > 0);
}

function isScalar(report: FieldReport, types: readonly string[] = ['text', 'number', 'true or false']): boolean {
  return Object.keys(report.types).every((type) => types.includes(type));
}

/** Few enough values that each is there several times. */
function isKind({ distinct }: FieldReport, records: number): boolean {
  return distinct !== undefined && distinct > 1 && distinct <= Math.min(MOST_CATEGORIES, records / 3);
}

function isSplit(values: ReadonlyMap<string, number> | undefined): boolean {
  return values !== undefined && values.size > 0 && [...values.keys()].every((value) => SPLITS.has(value.trim().toLowerCase()));
}
