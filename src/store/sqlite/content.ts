// Objects, candidates, tasks and their parts: content, addressed by its hash.

import { createHash } from 'node:crypto';
import type { Candidate, CandidateReference } from '../../core/candidate.js';
import { WatersmeetError } from '../../core/failures.js';
import type { Json } from '../../core/json.js';
import type { Split, Task } from '../../core/task.js';
import { candidateDocument, candidateReference, canonicalJson, sha256 } from '../content-address.js';
import { inChunks } from './chunks.js';
import type { Connection } from './connection.js';

export interface PartRow {
  readonly split: Split;
  readonly half?: 'select' | 'confirm';
}

/** Elements of a long list that are made text at once. */
const PIECE = 1_000;

/** Objects never change. The last ones are kept as they were parsed: every batch of an evaluation reads the same list. */
const KEPT = 4;
/** Characters: longer ones take too much memory. */
const LONGEST_KEPT = 4_000_000;

export class Content {
  readonly #connection: Connection;
  readonly #kept = new Map<string, unknown>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async putObject(kind: string, value: Json): Promise<string> {
    const text = canonicalJson(value);
    return this.#putText(kind, text, sha256(text));
  }

  async putList(kind: string, elements: Iterable<Json>): Promise<string> {
    const { text, reference } = listText(elements);
    return this.#putText(kind, text, reference);
  }

  async #putText(kind: string, text: string, reference: string): Promise<string> {
    const { query } = this.#connection;
    const insert = query
      .insertInto('objects')
      .values({ reference, kind, value: text })
      .onConflict((conflict) => conflict.doNothing());
    await this.#connection.write(() => this.#connection.run(insert));
    return reference;
  }

  async getObject<T>(reference: string): Promise<T> {
    const kept = this.#kept.get(reference);
    if (kept !== undefined) return kept as T;
    const { query } = this.#connection;
    const row = this.#connection.read(() => this.#connection.first(query.selectFrom('objects').select('value').where('reference', '=', reference)));
    if (row === undefined) throw this.#unknown('object', reference);
    const value = JSON.parse(row.value) as T;
    if (row.value.length <= LONGEST_KEPT) {
      this.#kept.set(reference, value);
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    }
    return value;
  }

  async putCandidate(candidate: Candidate): Promise<CandidateReference> {
    const reference = candidateReference(candidate);
    const { query } = this.#connection;
    const insert = query
      .insertInto('candidates')
      .values({ ...reference, value: canonicalJson(candidateDocument(candidate)) })
      .onConflict((conflict) => conflict.doNothing());
    await this.#connection.write(() => this.#connection.run(insert));
    return reference;
  }

  async getCandidate(document: string): Promise<Candidate> {
    const { query } = this.#connection;
    const row = this.#connection.read(() => this.#connection.first(query.selectFrom('candidates').select('value').where('document', '=', document)));
    if (row === undefined) throw this.#unknown('candidate', document);
    return JSON.parse(row.value) as Candidate;
  }

  async putTasks(tasks: readonly { readonly hash: string; readonly task: Task }[]): Promise<void> {
    await inChunks(tasks, (chunk) =>
      this.#connection.write(() => {
        const insert = this.#connection.statement('insert into tasks (hash, value) values (?, ?) on conflict do nothing');
        for (const { hash, task } of chunk) insert.run([hash, JSON.stringify(task)]);
      }),
    );
  }

  async getTasks(hashes: readonly string[]): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    await inChunks(hashes, async (chunk) => {
      const rows = this.#connection.read(() =>
        this.#connection.statement('select hash, value from tasks where hash in (select value from json_each(?))').all([JSON.stringify(chunk)]),
      ) as { hash: string; value: string }[];
      const values = new Map(rows.map((row) => [row.hash, row.value]));
      for (const hash of chunk) {
        const value = values.get(hash);
        if (value === undefined) throw this.#unknown('task', hash);
        // Parsed for each: nobody shares an object that somebody else might change.
        tasks.push(JSON.parse(value) as Task);
      }
    });
    return tasks;
  }

  async assignParts(project: string, parts: ReadonlyMap<string, PartRow>): Promise<ReadonlyMap<string, PartRow>> {
    const held = new Map<string, PartRow>();
    await inChunks([...parts], async (chunk) => {
      const rows = await this.#connection.write(() => {
        const insert = this.#connection.statement('insert into parts (project, task_id, split, half) values (?, ?, ?, ?) on conflict do nothing');
        for (const [id, part] of chunk) insert.run([project, id, part.split, part.half ?? null]);
        const select = this.#connection.statement('select task_id, split, half from parts where project = ? and task_id in (select value from json_each(?))');
        return select.all([project, JSON.stringify(chunk.map(([id]) => id))]) as { task_id: string; split: Split; half: 'select' | 'confirm' | null }[];
      });
      const found = new Map(rows.map((row) => [row.task_id, row]));
      for (const [id] of chunk) {
        const row = found.get(id);
        if (row === undefined) throw new WatersmeetError('input.invalid', `The task id ${JSON.stringify(id)} cannot be stored: use letters and digits.`);
        held.set(id, row.half === null ? { split: row.split } : { split: row.split, half: row.half });
      }
    });
    return held;
  }

  #unknown(what: string, reference: string): WatersmeetError {
    return new WatersmeetError(
      'input.invalid',
      `The store in ${this.#connection.folder} does not hold the ${what} ${reference}: it is damaged, or not the one that the run was started with.`,
    );
  }
}

/**
 * Canonical JSON of a list, which is that of its elements between commas, and its SHA-256. Made in pieces, so that what is there at once is little
 * more than the text.
 */
function listText(elements: Iterable<Json>): { readonly text: string; readonly reference: string } {
  const hash = createHash('sha256');
  const pieces: string[] = [];
  let piece: string[] = [];
  const close = (end: string) => {
    const text = `${pieces.length === 0 ? '[' : piece.length === 0 ? '' : ','}${piece.join(',')}${end}`;
    hash.update(text);
    pieces.push(text);
    piece = [];
  };
  for (const element of elements) {
    if (piece.length === PIECE) close('');
    piece.push(canonicalJson(element));
  }
  close(']');
  return { text: pieces.join(''), reference: hash.digest('hex') };
}
