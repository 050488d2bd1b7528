// The process that runs SQL: each request in a new database in memory, with limits. It is killed when a statement takes too long, for SQLite cannot be
// stopped from within.

import { Worker } from 'node:worker_threads';
import Database from 'libsql';
import { refuseInstructions, refuseStatement, withTextForName } from './sql-guard.js';
import { tableHash, type DatabaseTable } from './database-task.js';
import { watchdogClock, type WatchdogData } from './sql-watchdog.js';

export interface SqlRequest {
  readonly number: number;
  readonly table: DatabaseTable;
  /** Statements that changed rows before, then the one that is asked for. */
  readonly statements: readonly string[];
  readonly maxRows: number;
  /** Milliseconds after which whoever asked kills this process. */
  readonly timeLimit: number;
}

export type SqlResult =
  | {
      readonly rows: readonly (readonly (string | null)[])[];
      /** Whether there were more rows than asked for. */
      readonly more: boolean;
      /** Rows changed; undefined for statements that only read. */
      readonly changed?: number;
      /** Of the table afterwards. */
      readonly hash: string;
    }
  | { readonly problem: string };

export type SqlAnswer = { readonly ready: true } | { readonly number: number; readonly result: SqlResult };

const HEAP_BYTES = 128 * 1024 * 1024;
/** Characters of a cell that are kept. */
const CELL = 5_000;
/** Milliseconds over the time limit: then nobody is there to kill this process. */
const PATIENCE = 1_000;
const MAX_SQL = 50_000;
/** MySQL's texts in double quotes in one statement. */
const MAX_TEXTS = 50;

function run({ table, statements, maxRows }: SqlRequest): SqlResult {
  const database = new Database(':memory:');
  try {
    database.defaultSafeIntegers(true);
    fill(database, table);
    let result: Executed = { rows: [], more: false };
    for (const statement of statements) result = execute(database, statement, maxRows);
    const columns = table.columns.map(quoteName).join(', ');
    const content = database
      .prepare(`SELECT ${columns} FROM ${quoteName(table.name)}`)
      .raw()
      .all() as readonly (readonly unknown[])[];
    return { ...result, hash: tableHash(content.map((row) => row.map(cellText))) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  } finally {
    database.close();
  }
}

function fill(database: Database.Database, { name, columns, rows }: DatabaseTable): void {
  database.exec(`CREATE TABLE ${quoteName(name)} (${columns.map((column) => `${quoteName(column)} TEXT`).join(', ')})`);
  const insert = database.prepare(`INSERT INTO ${quoteName(name)} VALUES (${columns.map(() => '?').join(', ')})`);
  for (const row of rows) insert.run([...row]);
}

interface Executed {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly more: boolean;
  readonly changed?: number;
}

function execute(database: Database.Database, given: string, maxRows: number): Executed {
  if (given.length > MAX_SQL) throw new Error(`The statement is longer than ${MAX_SQL} characters.`);
  const sql = understood(database, given);
  const before = totalChanges(database);
  const statement = database.prepare(sql);
  const rows: (readonly (string | null)[])[] = [];
  let more = false;
  if (statement.reader) {
    for (const row of statement.raw().iterate() as Iterable<readonly unknown[]>) {
      more = rows.length === maxRows;
      if (more) break;
      rows.push(row.map(cellText).map((cell) => cell?.slice(0, CELL) ?? null));
    }
  } else statement.run();
  const changed = totalChanges(database) - before;
  return { rows, more, ...(statement.reader && changed === 0 ? {} : { changed }) };
}

/** The statement as SQLite takes it. Throws what is wrong with it. */
function understood(database: Database.Database, given: string): string {
  let sql = given;
  for (let texts = 0; ; texts++) {
    const refused = refuseStatement(sql);
    if (refused !== undefined) throw new Error(refused);
    try {
      const program = database.prepare(`EXPLAIN ${sql}`).raw().all() as readonly (readonly unknown[])[];
      const bad = refuseInstructions(
        program.map(([, opcode, , , , operand]) => ({ opcode: String(opcode), operand: typeof operand === 'string' ? operand : '' })),
      );
      if (bad !== undefined) throw new Refused(bad);
      return sql;
    } catch (error) {
      const changed = error instanceof Refused || texts === MAX_TEXTS ? undefined : withTextForName(sql, (error as Error).message);
      if (changed === undefined) throw error;
      sql = changed;
    }
  }
}

class Refused extends Error {}

function totalChanges(database: Database.Database): number {
  return Number((database.prepare('SELECT total_changes()').raw().get() as readonly unknown[])[0]);
}

/** Whole numbers come as bigint: a number is a float, and has a point. */
function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
  return typeof value === 'bigint' ? String(value) : '(binary)';
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const limits = new Database(':memory:');
limits.prepare(`PRAGMA hard_heap_limit = ${HEAP_BYTES}`).raw().all();
limits.close();
const deadline: WatchdogData = new Int32Array(new SharedArrayBuffer(4));
new Worker(new URL('./sql-watchdog.js', import.meta.url), { workerData: deadline }).unref();

process.on('message', (request: SqlRequest) => {
  Atomics.store(deadline, 0, watchdogClock() + request.timeLimit + PATIENCE || 1);
  const result = run(request);
  Atomics.store(deadline, 0, 0);
  process.send?.({ number: request.number, result } satisfies SqlAnswer);
});
// Whoever asked is gone.
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true } satisfies SqlAnswer);
