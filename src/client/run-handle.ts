// A run in the hands of a script or the command line: watch it, pause it, wait for it.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { WatersmeetError } from '../core/failures.js';
import type { RunEvent, RunEventBody } from '../core/events.js';
import { SIGNALS, workflowIdOf } from '../core/messages.js';
import { initialRunState, reduce, type RunState } from '../core/run-state.js';
import type { CandidateReference } from '../core/candidate.js';
import type { RoleTotals, RunRow, RunStatus, Store } from '../store/store.js';

/** Milliseconds between two looks at the store. */
const LOOK_EVERY = 200;
const EVENTS_OF_A_PAGE = 500;

export interface RunResult {
  readonly runId: string;
  readonly champion: CandidateReference;
  /** Whether confirm found it better than what the run began with. */
  readonly better: boolean;
  readonly digest: string;
}

/** Whether nothing will happen any more by itself: ended, or waiting for a person. */
export function atRest(row: Pick<RunRow, 'status' | 'waiting'>): boolean {
  return row.status === 'completed' || row.status === 'failed' || row.status === 'cancelled' || (row.status === 'waiting' && row.waiting !== 'provider');
}

export class RunHandle {
  readonly id: string;
  readonly #store: Store;
  readonly #temporal: () => Client | undefined;
  readonly #failed: () => { readonly error: unknown } | undefined;

  /**
   * Without a Temporal client (nothing runs) a handle reads only; `cancel` and `pause` then hold from the next resume on. A
   * function gives the client of the moment: a process that takes over as host has another one from then on. `failed` tells
   * whether the process can execute no more: who waits for the run would wait for nothing.
   */
  constructor(id: string, store: Store, temporal?: Client | (() => Client), failed: () => { readonly error: unknown } | undefined = () => undefined) {
    this.id = id;
    this.#store = store;
    this.#temporal = typeof temporal === 'function' ? temporal : () => temporal;
    this.#failed = failed;
  }

  /** The run's row: status, settings, champion. */
  async row(): Promise<RunRow> {
    const row = await this.#store.getRun(this.id);
    if (row === undefined) throw new WatersmeetError('input.invalid', `There is no run "${this.id}" in ${this.#store.folder}. \`watersmeet runs\` lists them.`);
    return row;
  }

  async status(): Promise<RunStatus> {
    return (await this.row()).status;
  }

  /** Everything the events tell, reduced. */
  async state(): Promise<RunState> {
    let state = initialRunState(this.id);
    for (let after = 0; ; ) {
      const page = await this.#store.readEvents(this.id, after, EVENTS_OF_A_PAGE);
      for (const event of page) state = reduce(state, event);
      if (page.length < EVENTS_OF_A_PAGE) return state;
      after = page.at(-1)!.sequence;
    }
  }

  /** Calls, tokens and cost by role. */
  totals(): Promise<readonly RoleTotals[]> {
    return this.#store.totals(this.id);
  }

  /** All events from the beginning (or after a sequence number), then new ones as they come, until the run is at rest. Throws when this process can execute no more. */
  async *events(after = 0, signal?: AbortSignal): AsyncGenerator<RunEvent, void, void> {
    let last = after;
    for (;;) {
      // The row first: what was written before it came to rest is in the pages read after.
      const resting = atRest(await this.row());
      for (;;) {
        const page = await this.#store.readEvents(this.id, last, EVENTS_OF_A_PAGE);
        for (const event of page) yield event;
        last = page.at(-1)?.sequence ?? last;
        if (page.length < EVENTS_OF_A_PAGE) break;
      }
      if (resting || signal?.aborted === true) return;
      this.#throwIfFailed();
      await sleep(LOOK_EVERY, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }

  /** Waits for the end. Throws WatersmeetError when the run failed, was cancelled, or waits for a person; and what failed when this process can execute no more. */
  async result(): Promise<RunResult> {
    for (;;) {
      const row = await this.row();
      if (row.status === 'completed' && row.champion !== undefined)
        return { runId: this.id, champion: row.champion, better: row.better ?? false, digest: row.digest ?? '' };
      if (row.status === 'failed') throw new WatersmeetError('internal.defect', row.sentence ?? 'The run failed.');
      if (row.status === 'cancelled') throw new WatersmeetError('run.cancelled', row.sentence ?? 'The run was cancelled.');
      if (atRest(row)) throw new WatersmeetError(waitingFailure(row), `waiting: ${row.waiting ?? 'unknown'}. ${row.sentence ?? ''}`.trim());
      this.#throwIfFailed();
      await sleep(LOOK_EVERY);
    }
  }

  /** No new step and no new call; what is in flight is recorded. */
  async pause(): Promise<void> {
    await this.#refuseEnded('pause');
    // What the store says holds as well, only later; a lost end of a pause would be waited for.
    await this.#signal(SIGNALS.pause).catch(() => undefined);
    await this.#store.updateRun(this.id, { control: 'pause', status: 'paused' });
    await this.#note({ type: 'run-paused' });
  }

  async unpause(): Promise<void> {
    const row = await this.#refuseEnded('unpause');
    await this.#store.updateRun(this.id, { control: 'run', ...(row.status === 'paused' ? { status: 'running' as const } : {}) });
    if (row.status === 'paused') await this.#note({ type: 'run-continued' });
    await this.#signal(SIGNALS.unpause);
  }

  /** Ends the run; calls in flight are aborted, what was recorded is kept. */
  async cancel(): Promise<void> {
    await this.#refuseEnded('cancel');
    await this.#store.updateRun(this.id, { control: 'cancel' });
    const workflow = this.#temporal()?.workflow.getHandle(workflowIdOf(this.id));
    const open = await workflow?.describe().then(
      (description) => description.status.name === 'RUNNING',
      () => false,
    );
    if (open === true) {
      await workflow?.cancel();
      return;
    }
    await this.#store.updateRun(this.id, { status: 'cancelled', endedAt: Date.now(), sentence: 'The run was cancelled; everything it recorded is kept.' });
  }

  /** Tells a waiting run that a person mended what it waits for. Whether its execution was still there to hear it. */
  async mended(): Promise<boolean> {
    await this.goesOn();
    return (await this.#signal(SIGNALS.mended)) && (await this.#signal(SIGNALS.unpause));
  }

  /** Writes down that it is neither paused nor waiting any more. */
  async goesOn(): Promise<void> {
    const { status } = await this.row();
    await this.#store.updateRun(this.id, { control: 'run', status: 'running' });
    if (status === 'paused') await this.#note({ type: 'run-continued' });
  }

  /** What a person did to the run; what the run does by itself, its workflow notes. */
  #note(body: RunEventBody): Promise<void> {
    return this.#store.appendEvents(this.id, [{ path: 'control', number: Date.now(), body }]);
  }

  /** False when no execution of the run is open. */
  async #signal(signal: string): Promise<boolean> {
    try {
      await this.#temporal()?.workflow.getHandle(workflowIdOf(this.id)).signal(signal);
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  #throwIfFailed(): void {
    const failed = this.#failed();
    if (failed !== undefined) throw failed.error;
  }

  async #refuseEnded(verb: string): Promise<RunRow> {
    const row = await this.row();
    if (row.status === 'completed' || row.status === 'failed' || row.status === 'cancelled') {
      throw new WatersmeetError('input.invalid', `The run "${this.id}" is ${row.status}: there is nothing to ${verb}.`);
    }
    return row;
  }
}

function waitingFailure(
  row: RunRow,
):
  | 'provider.key'
  | 'provider.quota'
  | 'provider.model'
  | 'store.disk'
  | 'scorer.broken'
  | 'agent.broken'
  | 'proposer.broken'
  | 'limit.money'
  | 'task.poison'
  | 'provider.unavailable' {
  switch (row.waiting) {
    case 'key':
      return 'provider.key';
    case 'quota':
      return 'provider.quota';
    case 'model':
      return 'provider.model';
    case 'disk':
      return 'store.disk';
    case 'scorer':
      return 'scorer.broken';
    case 'agent':
      return 'agent.broken';
    case 'proposer':
      return 'proposer.broken';
    case 'limit':
      return 'limit.money';
    case 'task':
      return 'task.poison';
    default:
      return 'provider.unavailable';
  }
}
