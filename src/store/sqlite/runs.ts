// Runs and what belongs to them: events, attempts, looks at the test split, champions, schedules.

import type { Selectable, Updateable } from 'kysely';
import type { RunEvent, RunEventBody, RunEventInput } from '../../core/events.js';
import { WatersmeetError } from '../../core/failures.js';
import type { ChampionRow, RunChange, RunInput, RunRow, RunStatus, ScheduleRow } from '../store.js';
import { nextTurn } from './chunks.js';
import type { Connection } from './connection.js';
import type { Schema } from './schema.js';

const PAGE = 1000;

export class Runs {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  appendEvents(runId: string, events: readonly RunEventInput[]): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    return this.#connection.write(() => {
      const insert = this.#connection.statement('insert into events (run_id, path, number, at, body) values (?, ?, ?, ?, ?) on conflict do nothing');
      const now = this.#connection.now();
      for (const event of events) insert.run([runId, event.path, event.number, now, JSON.stringify(event.body)]);
    });
  }

  async readEvents(runId: string, after: number, limit = Number.MAX_SAFE_INTEGER): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = [];
    let from = after;
    for (;;) {
      const size = Math.min(PAGE, limit - events.length);
      const query = this.#connection.query
        .selectFrom('events')
        .select(['sequence', 'path', 'number', 'at', 'body'])
        .where('run_id', '=', runId)
        .where('sequence', '>', from)
        .orderBy('sequence')
        .limit(size);
      const rows = this.#connection.read(() => this.#connection.all(query));
      for (const row of rows)
        events.push({ sequence: row.sequence, path: row.path, number: row.number, at: row.at, body: JSON.parse(row.body) as RunEventBody });
      if (rows.length < size || events.length >= limit) return events;
      from = rows.at(-1)?.sequence ?? from;
      await nextTurn();
    }
  }

  /** The newest event stays, as one that says nothing: whoever reads on from a sequence number must not miss what comes. */
  clearEvents(runId: string): Promise<void> {
    return this.#connection.write(() => {
      this.#connection
        .statement(
          `update events set path = 'start-over', number = sequence, body = ? where run_id = ? and sequence = (select max(sequence) from events where run_id = ?)`,
        )
        .run([JSON.stringify({ type: 'run-continued' } satisfies RunEventBody), runId, runId]);
      this.#connection.statement('delete from events where run_id = ? and sequence < (select max(sequence) from events where run_id = ?)').run([runId, runId]);
    });
  }

  beginAttempts(runId: string, path: string, taskIds: readonly string[], bootId: string): Promise<void> {
    if (taskIds.length === 0) return Promise.resolve();
    return this.#connection.write(() => {
      const insert = this.#connection.statement('insert into attempts (run_id, path, task_id, boot_id) values (?, ?, ?, ?) on conflict do nothing');
      for (const taskId of taskIds) insert.run([runId, path, taskId, bootId]);
    });
  }

  endAttempt(runId: string, path: string, taskId: string): Promise<void> {
    return this.#connection.write(() => {
      this.#connection.statement('delete from attempts where run_id = ? and path = ? and task_id = ?').run([runId, path, taskId]);
    });
  }

  async deaths(runId: string, path: string, bootId: string): Promise<ReadonlyMap<string, number>> {
    const query = this.#connection.query
      .selectFrom('attempts')
      .select(({ fn }) => ['task_id', fn.countAll<number>().as('deaths')])
      .where('run_id', '=', runId)
      .where('path', '=', path)
      .where('boot_id', '!=', bootId)
      .groupBy('task_id')
      .orderBy('task_id');
    return new Map(this.#connection.read(() => this.#connection.all(query)).map((row) => [row.task_id, row.deaths]));
  }

  clearAttempts(runId: string): Promise<void> {
    return this.#connection.write(() => {
      this.#connection.statement('delete from attempts where run_id = ?').run([runId]);
    });
  }

  async createRun(run: { readonly id: string; readonly project: string; readonly input: RunInput; readonly startedBy: string }): Promise<RunRow> {
    return this.#connection.write(() => {
      this.#connection.run(
        this.#connection.query
          .insertInto('runs')
          .values({
            id: run.id,
            project: run.project,
            status: 'running',
            input: JSON.stringify(run.input),
            created_at: this.#connection.now(),
            started_by: run.startedBy,
            control: 'run',
            active_time: 0,
          })
          .onConflict((conflict) => conflict.column('id').doNothing()),
      );
      return this.#run(run.id) ?? this.#unknownRun(run.id);
    });
  }

  async getRun(id: string): Promise<RunRow | undefined> {
    return this.#connection.read(() => this.#run(id));
  }

  async listRuns(filter: { readonly project?: string; readonly status?: RunStatus } = {}): Promise<readonly RunRow[]> {
    let query = this.#connection.query.selectFrom('runs').selectAll().orderBy('sequence', 'desc');
    if (filter.project !== undefined) query = query.where('project', '=', filter.project);
    if (filter.status !== undefined) query = query.where('status', '=', filter.status);
    return this.#connection.read(() => this.#connection.all(query)).map(runRow);
  }

  updateRun(id: string, change: RunChange): Promise<void> {
    const columns: Updateable<Schema['runs']> = {};
    if (change.status !== undefined) {
      columns.status = change.status;
      // These belong to the status that was.
      columns.sentence = null;
      columns.waiting = null;
      columns.ended_at = null;
    }
    if (change.sentence !== undefined) columns.sentence = change.sentence;
    if (change.waiting !== undefined) columns.waiting = change.waiting;
    if (change.endedAt !== undefined) columns.ended_at = change.endedAt;
    if (change.champion !== undefined) columns.champion = JSON.stringify(change.champion);
    if (change.better !== undefined) columns.better = change.better ? 1 : 0;
    if (change.digest !== undefined) columns.digest = change.digest;
    if (change.control !== undefined) columns.control = change.control;
    if (change.input !== undefined) columns.input = JSON.stringify(change.input);
    return this.#connection.write(() => {
      if (Object.keys(columns).length === 0) return;
      const changed = this.#connection.run(this.#connection.query.updateTable('runs').set(columns).where('id', '=', id));
      if (changed === 0) this.#unknownRun(id);
    });
  }

  addActiveTime(id: string, milliseconds: number): Promise<void> {
    return this.#connection.write(() => {
      const changed = this.#connection.statement('update runs set active_time = active_time + ? where id = ?').run([milliseconds, id]).changes;
      if (changed === 0) this.#unknownRun(id);
    });
  }

  async numberLook(runId: string, project: string, testList: string): Promise<number> {
    return this.#connection.write(() => {
      this.#connection
        .statement(
          `insert into looks (project, test_list, run_id, number)
           values (?, ?, ?, (select count(*) + 1 from looks where project = ? and test_list = ?)) on conflict do nothing`,
        )
        .run([project, testList, runId, project, testList]);
      const row = this.#connection.statement('select number from looks where project = ? and test_list = ? and run_id = ?').get([project, testList, runId]) as {
        number: number;
      };
      return row.number;
    });
  }

  async promote(champion: Omit<ChampionRow, 'version' | 'promotedAt'>): Promise<ChampionRow> {
    return this.#connection.write(() => {
      const version = (this.#currentChampion(champion.project)?.version ?? 0) + 1;
      const promotedAt = this.#connection.now();
      this.#connection.run(
        this.#connection.query.insertInto('champions').values({
          project: champion.project,
          version,
          candidate: JSON.stringify(champion.candidate),
          run_id: champion.runId ?? null,
          promoted_at: promotedAt,
          by: champion.by,
          note: champion.note ?? null,
        }),
      );
      return { ...champion, version, promotedAt };
    });
  }

  async currentChampion(project: string): Promise<ChampionRow | undefined> {
    return this.#connection.read(() => this.#currentChampion(project));
  }

  async champions(project: string): Promise<readonly ChampionRow[]> {
    return this.#connection.read(() => this.#connection.all(this.#championsOf(project))).map(championRow);
  }

  putSchedule({ id, cron, timeZone, configFile, paused, problem }: ScheduleRow): Promise<void> {
    const columns = { cron, time_zone: timeZone, config_file: configFile, paused: paused ? 1 : 0, problem: problem ?? null };
    return this.#connection.write(() => {
      this.#connection.run(
        this.#connection.query
          .insertInto('schedules')
          .values({ id, ...columns })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(columns)),
      );
    });
  }

  deleteSchedule(id: string): Promise<void> {
    return this.#connection.write(() => {
      this.#connection.run(this.#connection.query.deleteFrom('schedules').where('id', '=', id));
    });
  }

  async schedules(): Promise<readonly ScheduleRow[]> {
    const query = this.#connection.query.selectFrom('schedules').selectAll().orderBy('id');
    return this.#connection
      .read(() => this.#connection.all(query))
      .map((row) => ({
        id: row.id,
        cron: row.cron,
        timeZone: row.time_zone,
        configFile: row.config_file,
        paused: row.paused === 1,
        ...(row.problem === null ? {} : { problem: row.problem }),
      }));
  }

  #championsOf(project: string) {
    return this.#connection.query.selectFrom('champions').selectAll().where('project', '=', project).orderBy('version', 'desc');
  }

  #currentChampion(project: string): ChampionRow | undefined {
    const row = this.#connection.first(this.#championsOf(project).limit(1));
    return row === undefined ? undefined : championRow(row);
  }

  #run(id: string): RunRow | undefined {
    const row = this.#connection.first(this.#connection.query.selectFrom('runs').selectAll().where('id', '=', id));
    return row === undefined ? undefined : runRow(row);
  }

  #unknownRun(id: string): never {
    throw new WatersmeetError('input.invalid', `The store in ${this.#connection.folder} holds no run ${id}.`);
  }
}

function runRow(row: Selectable<Schema['runs']>): RunRow {
  return {
    id: row.id,
    project: row.project,
    status: row.status,
    ...(row.sentence === null ? {} : { sentence: row.sentence }),
    ...(row.waiting === null ? {} : { waiting: row.waiting }),
    input: JSON.parse(row.input) as RunInput,
    createdAt: row.created_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.champion === null ? {} : { champion: JSON.parse(row.champion) as ChampionRow['candidate'] }),
    ...(row.better === null ? {} : { better: row.better === 1 }),
    ...(row.digest === null ? {} : { digest: row.digest }),
    startedBy: row.started_by,
    control: row.control,
    activeTime: row.active_time,
  };
}

function championRow(row: Selectable<Schema['champions']>): ChampionRow {
  return {
    project: row.project,
    version: row.version,
    candidate: JSON.parse(row.candidate) as ChampionRow['candidate'],
    ...(row.run_id === null ? {} : { runId: row.run_id }),
    promotedAt: row.promoted_at,
    by: row.by,
    ...(row.note === null ? {} : { note: row.note }),
  };
}
