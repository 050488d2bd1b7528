// A task of AgentBench DB: a table, a question, and the answer or what the table has to become.

import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../core/json.js';

/** Every cell is text, as AgentBench creates its tables. */
export interface DatabaseTable extends JsonObject {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What is right: an answer, or the table after one statement by its hash. */
export type ExpectedResult =
  | { readonly type: 'SELECT'; readonly answer: readonly string[] }
  | { readonly type: 'INSERT' | 'UPDATE'; readonly md5: string; readonly statement: string };

/** Undefined if `value` is none. */
export function expectedResult(value: Json | undefined): ExpectedResult | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  const { type, answer, md5, statement } = value as { readonly [key: string]: Json };
  if (type === 'SELECT' && Array.isArray(answer)) return { type, answer: answer as readonly string[] };
  return (type === 'INSERT' || type === 'UPDATE') && typeof md5 === 'string' && typeof statement === 'string' ? { type, md5, statement } : undefined;
}

/**
 * The official hash of a table's content, in MySQL's words `md5(group_concat(rowhash order by rowhash))` over
 * `substring(md5(concat_ws(',', <columns>)), 1, 5)` of each row: the order of rows does not count, NULL is left out.
 */
export function tableHash(rows: readonly (readonly (string | null)[])[]): string {
  const hashes = rows.map((row) => md5(row.filter((cell) => cell !== null).join(',')).slice(0, 5));
  return md5(hashes.sort().join(','));
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
