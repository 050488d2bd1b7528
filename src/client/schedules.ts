// Scheduled re-optimization on Temporal Schedules. They fire only while a host runs (`watersmeet worker`). The store keeps
// what was asked for: an embedded server that begins with an empty file gets its schedules back.

import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy, type ScheduleHandle } from '@temporalio/client';
import { WatersmeetError } from '../core/failures.js';
import { WORKFLOWS } from '../core/messages.js';
import type { ScheduleRow, Store } from '../store/store.js';
import type { EngineClient } from './runs.js';

export interface ScheduleView {
  readonly id: string;
  readonly cron: readonly string[];
  readonly timeZone: string;
  readonly paused: boolean;
  readonly note?: string;
  /** Milliseconds since 1970. */
  readonly next: readonly number[];
  readonly recent: readonly { readonly at: number; readonly workflowId: string }[];
  readonly configFile?: string;
  /** Why no run came of it the last time it fired. */
  readonly problem?: string;
}

/** A run that should have fired while no host was up is caught up if it is not older than this. */
const CATCH_UP = '1 day';

export class Schedules {
  readonly #engine: EngineClient;
  readonly #store: Pick<Store, 'putSchedule' | 'deleteSchedule' | 'schedules'>;

  constructor(engine: EngineClient, store: Pick<Store, 'putSchedule' | 'deleteSchedule' | 'schedules'>) {
    this.#engine = engine;
    this.#store = store;
  }

  /** @throws WatersmeetError 'input.invalid' for a wrong cron expression, an unknown time zone, or an id that is taken. */
  async create(options: { readonly id: string; readonly cron: string; readonly timeZone?: string; readonly configFile: string }): Promise<ScheduleView> {
    const { id, cron, configFile } = options;
    const timeZone = options.timeZone ?? 'UTC';
    checkTiming(cron, timeZone);
    const row: ScheduleRow = { id, cron, timeZone, configFile, paused: false };
    try {
      await this.#create(row);
    } catch (error) {
      if (error instanceof ScheduleAlreadyRunning)
        throw new WatersmeetError(
          'input.invalid',
          `There is a schedule "${id}" already. Choose another id, or delete it with \`watersmeet schedule delete ${id}\`.`,
        );
      if (error instanceof Error && /cron|invalid schedule spec/i.test(`${error.message} ${String(error.cause)}`))
        throw new WatersmeetError('input.invalid', cronSentence(cron, error.cause instanceof Error ? error.cause.message : error.message), { cause: error });
      throw error;
    }
    const view = await this.show(id);
    if (view.next.length === 0) {
      await this.delete(id);
      throw new WatersmeetError('input.invalid', cronSentence(cron, 'there is no such day'));
    }
    await this.#store.putSchedule(row);
    return view;
  }

  /** Makes those anew that the store has and the engine has not. @returns their ids. */
  async restore(): Promise<readonly string[]> {
    const rows = await this.#store.schedules();
    if (rows.length === 0) return [];
    const present = new Set<string>();
    for await (const schedule of this.#engine.temporal.schedule.list()) present.add(schedule.scheduleId);
    const missing = rows.filter(({ id }) => !present.has(id));
    for (const row of missing) await this.#create(row);
    return missing.map(({ id }) => id);
  }

  async #create({ id, cron, timeZone, configFile, paused }: ScheduleRow): Promise<void> {
    await this.#engine.temporal.schedule.create({
      scheduleId: id,
      spec: { cronExpressions: [cron], timezone: timeZone },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP },
      memo: { configFile, cron },
      state: { paused },
      action: {
        type: 'startWorkflow',
        workflowType: WORKFLOWS.scheduledRun,
        workflowId: `schedule-${id}`,
        taskQueue: this.#engine.taskQueue,
        args: [{ configFile, scheduleId: id, pace: this.#engine.pace }],
        workflowTaskTimeout: this.#engine.pace.workflowTaskSeconds * 1_000,
      },
    });
  }

  async list(): Promise<readonly ScheduleView[]> {
    const ids: string[] = [];
    for await (const schedule of this.#engine.temporal.schedule.list()) ids.push(schedule.scheduleId);
    const views = await Promise.all(ids.toSorted().map((id) => this.#view(id)));
    // A cluster's namespace holds other people's schedules as well.
    return views.flatMap((view) => (view.taskQueue === this.#engine.taskQueue ? [view.view] : []));
  }

  async show(id: string): Promise<ScheduleView> {
    return (await this.#view(id)).view;
  }

  async #view(id: string): Promise<{ readonly view: ScheduleView; readonly taskQueue: string | undefined }> {
    const [description, kept] = [await this.#existing(id, (handle) => handle.describe()), (await this.#store.schedules()).find((row) => row.id === id)];
    const memo = description.memo as { readonly configFile?: string; readonly cron?: string } | undefined;
    const view: ScheduleView = {
      id,
      cron: memo?.cron === undefined ? [] : [memo.cron],
      timeZone: description.spec.timezone ?? 'UTC',
      paused: description.state.paused,
      ...(description.state.note === undefined || description.state.note === '' ? {} : { note: description.state.note }),
      next: description.info.nextActionTimes.slice(0, 3).map((time) => time.getTime()),
      recent: description.info.recentActions.map((action) => ({ at: action.takenAt.getTime(), workflowId: action.action.workflow.workflowId })),
      ...(memo?.configFile === undefined ? {} : { configFile: memo.configFile }),
      ...(kept?.problem === undefined ? {} : { problem: kept.problem }),
    };
    return { view, taskQueue: description.action.type === 'startWorkflow' ? description.action.taskQueue : undefined };
  }

  async pause(id: string, note?: string): Promise<void> {
    await this.#existing(id, (handle) => handle.pause(note ?? 'paused by hand'));
    await this.#notePaused(id, true);
  }

  async unpause(id: string): Promise<void> {
    await this.#existing(id, (handle) => handle.unpause('unpaused by hand'));
    await this.#notePaused(id, false);
  }

  async #notePaused(id: string, paused: boolean): Promise<void> {
    const row = (await this.#store.schedules()).find((schedule) => schedule.id === id);
    if (row !== undefined) await this.#store.putSchedule({ ...row, paused });
  }

  /** Fires now; skipped when a run of it is still going. */
  async trigger(id: string): Promise<void> {
    await this.#existing(id, (handle) => handle.trigger(ScheduleOverlapPolicy.SKIP));
  }

  async delete(id: string): Promise<void> {
    // Here first: what is deleted must not come back.
    await this.#store.deleteSchedule(id);
    await this.#existing(id, (handle) => handle.delete());
  }

  async #existing<T>(id: string, action: (handle: ScheduleHandle) => Promise<T>): Promise<T> {
    try {
      return await action(this.#engine.temporal.schedule.getHandle(id));
    } catch (error) {
      if (error instanceof ScheduleNotFoundError)
        throw new WatersmeetError('input.invalid', `There is no schedule "${id}". \`watersmeet schedule list\` shows them.`);
      throw error;
    }
  }
}

/** What can be told without the server. @throws WatersmeetError 'input.invalid'. */
export function checkTiming(cron: string, timeZone: string): void {
  checkTimeZone(timeZone);
  checkCron(cron);
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new WatersmeetError('input.invalid', `"${timeZone}" is no time zone. Use a name of the IANA database, such as Europe/Berlin or UTC.`);
  }
}

const FIELDS: readonly { readonly name: string; readonly least: number; readonly most: number; readonly names?: readonly string[] }[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day-of-month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'day-of-week', least: 0, most: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

/** Of each month, at most. */
const DAYS: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Before anything is started; the server checks the rest. */
function checkCron(cron: string): void {
  const fields = cron.trim().split(/\s+/);
  const named = /^@(yearly|monthly|weekly|daily|hourly|every \S+)$/.test(cron.trim());
  if (!named && (fields.length !== 5 || fields.some((field) => !/^[\d*,/?A-Za-z-]+$/.test(field))))
    throw new WatersmeetError('input.invalid', cronSentence(cron, `it has ${fields.length} field${fields.length === 1 ? '' : 's'}`));
  if (named) return;
  for (const [index, { name, least, most, names = [] }] of FIELDS.entries()) {
    for (const word of fields[index]!.split(/[,/-]/)) {
      const known = word === '*' || names.some((one) => word.toLowerCase().startsWith(one));
      const number = /^\d+$/.test(word) ? Number(word) : undefined;
      // A step (after the slash) may be small.
      if (!known && (number === undefined || number > most || (number < least && !fields[index]!.includes('/'))))
        throw new WatersmeetError('input.invalid', cronSentence(cron, `"${word}" is no ${name}: it goes from ${least} to ${most}`));
    }
  }
  const [, , day = '', month = '', weekday] = fields;
  const index = FIELDS[3]!.names!.findIndex((name, place) => month.toLowerCase().startsWith(name) || Number(month) === place + 1);
  if (weekday === '*' && /^\w+$/.test(month) && Number(day) > (DAYS[index] ?? 31))
    throw new WatersmeetError('input.invalid', cronSentence(cron, 'there is no such day'));
}

function cronSentence(cron: string, why: string): string {
  return `"${cron}" is no cron expression (${why}). Use five fields: minute hour day-of-month month day-of-week, for example "0 3 * * 1" for Mondays at 03:00.`;
}
