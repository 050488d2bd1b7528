// The steps from an empty file to the present schema. A step that was released is never changed: add one.

import { type Compilable, CompiledQuery, type CreateTableBuilder, type Kysely, sql } from 'kysely';
import { WatersmeetError } from '../../core/failures.js';
import type { Connection } from './connection.js';
import type { Schema } from './schema.js';

interface Migration {
  readonly version: number;
  readonly name: string;
  statements(query: Kysely<Schema>): readonly Compilable[];
}

const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'first', statements: first },
  { version: 2, name: 'schedules', statements: schedules },
  { version: 3, name: 'lists in pieces', statements: listsInPieces },
];

/** What this package reads and writes. */
export const STORE_VERSION = Math.max(...MIGRATIONS.map((migration) => migration.version));

/** The version a store has: 0 for an empty file. Throws for a store that a newer package made. */
export function storeVersion(connection: Connection, packageVersion: string): number {
  const table = connection.statement(`select 1 from sqlite_master where type = 'table' and name = 'migrations'`).get([]);
  if (table === undefined) return 0;
  const latest = connection.first(connection.query.selectFrom('migrations').selectAll().orderBy('version', 'desc').limit(1));
  if (latest === undefined) return 0;
  if (latest.version > STORE_VERSION) {
    throw new WatersmeetError(
      'input.invalid',
      `The store in ${connection.folder} has version ${latest.version}, made by watersmeet ${latest.package_version}; this is watersmeet ${packageVersion}, which knows versions up to ${STORE_VERSION}. Install watersmeet ${latest.package_version} or newer, or use another folder.`,
    );
  }
  return latest.version;
}

/** Brings the store to the present version, in one transaction: several processes may open a new store at once. */
export function migrate(connection: Connection, packageVersion: string, newId: () => string): void {
  if (storeVersion(connection, packageVersion) === STORE_VERSION) return;
  connection.transaction(() => {
    // Looked at again under the lock: another process may have been faster.
    const present = storeVersion(connection, packageVersion);
    for (const migration of MIGRATIONS) {
      if (migration.version <= present) continue;
      for (const statement of migration.statements(connection.query)) connection.run(statement);
      connection.run(
        connection.query
          .insertInto('migrations')
          .values({ version: migration.version, name: migration.name, applied_at: connection.now(), package_version: packageVersion }),
      );
    }
    connection.run(
      connection.query
        .insertInto('meta')
        .values({ name: 'id', value: newId() })
        .onConflict((conflict) => conflict.doNothing()),
    );
  });
}

/** A column: its type, `?` where it may be null; `id` numbers the rows, `unique` is a text that names one row. */
type Column = 'id' | 'unique' | 'text' | 'text?' | 'integer' | 'integer?' | 'real' | 'real?';
type Columns<Name extends keyof Schema> = { readonly [column in keyof Schema[Name]]: Column };

/** `key`: rows that are always read by it live in its index, without a number of their own. */
function table<Name extends keyof Schema>(
  query: Kysely<Schema>,
  name: Name,
  columns: Columns<Name>,
  key?: readonly (string & keyof Schema[Name])[],
): Compilable {
  let builder: CreateTableBuilder<string, string> = query.schema.createTable(name);
  for (const [column, kind] of Object.entries<Column>(columns)) {
    if (kind === 'id') builder = builder.addColumn(column, 'integer', (definition) => definition.primaryKey());
    else if (kind === 'unique') builder = builder.addColumn(column, 'text', (definition) => definition.notNull().unique());
    else if (kind.endsWith('?')) builder = builder.addColumn(column, kind.slice(0, -1) as 'text' | 'integer' | 'real');
    else builder = builder.addColumn(column, kind as 'text' | 'integer' | 'real', (definition) => definition.notNull());
  }
  return key === undefined ? builder : builder.addPrimaryKeyConstraint(`${name}_key`, [...key]).modifyEnd(sql`without rowid`);
}

function statement(text: string): Compilable {
  return { compile: () => CompiledQuery.raw(text) };
}

function first(query: Kysely<Schema>): readonly Compilable[] {
  return [
    table(query, 'meta', { name: 'text', value: 'text' }, ['name']),
    table(query, 'migrations', { version: 'integer', name: 'text', applied_at: 'integer', package_version: 'text' }, ['version']),

    table(query, 'objects', { reference: 'unique', kind: 'text', value: 'text' }),
    table(query, 'candidates', { document: 'unique', hash: 'text', tokens: 'integer', value: 'text' }),
    table(query, 'tasks', { hash: 'unique', value: 'text' }),
    table(query, 'parts', { project: 'text', task_id: 'text', split: 'text', half: 'text?' }, ['project', 'task_id']),

    table(query, 'calls', {
      id: 'id',
      key: 'unique',
      boot_id: 'text',
      run_id: 'text',
      role: 'text',
      model: 'text',
      endpoint: 'text',
      estimated_tokens: 'integer',
      estimated_cost: 'real',
      claimed_at: 'integer',
      status: 'integer?',
      prompt_tokens: 'integer?',
      completion_tokens: 'integer?',
      cached_tokens: 'integer?',
      cost: 'real?',
      latency: 'real?',
      recorded_at: 'integer?',
    }),
    // Each index holds all that its sum needs: it is read, and no rows.
    statement('create index calls_recorded on calls (run_id, role, prompt_tokens, completion_tokens, cached_tokens, cost, status) where status is not null'),
    statement('create index calls_claimed on calls (run_id, estimated_cost) where status is null'),
    table(query, 'call_requests', { call_id: 'id', scope: 'text', request: 'text' }),
    table(query, 'call_answers', { call_id: 'id', content_type: 'text', body: 'text' }),
    table(query, 'lost_calls', { run_id: 'text', role: 'text', call_key: 'text', boot_id: 'text', lost_at: 'integer' }, [
      'run_id',
      'role',
      'call_key',
      'boot_id',
    ]),

    table(query, 'trajectories', { id: 'id', key: 'unique', candidate: 'text', task_hash: 'text', value: 'text' }),
    table(query, 'scores', { id: 'id', key: 'unique', trajectory_key: 'text', outcome: 'text', score: 'real', value: 'text' }),
    table(
      query,
      'evaluation_rows',
      {
        run_id: 'text',
        path: 'text',
        candidate: 'text',
        task_id: 'text',
        task_hash: 'text',
        outcome: 'text',
        score: 'real',
        trajectory_key: 'text',
        score_key: 'text',
        rollouts: 'integer',
        calls: 'integer',
        prompt_tokens: 'integer',
        completion_tokens: 'integer',
      },
      ['run_id', 'path', 'candidate', 'task_id'],
    ),
    table(query, 'evidence_rows', { run_id: 'text', item_id: 'text', path: 'text', task_id: 'text', verdict: 'text' }, [
      'run_id',
      'item_id',
      'path',
      'task_id',
    ]),
    table(query, 'uses', { run_id: 'text', path: 'text', call_key: 'text', role: 'text', prompt_tokens: 'integer', completion_tokens: 'integer' }, [
      'run_id',
      'path',
      'call_key',
      'role',
    ]),

    table(query, 'events', { sequence: 'id', run_id: 'text', path: 'text', number: 'integer', at: 'integer', body: 'text' }),
    statement('create unique index events_key on events (run_id, path, number)'),
    statement('create index events_in_order on events (run_id, sequence)'),
    table(query, 'attempts', { run_id: 'text', path: 'text', task_id: 'text', boot_id: 'text' }, ['run_id', 'path', 'task_id', 'boot_id']),

    table(query, 'runs', {
      sequence: 'id',
      id: 'unique',
      project: 'text',
      status: 'text',
      sentence: 'text?',
      waiting: 'text?',
      input: 'text',
      created_at: 'integer',
      ended_at: 'integer?',
      champion: 'text?',
      better: 'integer?',
      digest: 'text?',
      started_by: 'text',
      control: 'text',
      active_time: 'real',
    }),
    table(query, 'looks', { project: 'text', test_list: 'text', run_id: 'text', number: 'integer' }, ['project', 'test_list', 'run_id']),
    table(query, 'champions', { project: 'text', version: 'integer', candidate: 'text', run_id: 'text?', promoted_at: 'integer', by: 'text', note: 'text?' }, [
      'project',
      'version',
    ]),
  ];
}

function schedules(query: Kysely<Schema>): readonly Compilable[] {
  return [table(query, 'schedules', { id: 'unique', cron: 'text', time_zone: 'text', config_file: 'text', paused: 'integer', problem: 'text?' })];
}

/** Lists that were stored as one object before are read as such. */
function listsInPieces(query: Kysely<Schema>): readonly Compilable[] {
  return [table(query, 'list_pieces', { list: 'text', first: 'integer', ends: 'integer', piece: 'text' }, ['list', 'first'])];
}
