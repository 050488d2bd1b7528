// Objects, candidates, tasks and their parts: content, addressed by its hash.

import { createHash } from 'node:crypto';
import type { Candidate, CandidateReference } from '../../core/candidate.js';
import { WatersmeetError } from '../../core/failures.js';
import type { Json } from '../../core/json.js';
import type { Split, Task } from '../../core/task.js';
import { candidateDocument, candidateReference, canonicalJson, sha256 } from '../content-address.js';
import { inChunks, nextTurn } from './chunks.js';
import type { Connection } from './connection.js';

export interface PartRow {
  readonly split: Split;
  readonly half?: 'select' | 'confirm';
}

/** Elements of a long list that are stored, and read, together. */
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

  /** Pieces are objects of their own: those of a list that was never ended harm nobody. */
  async putList(kind: string, elements: Iterable<Json>): Promise<string> {
    const hash = createHash('sha256');
    const pieces: { first: number; ends: number; piece: string }[] = [];
    let texts: string[] = [];
    let first = 0;
    const close = async () => {
      const text = texts.join(',');
      hash.update(`${first === 0 ? '[' : ','}${text}`);
      pieces.push({ first, ends: first + texts.length, piece: await this.#putText(kind, `[${text}]`, sha256(`[${text}]`)) });
      first += texts.length;
      texts = [];
    };
    for (const element of elements) {
      if (texts.length === PIECE) await close();
      texts.push(canonicalJson(element));
    }
    if (pieces.length === 0) return this.#putText(kind, `[${texts.join(',')}]`, sha256(`[${texts.join(',')}]`));
    await close();
    const reference = hash.update(']').digest('hex');
    await this.#connection.write(() => {
      const insert = this.#connection.statement('insert into list_pieces (list, first, ends, piece) values (?, ?, ?, ?) on conflict do nothing');
      for (const row of pieces) insert.run([reference, row.first, row.ends, row.piece]);
    });
    return reference;
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
    const text = this.#text(reference);
    if (text !== undefined) return this.#keep(reference, text) as T;
    const pieces = this.#pieces(reference, 0, Number.MAX_SAFE_INTEGER);
    if (pieces.length === 0) throw this.#unknown('object', reference);
    const whole: unknown[] = [];
    for (const { piece } of pieces) {
      for (const element of JSON.parse(this.#text(piece) ?? this.#missing(piece)) as readonly unknown[]) whole.push(element);
      await nextTurn();
    }
    return whole as T;
  }

  async getSlice<T>(reference: string, offset: number, count: number): Promise<readonly T[]> {
    const pieces = this.#kept.has(reference) ? [] : this.#pieces(reference, offset, offset + count);
    if (pieces.length === 0) return (await this.getObject<readonly T[]>(reference)).slice(offset, offset + count);
    const slice: T[] = [];
    for (const { first, piece } of pieces) {
      slice.push(...(await this.getObject<readonly T[]>(piece)).slice(Math.max(0, offset - first), Math.max(0, offset + count - first)));
    }
    return slice;
  }

  #text(reference: string): string | undefined {
    const { query } = this.#connection;
    return this.#connection.read(() => this.#connection.first(query.selectFrom('objects').select('value').where('reference', '=', reference)))?.value;
  }

  /** Of a list that is stored in pieces, in order. */
  #pieces(list: string, from: number, to: number): readonly { first: number; piece: string }[] {
    const { query } = this.#connection;
    const select = query.selectFrom('list_pieces').select(['first', 'piece']).where('list', '=', list).where('first', '<', to).where('ends', '>', from);
    return this.#connection.read(() => this.#connection.all(select.orderBy('first')));
  }

  #keep(reference: string, text: string): unknown {
    const value: unknown = JSON.parse(text);
    if (text.length > LONGEST_KEPT) return value;
    this.#kept.set(reference, value);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return value;
  }

  #missing(piece: string): never {
    throw this.#unknown('piece of a list', piece);
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
