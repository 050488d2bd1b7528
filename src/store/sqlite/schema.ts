// The tables as TypeScript sees them; migrations.ts makes them. Large texts are plain TEXT: deflating a trajectory of 8 KB
// costs 140 us of CPU and saves 45 % of its size, writing it costs 90 us, so compression does not pay.

import type { ColumnType, Generated } from 'kysely';
import type { Outcome, Role } from '../../core/outcome.js';
import type { Split } from '../../core/task.js';
import type { RunRow, RunStatus } from '../store.js';
import type { WaitingReason } from '../../core/failures.js';

/** Milliseconds since 1970. */
type Time = number;
/** JSON as text. */
type JsonText = string;
/** TEXT, or a blob where the text holds U+0000, at which libsql would cut it. */
type AnyText = ColumnType<string | ArrayBuffer, string | Uint8Array, never>;

export interface Schema {
  meta: { name: string; value: string };
  migrations: { version: number; name: string; applied_at: Time; package_version: string };

  objects: { reference: string; kind: string; value: JsonText };
  /** Lists of more than a thousand elements: each piece is an object that holds the elements from `first` to before `ends`. */
  list_pieces: { list: string; first: number; ends: number; piece: string };
  candidates: { document: string; hash: string; tokens: number; value: JsonText };
  tasks: { hash: string; value: JsonText };
  parts: { project: string; task_id: string; split: Split; half: 'select' | 'confirm' | null };

  /** One row a claim; `status` is null until an answer is recorded. Small, so that recording rewrites little. */
  calls: {
    id: Generated<number>;
    key: string;
    boot_id: string;
    /** The run that pays. */
    run_id: string;
    role: Role;
    model: string;
    endpoint: string;
    estimated_tokens: number;
    estimated_cost: number;
    claimed_at: Time;
    status: number | null;
    prompt_tokens: number | null;
    completion_tokens: number | null;
    cached_tokens: number | null;
    cost: number | null;
    latency: number | null;
    recorded_at: Time | null;
  };
  call_requests: { call_id: number; scope: JsonText; request: AnyText };
  call_answers: { call_id: number; content_type: string; body: AnyText };
  /** One row for every claim whose process died: counters are sums over rows. `run_id` is the run that had claimed. */
  lost_calls: { call_key: string; boot_id: string; run_id: string; role: Role; lost_at: Time };

  trajectories: { id: Generated<number>; key: string; candidate: string; task_hash: string; value: JsonText };
  scores: { id: Generated<number>; key: string; trajectory_key: string; outcome: Exclude<Outcome, 'not-run'>; score: number; value: JsonText };
  evaluation_rows: {
    run_id: string;
    path: string;
    candidate: string;
    task_id: string;
    task_hash: string;
    outcome: Exclude<Outcome, 'not-run'>;
    score: number;
    trajectory_key: string;
    score_key: string;
    rollouts: number;
    calls: number;
    prompt_tokens: number;
    completion_tokens: number;
  };
  evidence_rows: { run_id: string; path: string; item_id: string; task_id: string; verdict: 'helped' | 'hurt' };
  uses: { run_id: string; path: string; call_key: string; role: Role; prompt_tokens: number; completion_tokens: number };

  events: { sequence: Generated<number>; run_id: string; path: string; number: number; at: Time; body: JsonText };
  attempts: { run_id: string; path: string; task_id: string; boot_id: string };

  runs: {
    sequence: Generated<number>;
    id: string;
    project: string;
    status: RunStatus;
    sentence: string | null;
    waiting: WaitingReason | null;
    input: JsonText;
    created_at: Time;
    ended_at: Time | null;
    champion: JsonText | null;
    better: number | null;
    digest: string | null;
    started_by: string;
    control: RunRow['control'];
    active_time: number;
  };
  looks: { project: string; test_list: string; run_id: string; number: number };
  schedules: { id: string; cron: string; time_zone: string; config_file: string; paused: number; problem: string | null };
  champions: { project: string; version: number; candidate: JsonText; run_id: string | null; promoted_at: Time; by: string; note: string | null };
}
