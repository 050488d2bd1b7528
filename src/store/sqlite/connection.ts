// One connection to one SQLite file: statements, transactions, group commit.
//
// Kysely builds and types the queries; they are executed here, synchronously, so that a transaction is never open across
// a turn of the event loop and all writes of one turn can share one commit.

import type Database from 'libsql';
import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { failureTypeOf, WatersmeetError } from '../../core/failures.js';
import { isBusy, storeError } from './errors.js';
import type { Schema } from './schema.js';

/** A write; it may run more than once until it is committed, so all it may do beside SQL is given to `afterCommit`. */
type Operation<T> = (afterCommit: (effect: () => void) => void) => T;

interface Pending {
  readonly operation: Operation<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Another process's write is waited for this long without, and then with, letting the event loop turn. */
export const BUSY_TIMEOUT_MILLISECONDS = 50;
const BUSY_PAUSE_MILLISECONDS = 20;
const BUSY_LIMIT_MILLISECONDS = 30_000;

/** A group ends here, so that a heartbeat is never kept waiting. */
const GROUP_LIMIT_MILLISECONDS = 50;

export class Connection {
  readonly folder: string;
  readonly query: Kysely<Schema>;
  readonly now: () => number;
  readonly #database: Database.Database;
  readonly #readOnly: boolean;
  readonly #statements = new Map<string, Database.Statement>();
  #queue: Pending[] = [];
  #scheduled = false;
  #busySince: number | undefined;
  #closed = false;
  #idle: (() => void)[] = [];
  #trouble: string | undefined;

  constructor(database: Database.Database, options: { readonly folder: string; readonly readOnly: boolean; readonly now: () => number }) {
    this.#database = database;
    this.folder = options.folder;
    this.#readOnly = options.readOnly;
    this.now = options.now;
    this.query = new Kysely<Schema>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (kysely) => new SqliteIntrospector(kysely),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    });
  }

  /** Prepared once. libsql takes the parameters as one list; it aborts the process at a boolean: never bind one. */
  statement(text: string): Database.Statement {
    if (this.#closed) throw new WatersmeetError('internal.defect', `The store in ${this.folder} was used after it was closed.`);
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  run(query: Compilable): number {
    const { sql, parameters } = query.compile();
    return this.statement(sql).run([...parameters]).changes;
  }

  all<Row>(query: Compilable<Row>): Row[] {
    const { sql, parameters } = query.compile();
    return this.statement(sql).all([...parameters]) as Row[];
  }

  first<Row>(query: Compilable<Row>): Row | undefined {
    const { sql, parameters } = query.compile();
    return this.statement(sql).get([...parameters]) as Row | undefined;
  }

  /** A reading; errors of the disk get their place in the table of failures. */
  read<T>(reading: () => T): T {
    try {
      return reading();
    } catch (error) {
      throw storeError(error, this.folder);
    }
  }

  /** A transaction of its own, at once; for opening a store. */
  transaction<T>(operation: () => T): T {
    this.#database.exec('begin immediate');
    try {
      const result = operation();
      this.#database.exec('commit');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /**
   * Group commit: what is asked for within one turn of the event loop is written in one transaction, with one fsync. Resolves
   * when that is on the disk. An operation that throws takes nothing with it: the others of its group are written again.
   */
  write<T>(operation: Operation<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new WatersmeetError('internal.defect', `The store in ${this.folder} was used after it was closed.`));
    if (this.#readOnly) return Promise.reject(new WatersmeetError('internal.defect', `The store in ${this.folder} was opened for reading only.`));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ operation, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Why nothing can be written to the disk, from the first write that failed until one succeeds. */
  trouble(): string | undefined {
    return this.#trouble;
  }

  /** Writes what is still queued, then closes. */
  async close(): Promise<void> {
    if (this.#closed) return;
    while (this.#queue.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    if (this.#closed) return;
    this.#closed = true;
    this.#statements.clear();
    try {
      // libsql lets go of the file only when the last statement is collected: what is in the log should be in the file by now.
      if (!this.#readOnly) this.#database.pragma('wal_checkpoint(passive)');
    } catch {
      // The log is read at the next opening just as well.
    }
    this.#database.close();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#commitGroup());
  }

  #commitGroup(): void {
    this.#scheduled = false;
    const group: { readonly pending: Pending; readonly value: unknown }[] = [];
    const effects: (() => void)[] = [];
    const afterCommit = (effect: () => void) => effects.push(effect);
    let current: Pending | undefined;
    try {
      this.statement('begin immediate').run([]);
      this.#busySince = undefined;
      const until = performance.now() + GROUP_LIMIT_MILLISECONDS;
      for (const pending of this.#queue) {
        current = pending;
        group.push({ pending, value: pending.operation(afterCommit) });
        if (performance.now() > until) break;
      }
      current = undefined;
      this.statement('commit').run([]);
    } catch (error) {
      this.#rollBack();
      if (isBusy(error)) this.#waitForOthers(error);
      else if (current === undefined) this.#rejectAll(error);
      else this.#rejectOne(current, error);
      return;
    }
    this.#trouble = undefined;
    this.#queue = this.#queue.slice(group.length);
    for (const effect of effects) effect();
    for (const { pending, value } of group) pending.resolve(value);
    this.#goOn();
  }

  #goOn(): void {
    if (this.#queue.length > 0) {
      this.#schedule();
      return;
    }
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  #rejectOne(culprit: Pending, error: unknown): void {
    this.#queue = this.#queue.filter((pending) => pending !== culprit);
    culprit.reject(this.#failed(error));
    this.#goOn();
  }

  #rejectAll(error: unknown): void {
    const queue = this.#queue;
    this.#queue = [];
    this.#busySince = undefined;
    const failure = this.#failed(error);
    for (const pending of queue) pending.reject(failure);
    this.#goOn();
  }

  #failed(error: unknown): unknown {
    const failure = storeError(error, this.folder);
    if (failureTypeOf(failure) === 'store.disk') this.#trouble = (failure as Error).message;
    return failure;
  }

  #waitForOthers(error: unknown): void {
    const now = performance.now();
    this.#busySince ??= now;
    if (now - this.#busySince > BUSY_LIMIT_MILLISECONDS) {
      this.#rejectAll(error);
      return;
    }
    this.#scheduled = true;
    setTimeout(() => this.#commitGroup(), BUSY_PAUSE_MILLISECONDS);
  }

  #rollBack(): void {
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (!this.#database.inTransaction) return;
    try {
      this.#database.exec('rollback');
    } catch {
      // Then the connection is gone, and the error that led here says why.
    }
  }
}
