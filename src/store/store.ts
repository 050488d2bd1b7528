// What is remembered, and how it is asked for. Implementations: sqlite/. The contract suite is test/store/contract.ts.
// Every write is idempotent: the first write of a call, a score, an event, an object wins.

import type { Candidate, CandidateReference } from '../core/candidate.js';
import type { RunEvent, RunEventInput } from '../core/events.js';
import type { WaitingReason } from '../core/failures.js';
import type { Json, JsonObject } from '../core/json.js';
import type { Outcome, Role, Usage } from '../core/outcome.js';
import type { RunSettings } from '../core/run-settings.js';
import type { Split, Task } from '../core/task.js';

// --- calls -----------------------------------------------------------------------------------------------------------

export interface CallClaim {
  /** SHA-256 of canonical JSON of {endpoint, method, path, body, scope, n}. */
  readonly key: string;
  /** Identifies the process that claims. */
  readonly bootId: string;
  readonly runId: string;
  readonly role: Role;
  readonly model: string;
  readonly endpoint: string;
  readonly scope: JsonObject;
  readonly request: string;
  /** Tokens the call is expected to use, for reservations. */
  readonly estimatedTokens: number;
  /** US dollars the call is expected to cost at most, for reservations. */
  readonly estimatedCost: number;
}

export interface RecordedCall {
  readonly key: string;
  /** HTTP status: 2xx, 400, 413 or 422. */
  readonly status: number;
  readonly contentType: string;
  /** The complete body, as received. */
  readonly body: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
  /** US dollars. */
  readonly cost: number;
  /** Milliseconds between send and the end of the body. */
  readonly latency: number;
}

export type ClaimResult =
  | { readonly state: 'recorded'; readonly call: RecordedCall }
  /** Ours to send now. `tookOver`: the claim belonged to a dead process, and one `lost` call was booked. */
  | { readonly state: 'claimed'; readonly tookOver: boolean }
  /** Claimed by this very boot: await the promise in memory. */
  | { readonly state: 'in-flight' }
  /** Claimed by another boot that is still alive (only with a store for several machines). */
  | { readonly state: 'foreign'; readonly bootId: string };

// --- rollouts --------------------------------------------------------------------------------------------------------

export interface StoredTrajectory {
  /** SHA-256 of {candidate, task content, agent kind + settings + version, model settings, sample}. */
  readonly key: string;
  readonly candidate: string;
  readonly taskHash: string;
  /** Messages, steps, output and notes, as the agent left them. */
  readonly trajectory: Json;
  readonly output: Json;
  /** Set when the attempt failed by the agent's fault. */
  readonly failure?: string;
  readonly usage: Usage;
}

export interface StoredScore {
  /** SHA-256 of {trajectory, scorer kind + settings + version, judge and prompt version}. */
  readonly key: string;
  readonly trajectoryKey: string;
  readonly outcome: Exclude<Outcome, 'not-run'>;
  /** In [0, 1]. */
  readonly score: number;
  readonly feedback?: string;
  /** Why it failed. */
  readonly reason?: string;
  /** Usage of a judge. */
  readonly usage: Usage;
}

/** One candidate on one task within one step of one run: the row that sums, evidence and the report are made from. */
export interface EvaluationRow {
  readonly runId: string;
  /** Logical path of the step. */
  readonly path: string;
  readonly candidate: string;
  readonly taskId: string;
  readonly taskHash: string;
  readonly outcome: Exclude<Outcome, 'not-run'>;
  readonly score: number;
  readonly trajectoryKey: string;
  readonly scoreKey: string;
  readonly usage: Usage;
}

/** Which item helped or hurt on which task, as the evaluator or a gate saw it. Counters are sums over these rows. */
export interface EvidenceRow {
  readonly runId: string;
  readonly path: string;
  readonly itemId: string;
  readonly taskId: string;
  readonly verdict: 'helped' | 'hurt';
}

/** One logical use of a model by a role other than the agent in one step: counted also when served from the store. */
export interface UseRow {
  readonly runId: string;
  readonly path: string;
  readonly callKey: string;
  readonly role: Role;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface RoleTotals {
  readonly role: Role;
  /** Attempts at tasks, whether made or found in the store; 0 for roles other than the agent. */
  readonly rollouts: number;
  /** Logical uses, whether sent or served from the store. */
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Largest prompt of one call, tokens. */
  readonly maxPromptTokens: number;
  /** What this run really sent and paid. */
  readonly sentCalls: number;
  readonly sentPromptTokens: number;
  readonly sentCompletionTokens: number;
  readonly cachedTokens: number;
  /** US dollars. */
  readonly cost: number;
  /** Calls that were in flight when their process died. */
  readonly lostCalls: number;
}

// --- runs ------------------------------------------------------------------------------------------------------------

export type RunStatus = 'running' | 'waiting' | 'paused' | 'completed' | 'failed' | 'cancelled';

export interface RunInput {
  readonly settings: RunSettings;
  /** Absolute path of the configuration file, when there is one: functions are loaded from it. */
  readonly configFile?: string;
  /** What the command line set over the configuration file: applied again on resume. */
  readonly overrides?: { readonly set?: readonly string[]; readonly model?: string };
  /** SHA-256 of everything that may not change on resume. */
  readonly identity: string;
  /** Object references of the task lists (TaskReference[] sorted by id). */
  readonly lists: {
    readonly train: TaskListReference;
    readonly select: TaskListReference;
    readonly confirm: TaskListReference;
    readonly test: TaskListReference;
  };
  /** The seed candidate: the configuration's modules, or the current champion. */
  readonly seed: CandidateReference;
  /** What `confirm` compares with. */
  readonly against: 'seed' | 'champion';
  readonly packageVersion: string;
  /** A resume mended the scorer or the agent: what they made before is forgotten, and the run begins anew on the same calls. */
  readonly startOver?: true;
}

export interface TaskListReference {
  /** Object reference of a TaskReference[]. */
  readonly list: string;
  readonly size: number;
}

export interface RunRow {
  readonly id: string;
  readonly project: string;
  readonly status: RunStatus;
  /** One sentence for `waiting` and `failed`. */
  readonly sentence?: string;
  readonly waiting?: WaitingReason;
  readonly input: RunInput;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly champion?: CandidateReference;
  readonly better?: boolean;
  readonly digest?: string;
  /** Who started it: 'cli', 'library', 'schedule:<id>'. */
  readonly startedBy: string;
  /** What a person wants of it; the worker looks at it while the run is active. */
  readonly control: 'run' | 'pause' | 'cancel';
  /** Milliseconds in which a worker was active on it. */
  readonly activeTime: number;
}

export type RunChange = Partial<Pick<RunRow, 'status' | 'sentence' | 'waiting' | 'endedAt' | 'champion' | 'better' | 'digest' | 'control' | 'input'>>;

/** A schedule as it was asked for. The engine fires it; here it outlives the engine's own file. */
export interface ScheduleRow {
  readonly id: string;
  readonly cron: string;
  readonly timeZone: string;
  /** Absolute. */
  readonly configFile: string;
  readonly paused: boolean;
  /** Why no run came of it the last time it fired. */
  readonly problem?: string;
}

export interface ChampionRow {
  readonly project: string;
  /** From 1, grows by one with every promotion and rollback. */
  readonly version: number;
  readonly candidate: CandidateReference;
  readonly runId?: string;
  readonly promotedAt: number;
  /** 'person', 'schedule:<id>', 'rollback to <version>'. */
  readonly by: string;
  readonly note?: string;
}

export interface Store {
  /** Random, made with the store: names the task queue. */
  readonly id: string;
  readonly folder: string;

  /** Canonical JSON, addressed by its SHA-256. Values may be large; they never travel through Temporal. */
  putObject(kind: string, value: Json): Promise<string>;
  /** As `putObject` of the list of these elements, in pieces: they are never held all at once. For lists of millions. */
  putList(kind: string, elements: Iterable<Json>): Promise<string>;
  /** Throws when the reference is unknown: the store is damaged or another one. */
  getObject<T>(reference: string): Promise<T>;
  /** Elements of a list from an offset, counted from 0; fewer at its end. Of a list of `putList`, only what holds them is read. */
  getSlice<T>(reference: string, offset: number, count: number): Promise<readonly T[]>;
  putCandidate(candidate: Candidate): Promise<CandidateReference>;
  getCandidate(document: string): Promise<Candidate>;

  putTasks(tasks: readonly { readonly hash: string; readonly task: Task }[]): Promise<void>;
  /**
   * By hash, in the order asked for. Tasks of equal content share a hash, and the first one stored is returned for all: the
   * id and split of a task are its reference's, not these.
   */
  getTasks(hashes: readonly string[]): Promise<readonly Task[]>;
  /** Splits belong to (project, task id); the first assignment wins. Returns what holds now for the ids given. */
  assignParts(
    project: string,
    parts: ReadonlyMap<string, { readonly split: Split; readonly half?: 'select' | 'confirm' }>,
  ): Promise<ReadonlyMap<string, { readonly split: Split; readonly half?: 'select' | 'confirm' }>>;

  claimCall(claim: CallClaim): Promise<ClaimResult>;
  recordCall(call: RecordedCall): Promise<void>;
  /** The call ended without anything to record (transient failure): the claim is given back. */
  releaseCall(key: string): Promise<void>;
  getCall(key: string): Promise<RecordedCall | undefined>;

  getTrajectory(key: string): Promise<StoredTrajectory | undefined>;
  getScore(key: string): Promise<StoredScore | undefined>;
  /** One transaction: a finished rollout with its trajectory (if new), score (if new) and row. */
  putRollout(rollout: { readonly trajectory: StoredTrajectory; readonly score: StoredScore; readonly row: EvaluationRow }): Promise<void>;
  /** Sorted by path, candidate, task id. */
  evaluationRows(runId: string, filter?: { readonly pathPrefix?: string; readonly candidate?: string }): Promise<readonly EvaluationRow[]>;
  /** All rows of a run in the same order, page by page: for the digest of a large run. */
  evaluationRowsInOrder(runId: string): AsyncIterable<EvaluationRow>;
  putEvidence(rows: readonly EvidenceRow[]): Promise<void>;
  evidence(runId: string): Promise<readonly { readonly itemId: string; readonly helped: number; readonly hurt: number }[]>;
  putUses(rows: readonly UseRow[]): Promise<void>;
  totals(runId: string): Promise<readonly RoleTotals[]>;
  /** US dollars recorded and reserved (claimed, not recorded) by this run. */
  spent(runId: string): Promise<{ readonly recorded: number; readonly reserved: number }>;

  appendEvents(runId: string, events: readonly RunEventInput[]): Promise<void>;
  /** In order of writing, after the given sequence number (0 for all). */
  readEvents(runId: string, after: number, limit?: number): Promise<readonly RunEvent[]>;

  /** Attempts a task had begun in a batch that never ended: a task that kills its worker twice is parked. */
  beginAttempts(runId: string, path: string, taskIds: readonly string[], bootId: string): Promise<void>;
  /** Also for an attempt that was stopped on purpose: what is not ended counts as a death once the boot is gone. */
  endAttempt(runId: string, path: string, taskId: string): Promise<void>;
  /** Boots that died while the task was being attempted in this step. */
  deaths(runId: string, path: string, bootId: string): Promise<ReadonlyMap<string, number>>;

  /** Forgets what a run made of its calls: rows, evidence, uses, attempts and events. Calls, trajectories and scores are kept. */
  clearResults(runId: string): Promise<void>;
  /** Forgets all attempts of a run: a person says that what ended its workers is mended. */
  clearAttempts(runId: string): Promise<void>;

  createRun(run: { readonly id: string; readonly project: string; readonly input: RunInput; readonly startedBy: string }): Promise<RunRow>;
  getRun(id: string): Promise<RunRow | undefined>;
  /** Newest first. */
  listRuns(filter?: { readonly project?: string; readonly status?: RunStatus }): Promise<readonly RunRow[]>;
  /** A change of status drops sentence, waiting and endedAt of the status before, unless the change gives them. */
  updateRun(id: string, change: RunChange): Promise<void>;
  addActiveTime(id: string, milliseconds: number): Promise<void>;
  /** Looks at the test split are numbered per project and test list: counts this run's look once, returns its number from 1. */
  numberLook(runId: string, project: string, testList: string): Promise<number>;

  promote(champion: Omit<ChampionRow, 'version' | 'promotedAt'>): Promise<ChampionRow>;
  currentChampion(project: string): Promise<ChampionRow | undefined>;
  /** Newest first. */
  champions(project: string): Promise<readonly ChampionRow[]>;

  /** Adds it, or replaces the one of its id. */
  putSchedule(schedule: ScheduleRow): Promise<void>;
  deleteSchedule(id: string): Promise<void>;
  /** By id. */
  schedules(): Promise<readonly ScheduleRow[]>;

  /** A sentence while nothing can be written: which disk, and why. */
  trouble(): string | undefined;
  close(): Promise<void>;
}
