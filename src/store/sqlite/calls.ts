// The ledger of model calls: claimed before they are sent, recorded before the answer is handed on.
//
// A claim, a record and a rollout (rollouts.ts) are written for every task, so they are plain prepared statements: compiling
// the same queries with Kysely at each use costs more CPU than executing them.

import { WatersmeetError } from '../../core/failures.js';
import type { Role } from '../../core/outcome.js';
import type { CallClaim, ClaimResult, RecordedCall } from '../store.js';
import type { Connection } from './connection.js';
import type { Tally } from './tally.js';
import { fromAnyText, toAnyText } from './text.js';

const SELECT_RECORDED = `
  select calls.key, calls.status, calls.prompt_tokens, calls.completion_tokens, calls.cached_tokens, calls.cost, calls.latency,
         call_answers.content_type, call_answers.body
  from calls join call_answers on call_answers.call_id = calls.id
  where calls.key = ? and calls.status is not null`;

const INSERT_CLAIM = `
  insert into calls (key, boot_id, run_id, role, model, endpoint, estimated_tokens, estimated_cost, claimed_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (key) do nothing`;

const INSERT_REQUEST = 'insert into call_requests (call_id, scope, request) values (?, ?, ?)';

const SELECT_CLAIM = 'select id, boot_id, run_id, role, status, estimated_cost from calls where key = ?';

const TAKE_OVER = `
  update calls set boot_id = ?, run_id = ?, role = ?, model = ?, endpoint = ?, estimated_tokens = ?, estimated_cost = ?, claimed_at = ?
  where id = ?`;

const INSERT_LOST = 'insert into lost_calls (run_id, role, call_key, boot_id, lost_at) values (?, ?, ?, ?, ?) on conflict do nothing';

const RECORD = `
  update calls set status = ?, prompt_tokens = ?, completion_tokens = ?, cached_tokens = ?, cost = ?, latency = ?, recorded_at = ?
  where key = ? and status is null returning id, run_id, role, estimated_cost`;

const INSERT_ANSWER = 'insert into call_answers (call_id, content_type, body) values (?, ?, ?)';

const RELEASE = 'delete from calls where key = ? and status is null returning id, run_id, role, estimated_cost';

const DELETE_REQUEST = 'delete from call_requests where call_id = ?';

interface ClaimRow {
  readonly id: number;
  readonly boot_id: string;
  readonly run_id: string;
  readonly role: Role;
  readonly status: number | null;
  readonly estimated_cost: number;
}

type ChangedRow = Pick<ClaimRow, 'id' | 'run_id' | 'role' | 'estimated_cost'>;

interface RecordedRow {
  readonly key: string;
  readonly status: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cached_tokens: number;
  readonly cost: number;
  readonly latency: number;
  readonly content_type: string;
  readonly body: string | ArrayBuffer;
}

export class Calls {
  readonly #connection: Connection;
  readonly #tally: Tally;

  constructor(connection: Connection, tally: Tally) {
    this.#connection = connection;
    this.#tally = tally;
  }

  claimCall(claim: CallClaim): Promise<ClaimResult> {
    return this.#connection.write((afterCommit) => this.#claim(claim, afterCommit));
  }

  #claim(claim: CallClaim, afterCommit: (effect: () => void) => void): ClaimResult {
    const connection = this.#connection;
    const now = connection.now();
    const inserted = connection
      .statement(INSERT_CLAIM)
      .run([claim.key, claim.bootId, claim.runId, claim.role, claim.model, claim.endpoint, claim.estimatedTokens, claim.estimatedCost, now]);
    if (inserted.changes === 1) {
      connection.statement(INSERT_REQUEST).run([inserted.lastInsertRowid, JSON.stringify(claim.scope), toAnyText(claim.request)]);
      afterCommit(() => this.#tally.reserve(claim.runId, claim.estimatedCost));
      return { state: 'claimed', tookOver: false };
    }
    const row = connection.statement(SELECT_CLAIM).get([claim.key]) as ClaimRow;
    if (row.status !== null) {
      const call = this.#recorded(claim.key);
      if (call !== undefined) return { state: 'recorded', call };
    }
    if (row.boot_id === claim.bootId) return { state: 'in-flight' };
    // With SQLite exactly one process executes: any other boot is dead. What it had sent is lost, and its run paid for it.
    const lost = connection.statement(INSERT_LOST).run([row.run_id, row.role, claim.key, row.boot_id, now]);
    connection
      .statement(TAKE_OVER)
      .run([claim.bootId, claim.runId, claim.role, claim.model, claim.endpoint, claim.estimatedTokens, claim.estimatedCost, now, row.id]);
    afterCommit(() => {
      this.#tally.add(row.run_id, row.role, { lostCalls: lost.changes });
      this.#tally.reserve(row.run_id, -row.estimated_cost);
      this.#tally.reserve(claim.runId, claim.estimatedCost);
    });
    return { state: 'claimed', tookOver: true };
  }

  recordCall(call: RecordedCall): Promise<void> {
    return this.#connection.write((afterCommit) => {
      const connection = this.#connection;
      const row = connection
        .statement(RECORD)
        .get([call.status, call.promptTokens, call.completionTokens, call.cachedTokens, call.cost, call.latency, connection.now(), call.key]) as
        | ChangedRow
        | undefined;
      if (row === undefined) {
        if (connection.statement(SELECT_CLAIM).get([call.key]) !== undefined) return;
        throw new WatersmeetError('internal.defect', `The call ${call.key} was recorded without a claim.`);
      }
      connection.statement(INSERT_ANSWER).run([row.id, call.contentType, toAnyText(call.body)]);
      afterCommit(() => {
        this.#tally.reserve(row.run_id, -row.estimated_cost);
        this.#tally.add(row.run_id, row.role, {
          sentCalls: 1,
          sentPromptTokens: call.promptTokens,
          sentCompletionTokens: call.completionTokens,
          cachedTokens: call.cachedTokens,
          maxPromptTokens: call.promptTokens,
          cost: call.cost,
        });
      });
    });
  }

  releaseCall(key: string): Promise<void> {
    return this.#connection.write((afterCommit) => {
      const row = this.#connection.statement(RELEASE).get([key]) as ChangedRow | undefined;
      if (row === undefined) return;
      this.#connection.statement(DELETE_REQUEST).run([row.id]);
      afterCommit(() => this.#tally.reserve(row.run_id, -row.estimated_cost));
    });
  }

  async getCall(key: string): Promise<RecordedCall | undefined> {
    return this.#recorded(key);
  }

  async spent(runId: string): Promise<{ readonly recorded: number; readonly reserved: number }> {
    return this.#connection.read(() => this.#tally.spent(runId));
  }

  #recorded(key: string): RecordedCall | undefined {
    const row = this.#connection.read(() => this.#connection.statement(SELECT_RECORDED).get([key])) as RecordedRow | undefined;
    if (row === undefined) return undefined;
    return {
      key: row.key,
      status: row.status,
      contentType: row.content_type,
      body: fromAnyText(row.body),
      promptTokens: row.prompt_tokens,
      completionTokens: row.completion_tokens,
      cachedTokens: row.cached_tokens,
      cost: row.cost,
      latency: row.latency,
    };
  }
}
