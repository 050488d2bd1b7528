// What the records of a benchmark hold, field by field: types, what is missing, how many different values, examples.

import type { Place } from '../records/record.js';

export interface FieldReport {
  /** A field within another is `outer.inner`. */
  readonly name: string;
  /** How many records hold what: text, number, true or false, list, object. */
  readonly types: Readonly<Record<string, number>>;
  /** Records in which it is missing, null or, in a table, empty. */
  readonly missing: number;
  readonly firstMissing?: Place;
  /** Different values; `undefined` if there are more than could be counted. */
  readonly distinct: number | undefined;
  /** As JSON, cut. */
  readonly examples: readonly string[];
}

/** Values are counted as long as there are no more, and each is short. */
const MOST_VALUES = 1_000;
const SHORT = 64;
const EXAMPLES = 3;
const EXAMPLE_LENGTH = 60;
const MOST_FIELDS = 200;
const MOST_DEPTH = 2;

export class FieldStatistics {
  private readonly fields = new Map<string, Field>();
  private records = 0;
  private first: Place | undefined;
  /** More fields than anybody would look at: records with keys of their own. */
  overflow = false;

  add(value: unknown, place: Place): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    this.records++;
    this.first ??= place;
    this.addFields(value as Readonly<Record<string, unknown>>, '', 1);
    for (const field of this.fields.values()) field.end(this.records, place);
  }

  /** In the order in which they were found. */
  report(): readonly FieldReport[] {
    return [...this.fields].map(([name, field]) => field.report(name, this.records));
  }

  /** The values of a field and how often each is there; undefined if there are more than could be counted. */
  values(name: string): ReadonlyMap<string, number> | undefined {
    return this.fields.get(name)?.counted();
  }

  private addFields(record: Readonly<Record<string, unknown>>, prefix: string, depth: number): void {
    for (const [key, value] of Object.entries(record)) {
      const name = prefix + key;
      let field = this.fields.get(name);
      if (field === undefined) {
        if (this.fields.size >= MOST_FIELDS) {
          this.overflow = true;
          continue;
        }
        // It was missing in every record before.
        field = new Field(this.records === 1 ? undefined : this.first);
        this.fields.set(name, field);
      }
      if (value === null || value === undefined) continue;
      field.add(value);
      if (typeof value === 'object' && !Array.isArray(value) && depth < MOST_DEPTH) {
        this.addFields(value as Readonly<Record<string, unknown>>, `${name}.`, depth + 1);
      }
    }
  }
}

class Field {
  private readonly types = new Map<string, number>();
  private readonly examples: string[] = [];
  private values: Map<string, number> | undefined = new Map();
  private present = 0;
  private firstMissing: Place | undefined;

  constructor(firstMissing: Place | undefined) {
    this.firstMissing = firstMissing;
  }

  add(value: unknown): void {
    this.present++;
    const type = typeOf(value);
    this.types.set(type, (this.types.get(type) ?? 0) + 1);
    const short = typeof value === 'string' ? value.length <= SHORT : typeof value !== 'object';
    if (this.values !== undefined && short) {
      const key = String(value);
      this.values.set(key, (this.values.get(key) ?? 0) + 1);
    }
    if (this.values !== undefined && (!short || this.values.size > MOST_VALUES)) this.values = undefined;
    if (this.examples.length < EXAMPLES) {
      const example = exampleOf(value);
      if (!this.examples.includes(example)) this.examples.push(example);
    }
  }

  end(records: number, place: Place): void {
    if (this.present < records) this.firstMissing ??= place;
  }

  counted(): ReadonlyMap<string, number> | undefined {
    return this.values;
  }

  report(name: string, records: number): FieldReport {
    return {
      name,
      types: Object.fromEntries(this.types),
      missing: records - this.present,
      ...(this.firstMissing === undefined ? {} : { firstMissing: this.firstMissing }),
      distinct: this.values?.size,
      examples: this.examples,
    };
  }
}

export function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value;
}

function exampleOf(value: unknown): string {
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, 2 * EXAMPLE_LENGTH) : value);
  return text.length <= EXAMPLE_LENGTH ? text : `${text.slice(0, EXAMPLE_LENGTH - 1)}…`;
}
