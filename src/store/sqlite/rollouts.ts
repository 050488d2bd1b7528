// Trajectories, scores, and the rows that totals and evidence are summed from.

import type { EvaluationRow, EvidenceRow, RoleTotals, StoredScore, StoredTrajectory, UseRow } from '../store.js';
import { inChunks, nextTurn } from './chunks.js';
import type { Connection } from './connection.js';
import type { Tally } from './tally.js';

const PAGE = 1000;

// Hot, as in calls.ts.
const INSERT_TRAJECTORY = 'insert into trajectories (key, candidate, task_hash, value) values (?, ?, ?, ?) on conflict (key) do nothing';

const INSERT_SCORE = 'insert into scores (key, trajectory_key, outcome, score, value) values (?, ?, ?, ?, ?) on conflict (key) do nothing';

const INSERT_ROW = `
  insert into evaluation_rows
    (run_id, path, candidate, task_id, task_hash, outcome, score, trajectory_key, score_key, rollouts, calls, prompt_tokens, completion_tokens)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`;

const SELECT_TRAJECTORY = 'select candidate, task_hash, value from trajectories where key = ?';

const SELECT_SCORE = 'select trajectory_key, outcome, score, value from scores where key = ?';

export class Rollouts {
  readonly #connection: Connection;
  readonly #tally: Tally;

  constructor(connection: Connection, tally: Tally) {
    this.#connection = connection;
    this.#tally = tally;
  }

  async getTrajectory(key: string): Promise<StoredTrajectory | undefined> {
    const row = this.#connection.read(() => this.#connection.statement(SELECT_TRAJECTORY).get([key])) as
      | { candidate: string; task_hash: string; value: string }
      | undefined;
    if (row === undefined) return undefined;
    const rest = JSON.parse(row.value) as Pick<StoredTrajectory, 'trajectory' | 'output' | 'failure' | 'usage'>;
    return { key, candidate: row.candidate, taskHash: row.task_hash, ...rest };
  }

  async getScore(key: string): Promise<StoredScore | undefined> {
    const row = this.#connection.read(() => this.#connection.statement(SELECT_SCORE).get([key])) as
      | { trajectory_key: string; outcome: StoredScore['outcome']; score: number; value: string }
      | undefined;
    if (row === undefined) return undefined;
    const rest = JSON.parse(row.value) as Pick<StoredScore, 'feedback' | 'reason' | 'usage'>;
    return { key, trajectoryKey: row.trajectory_key, outcome: row.outcome, score: row.score, ...rest };
  }

  putRollout({ trajectory, score, row }: { readonly trajectory: StoredTrajectory; readonly score: StoredScore; readonly row: EvaluationRow }): Promise<void> {
    // As JSON a text keeps every character, U+0000 and lone surrogates among them.
    const trajectoryValue = JSON.stringify({
      trajectory: trajectory.trajectory,
      output: trajectory.output,
      failure: trajectory.failure,
      usage: trajectory.usage,
    });
    const scoreValue = JSON.stringify({ feedback: score.feedback, reason: score.reason, usage: score.usage });
    return this.#connection.write((afterCommit) => {
      const connection = this.#connection;
      connection.statement(INSERT_TRAJECTORY).run([trajectory.key, trajectory.candidate, trajectory.taskHash, trajectoryValue]);
      connection.statement(INSERT_SCORE).run([score.key, score.trajectoryKey, score.outcome, score.score, scoreValue]);
      const { usage } = row;
      const inserted = connection
        .statement(INSERT_ROW)
        .run([
          row.runId,
          row.path,
          row.candidate,
          row.taskId,
          row.taskHash,
          row.outcome,
          row.score,
          row.trajectoryKey,
          row.scoreKey,
          usage.rollouts,
          usage.calls,
          usage.promptTokens,
          usage.completionTokens,
        ]);
      if (inserted.changes === 0) return;
      afterCommit(() =>
        this.#tally.add(row.runId, 'agent', { rollouts: 1, calls: usage.calls, promptTokens: usage.promptTokens, completionTokens: usage.completionTokens }),
      );
    });
  }

  async evaluationRows(runId: string, filter: { readonly pathPrefix?: string; readonly candidate?: string } = {}): Promise<readonly EvaluationRow[]> {
    const rows: EvaluationRow[] = [];
    for await (const page of this.#pages(runId, filter)) rows.push(...page);
    return rows;
  }

  async *evaluationRowsInOrder(runId: string): AsyncGenerator<EvaluationRow, void, undefined> {
    for await (const page of this.#pages(runId, {})) yield* page;
  }

  /** Each page is a query of its own, from where the last one ended: an open cursor would keep the log from being written back. */
  async *#pages(
    runId: string,
    filter: { readonly pathPrefix?: string; readonly candidate?: string },
  ): AsyncGenerator<readonly EvaluationRow[], void, undefined> {
    let query = this.#connection.query.selectFrom('evaluation_rows').selectAll().where('run_id', '=', runId);
    if (filter.pathPrefix !== undefined) {
      // The last code point of all closes the range; `like` would take % and _ for wildcards.
      query = query.where('path', '>=', filter.pathPrefix).where('path', '<', `${filter.pathPrefix}\u{10ffff}`);
    }
    if (filter.candidate !== undefined) query = query.where('candidate', '=', filter.candidate);
    query = query.orderBy('path').orderBy('candidate').orderBy('task_id').limit(PAGE);
    let last: EvaluationRow | undefined;
    for (;;) {
      const after = last;
      const next =
        after === undefined
          ? query
          : query.where((where) => where(where.refTuple('path', 'candidate', 'task_id'), '>', where.tuple(after.path, after.candidate, after.taskId)));
      const page = this.#connection
        .read(() => this.#connection.all(next))
        .map(
          (row): EvaluationRow => ({
            runId: row.run_id,
            path: row.path,
            candidate: row.candidate,
            taskId: row.task_id,
            taskHash: row.task_hash,
            outcome: row.outcome,
            score: row.score,
            trajectoryKey: row.trajectory_key,
            scoreKey: row.score_key,
            usage: { rollouts: row.rollouts, calls: row.calls, promptTokens: row.prompt_tokens, completionTokens: row.completion_tokens },
          }),
        );
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      last = page.at(-1);
      await nextTurn();
    }
  }

  putEvidence(rows: readonly EvidenceRow[]): Promise<void> {
    return inChunks(rows, (chunk) =>
      this.#connection.write(() => {
        const insert = this.#connection.statement(
          'insert into evidence_rows (run_id, path, item_id, task_id, verdict) values (?, ?, ?, ?, ?) on conflict do nothing',
        );
        for (const row of chunk) insert.run([row.runId, row.path, row.itemId, row.taskId, row.verdict]);
      }),
    );
  }

  async evidence(runId: string): Promise<readonly { readonly itemId: string; readonly helped: number; readonly hurt: number }[]> {
    const query = this.#connection.query
      .selectFrom('evidence_rows')
      .select([
        'item_id',
        (expression) => expression.fn.countAll<number>().filterWhere('verdict', '=', 'helped').as('helped'),
        (expression) => expression.fn.countAll<number>().filterWhere('verdict', '=', 'hurt').as('hurt'),
      ])
      .where('run_id', '=', runId)
      .groupBy('item_id')
      .orderBy('item_id');
    return this.#connection.read(() => this.#connection.all(query)).map((row) => ({ itemId: row.item_id, helped: row.helped, hurt: row.hurt }));
  }

  putUses(rows: readonly UseRow[]): Promise<void> {
    return inChunks(rows, (chunk) =>
      this.#connection.write((afterCommit) => {
        const insert = this.#connection.statement(
          'insert into uses (run_id, path, call_key, role, prompt_tokens, completion_tokens) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
        );
        for (const row of chunk) {
          const inserted = insert.run([row.runId, row.path, row.callKey, row.role, row.promptTokens, row.completionTokens]);
          if (inserted.changes === 0) continue;
          afterCommit(() =>
            this.#tally.add(row.runId, row.role, {
              calls: 1,
              promptTokens: row.promptTokens,
              completionTokens: row.completionTokens,
              maxPromptTokens: row.promptTokens,
            }),
          );
        }
      }),
    );
  }

  /** Piece by piece: many rows do not keep a heartbeat waiting. */
  async clear(runId: string): Promise<void> {
    for (const [name, key] of [
      ['evaluation_rows', 'run_id, path, candidate, task_id'],
      ['evidence_rows', 'run_id, item_id, path, task_id'],
      ['uses', 'run_id, path, call_key, role'],
    ] as const) {
      let changes: number;
      do {
        changes = await this.#connection.write((afterCommit) => {
          afterCommit(() => this.#tally.forget(runId));
          return this.#connection.statement(`delete from ${name} where (${key}) in (select ${key} from ${name} where run_id = ? limit ${PAGE})`).run([runId])
            .changes;
        });
      } while (changes > 0);
    }
  }

  async totals(runId: string): Promise<readonly RoleTotals[]> {
    return this.#connection.read(() => this.#tally.totals(runId));
  }
}
