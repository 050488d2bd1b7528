// One item of a benchmark, and where it belongs.

import type { Json } from './json.js';

export type Split = 'train' | 'validation' | 'test';

/** The five disjoint parts a run uses: validation is halved into `select` and `confirm`. */
export type Part = 'train' | 'select' | 'confirm' | 'test';

export interface Task {
  /** Unique within its benchmark. */
  readonly id: string;
  readonly input: Json;
  /** The answer given by the benchmark, when it has one. */
  readonly expected?: Json;
  /** Stratifies the subsets and the report. */
  readonly category?: string;
  /** Respected when given; otherwise assigned by hash of the id. */
  readonly split?: Split;
  /** Anything else the record holds, for function agents and scorers. */
  readonly metadata?: { readonly [key: string]: Json };
}

/** A task as a run refers to it: `hash` covers what agent and scorer see (input, expected, category, metadata). */
export interface TaskReference {
  readonly id: string;
  readonly hash: string;
  readonly category?: string;
}
