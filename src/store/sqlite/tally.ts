// What a run has used, summed over its rows.
//
// A guard asks for the money spent before every call, and progress is shown all the time: summing 100,000 rows each time (50 ms)
// would cost more than the writes. So the sums are made from the rows once, and every committed row is added to them, as
// long as only this connection writes (`data_version` tells); else they are made anew.

import type { Role } from '../../core/outcome.js';
import type { RoleTotals } from '../store.js';
import type { Connection } from './connection.js';

const ROLES: readonly Role[] = ['agent', 'evaluator', 'judge', 'optimizer', 'merger'];

type Counts = { -readonly [name in Exclude<keyof RoleTotals, 'role'>]: number };

interface RunTally {
  readonly roles: Map<Role, Counts>;
  /** US dollars claimed, not recorded. */
  reserved: number;
}

export class Tally {
  readonly #connection: Connection;
  readonly #runs = new Map<string, RunTally>();
  #version: number | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  totals(runId: string): readonly RoleTotals[] {
    const { roles } = this.#of(runId);
    return ROLES.flatMap((role) => {
      const counts = roles.get(role);
      return counts === undefined ? [] : [{ role, ...counts, cost: dollars(counts.cost) }];
    });
  }

  spent(runId: string): { readonly recorded: number; readonly reserved: number } {
    const { roles, reserved } = this.#of(runId);
    let recorded = 0;
    for (const counts of roles.values()) recorded += counts.cost;
    return { recorded: dollars(recorded), reserved: dollars(reserved) };
  }

  /** The run's rows are gone: its sums are made anew. */
  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  /** Adds what a new row says; only after the row's commit. */
  add(runId: string, role: Role, change: Partial<Counts>): void {
    const run = this.#runs.get(runId);
    if (run !== undefined) addTo(run, role, change);
  }

  /** Adds to the money reserved, or takes from it; only after the commit. */
  reserve(runId: string, cost: number): void {
    const run = this.#runs.get(runId);
    if (run !== undefined) run.reserved += cost;
  }

  #of(runId: string): RunTally {
    const { data_version: version } = this.#connection.statement('pragma data_version').get([]) as { data_version: number };
    if (version !== this.#version) this.#runs.clear();
    this.#version = version;
    let run = this.#runs.get(runId);
    if (run === undefined) {
      run = this.#fromRows(runId);
      this.#runs.set(runId, run);
    }
    return run;
  }

  #fromRows(runId: string): RunTally {
    const connection = this.#connection;
    const { query } = connection;
    const reserved = connection.first(
      query
        .selectFrom('calls')
        .select(({ fn }) => fn.sum<number | null>('estimated_cost').as('sum'))
        .where('run_id', '=', runId)
        .where('status', 'is', null),
    );
    const run: RunTally = { roles: new Map(), reserved: reserved?.sum ?? 0 };
    const rollouts = connection.first(
      query
        .selectFrom('evaluation_rows')
        .select(({ fn }) => [
          fn.countAll<number>().as('rows'),
          fn.sum<number>('calls').as('calls'),
          fn.sum<number>('prompt_tokens').as('promptTokens'),
          fn.sum<number>('completion_tokens').as('completionTokens'),
        ])
        .where('run_id', '=', runId),
    );
    if (rollouts !== undefined && rollouts.rows > 0) {
      addTo(run, 'agent', { rollouts: rollouts.rows, calls: rollouts.calls, promptTokens: rollouts.promptTokens, completionTokens: rollouts.completionTokens });
    }
    const uses = connection.all(
      query
        .selectFrom('uses')
        .select(({ fn }) => [
          'role',
          fn.countAll<number>().as('calls'),
          fn.sum<number>('prompt_tokens').as('promptTokens'),
          fn.sum<number>('completion_tokens').as('completionTokens'),
          fn.max('prompt_tokens').as('maxPromptTokens'),
        ])
        .where('run_id', '=', runId)
        .groupBy('role'),
    );
    for (const { role, ...counts } of uses) addTo(run, role, counts);
    const sent = connection.all(
      query
        .selectFrom('calls')
        .select(({ fn }) => [
          'role',
          fn.countAll<number>().as('sentCalls'),
          fn.sum<number>('prompt_tokens').as('sentPromptTokens'),
          fn.sum<number>('completion_tokens').as('sentCompletionTokens'),
          fn.sum<number>('cached_tokens').as('cachedTokens'),
          fn.sum<number>('cost').as('cost'),
          fn.max<number>('prompt_tokens').as('maxPromptTokens'),
        ])
        .where('run_id', '=', runId)
        .where('status', 'is not', null)
        .groupBy('role'),
    );
    for (const { role, ...counts } of sent) addTo(run, role, counts);
    const lost = connection.all(
      query
        .selectFrom('lost_calls')
        .select(({ fn }) => ['role', fn.countAll<number>().as('lostCalls')])
        .where('run_id', '=', runId)
        .groupBy('role'),
    );
    for (const { role, ...counts } of lost) addTo(run, role, counts);
    return run;
  }
}

function addTo(run: RunTally, role: Role, change: Partial<Counts>): void {
  let counts = run.roles.get(role);
  if (counts === undefined) {
    counts = {
      rollouts: 0,
      calls: 0,
      promptTokens: 0,
      completionTokens: 0,
      maxPromptTokens: 0,
      sentCalls: 0,
      sentPromptTokens: 0,
      sentCompletionTokens: 0,
      cachedTokens: 0,
      cost: 0,
      lostCalls: 0,
    };
    run.roles.set(role, counts);
  }
  counts.rollouts += change.rollouts ?? 0;
  counts.calls += change.calls ?? 0;
  counts.promptTokens += change.promptTokens ?? 0;
  counts.completionTokens += change.completionTokens ?? 0;
  counts.maxPromptTokens = Math.max(counts.maxPromptTokens, change.maxPromptTokens ?? 0);
  counts.sentCalls += change.sentCalls ?? 0;
  counts.sentPromptTokens += change.sentPromptTokens ?? 0;
  counts.sentCompletionTokens += change.sentCompletionTokens ?? 0;
  counts.cachedTokens += change.cachedTokens ?? 0;
  counts.cost += change.cost ?? 0;
  counts.lostCalls += change.lostCalls ?? 0;
}

/** Adding and taking away leaves a trace in the last bits: a reservation given back is nothing, not 1e-17. */
function dollars(sum: number): number {
  return Math.max(0, Math.round(sum * 1e12) / 1e12);
}
