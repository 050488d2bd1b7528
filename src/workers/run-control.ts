// What may run: asked before every call and every piece of work. A person's wish (pause, cancel) is read from the store,
// wherever it was typed; a stopping process says so itself.

import { setTimeout as sleep } from 'node:timers/promises';
import type { StopControl, StopReason } from '../models/stop-control.js';
import type { RunRow, Store } from '../store/store.js';

/** Milliseconds between two looks at the store while runs are active. */
const LOOK_EVERY = 300;

export class RunControl implements StopControl {
  readonly #store: Store;
  readonly #active = new Map<string, { row: RunRow; working: number; since: number }>();
  readonly #onChange: (row: RunRow) => void;
  readonly #timer: NodeJS.Timeout;
  #stopping = false;

  /** `onChange` is told when a run's recorded input was changed by a resume. */
  constructor(store: Store, onChange: (row: RunRow) => void) {
    this.#store = store;
    this.#onChange = onChange;
    this.#timer = setInterval(() => void this.#look().catch(() => undefined), LOOK_EVERY);
    this.#timer.unref();
  }

  stopping(runId: string): StopReason | undefined {
    const control = this.#active.get(runId)?.row.control;
    if (control === 'cancel') return 'run.cancelled';
    if (this.#stopping) return 'run.stopping';
    return control === 'pause' ? 'run.paused' : undefined;
  }

  /** From now on nothing new starts; what is in flight is recorded. */
  stop(): void {
    this.#stopping = true;
  }

  /** US dollars the run may spend, if that is limited. */
  moneyLimit(runId: string): number | undefined {
    const money = this.#active.get(runId)?.row.input.settings.budget.money;
    return typeof money === 'number' ? money : undefined;
  }

  /** Marks that work of a run goes on until the returned function is called: its active time is counted meanwhile. */
  async working(row: RunRow): Promise<() => Promise<void>> {
    let active = this.#active.get(row.id);
    if (active === undefined) {
      active = { row, working: 0, since: performance.now() };
      this.#active.set(row.id, active);
    }
    const entry = active;
    if (entry.working++ === 0) entry.since = performance.now();
    return async () => {
      if (--entry.working === 0) await this.#store.addActiveTime(row.id, Math.round(performance.now() - entry.since));
    };
  }

  /** Resolves when no work of the run goes on. */
  async quiet(runId: string): Promise<void> {
    while ((this.#active.get(runId)?.working ?? 0) > 0) await sleep(LOOK_EVERY);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    for (const [id, active] of this.#active) {
      const row = await this.#store.getRun(id);
      if (row === undefined) continue;
      if (JSON.stringify(row.input) !== JSON.stringify(active.row.input)) this.#onChange(row);
      active.row = row;
      if (active.working === 0 && (row.status === 'completed' || row.status === 'failed' || row.status === 'cancelled')) this.#active.delete(id);
    }
  }
}
