// What workflows may ask of activities: inputs and results, all small. Texts stay in the store, references travel.

import type { RolloutTokens, Share } from '../core/budget.js';
import type { CandidateReference } from '../core/candidate.js';
import type { RunEventBody } from '../core/events.js';
import type { Usage } from '../core/outcome.js';
import type { RunSettings } from '../core/run-settings.js';

export interface ListReference {
  readonly list: string;
  readonly size: number;
}

/** The part of a run's input and settings that workflows decide with. */
export interface RunPlan {
  readonly runId: string;
  readonly project: string;
  readonly seed: CandidateReference;
  readonly against: 'seed' | 'champion';
  readonly randomSeed: number;
  readonly strategy: RunSettings['strategy'];
  readonly optimize: RunSettings['optimize'];
  readonly gate: RunSettings['gate'];
  readonly merge: RunSettings['merge'];
  readonly repair: RunSettings['repair'];
  readonly select: RunSettings['select'];
  readonly confirm: RunSettings['confirm'];
  readonly prove: RunSettings['prove'];
  readonly budget: { readonly rollouts?: number; readonly tokens?: number };
  /** Tokens that the modules may grow by. */
  readonly moduleRoom: number;
  /** From the baseline on. */
  readonly measured?: RolloutTokens;
  readonly lists: { readonly train: ListReference; readonly select: ListReference; readonly confirm: ListReference; readonly test: ListReference };
  /** Batches of one evaluation that run side by side. */
  readonly batchLanes: number;
}

export interface BatchInput {
  readonly runId: string;
  /** Logical path of the step the rollouts belong to. */
  readonly path: string;
  readonly candidate: CandidateReference;
  readonly list: string;
  readonly offset: number;
  readonly count: number;
}

export interface BatchResult {
  /** In list order, each in [0, 1]. Every task has an outcome: a batch with `not-run` tasks fails instead of returning. */
  readonly scores: readonly number[];
  /** How many of them failed by the agent's fault. */
  readonly failed: number;
  readonly usage: Usage;
  /** A safety limit whose reach leaves just enough to finish the run. */
  readonly limit?: 'money' | 'time';
  /** The endpoint's words, if it refused the request of every single task. */
  readonly refusal?: string;
}

/** A node of the run: an optimized subset, or a merged cluster. */
export interface RunNode {
  /** Subset id or node id. */
  readonly id: string;
  readonly candidate: CandidateReference;
  /** By how much its gate was passed: ranks the finalists. */
  readonly margin: number;
  /** Object reference of the ids of all subsets below it. */
  readonly subsets: readonly string[];
}

export interface ProposeInput {
  readonly runId: string;
  readonly path: string;
  /** Where the rows of the candidate on the subset's tasks are. */
  readonly evaluationPath: string;
  readonly candidate: CandidateReference;
  readonly list: ListReference;
  /** A subset id, or 'repair'. */
  readonly subset: string;
  readonly epoch: number;
  /** Object references of the proposals that were not accepted (rolled back, or without a usable edit), oldest first. */
  readonly failed: readonly string[];
  /** What a function's trials may use; absent with a model. */
  readonly room?: Share;
}

export interface ProposeResult {
  /** Absent when no usable edit came. */
  readonly candidate?: CandidateReference;
  /** Object reference of the proposal: edits applied and rejected. */
  readonly proposal: string;
  readonly usage: Usage;
  readonly limit?: 'money' | 'time';
}

export interface EventItem {
  readonly path: string;
  readonly number: number;
  /** Edits and what became of answers are filled in from the proposal, when one is named. */
  readonly body: RunEventBody;
  readonly proposal?: string;
  /** Evidence for the proposal's items: tasks of the list whose score rose or fell by it. */
  readonly evidence?: { readonly list: string; readonly before: readonly number[]; readonly after: readonly number[] };
}

export interface LevelPlan {
  /** Object reference of the clusters: RunNode[][]. */
  readonly clusters: string;
  readonly count: number;
  readonly pool: ListReference;
  /** Tasks each node of the level stands for are not needed again: kept for the report. */
  readonly level: number;
}

export interface MergePlan {
  /** Object reference of {base, offers}. */
  readonly offers: string;
  /** Offers of each round, as the greedy search takes them. */
  readonly rounds: readonly number[];
  /** For each of the first offers, those of a model, the offers that fall away once it is kept; absent if there are none. */
  readonly settles?: readonly (readonly number[])[];
  /** The best parent with its items' origins united with what the others found. */
  readonly base: CandidateReference;
  readonly usage: Usage;
  readonly droppedAnswers: number;
}

export interface FinalistsChosen {
  readonly finalists: readonly Finalist[];
  /** The plan limit that left some out. */
  readonly left?: 'rollouts' | 'tokens';
}

export interface Finalist {
  readonly id: string;
  readonly label: string;
  readonly candidate: CandidateReference;
}

export interface Activities {
  openRun(input: { runId: string }): Promise<RunPlan>;
  /** Writes events; idempotent. Also mirrors status changes (waiting, paused, continued) into the run's row. */
  recordEvents(input: { runId: string; events: readonly EventItem[] }): Promise<void>;
  evaluateBatch(input: BatchInput): Promise<BatchResult>;
  /** Fixes the partition: Object reference of {subsets: {id, list, size}[]}. */
  divideTasks(input: { runId: string; baselinePath: string }): Promise<{ partition: string; subsets: number; size: number }>;
  /** The subsets [from, to) of the partition. */
  readSubsets(input: { runId: string; partition: string; from: number; to: number }): Promise<readonly { id: string; list: ListReference }[]>;
  propose(input: ProposeInput): Promise<ProposeResult>;
  proposeByFunction(input: ProposeInput): Promise<ProposeResult>;
  bootstrap(input: ProposeInput): Promise<ProposeResult>;
  storeNodes(input: { runId: string; nodes: readonly RunNode[] }): Promise<string>;
  /** Clusters the nodes and draws the level's pool. */
  planLevel(input: { runId: string; level: number; nodes: readonly string[]; partition: string }): Promise<LevelPlan>;
  readClusters(input: { runId: string; clusters: string; from: number; to: number }): Promise<readonly (readonly RunNode[])[]>;
  planMerge(input: { runId: string; path: string; parents: readonly RunNode[]; best: string }): Promise<MergePlan>;
  /** The candidate of document `from` with the chosen offers (indices) applied. */
  composeCandidate(input: { runId: string; offers: string; from: string; chosen: readonly number[] }): Promise<CandidateReference>;
  /** The plain union of all parents, and how many items it has. */
  uniteParents(input: {
    runId: string;
    path: string;
    parents: readonly RunNode[];
  }): Promise<{ candidate: CandidateReference; items: number; usage: Usage; droppedAnswers: number }>;
  readNodes(input: { runId: string; nodes: readonly string[] }): Promise<readonly RunNode[]>;
  /** The failing tasks among those with rows at the path: at most `count`, by seed. */
  failingTasks(input: { runId: string; path: string; candidate: CandidateReference; count: number; round: number }): Promise<ListReference>;
  /** Union of two lists, sorted by id. */
  uniteLists(input: { runId: string; lists: readonly string[] }): Promise<ListReference>;
  /** A list in seeded order: for racing and for scanning. */
  orderList(input: { runId: string; list: string; purpose: string }): Promise<ListReference>;
  /** Those that what is left of the plan limits carries to the end. */
  chooseFinalists(input: {
    runId: string;
    seed: CandidateReference;
    root: RunNode;
    parents: readonly RunNode[];
    nodes: readonly string[];
    measured: RolloutTokens;
  }): Promise<FinalistsChosen>;
  /** The one paired test of confirm; writes its event. */
  confirm(input: { runId: string; path: string; before: CandidateReference; after: CandidateReference; same: boolean }): Promise<{ better: boolean }>;
  /** Scores, interval and p-value on test; writes its event. */
  prove(input: {
    runId: string;
    path: string;
    before: CandidateReference;
    after: CandidateReference;
    baselines: readonly Finalist[];
    usage: Usage;
  }): Promise<void>;
  /** Digest, champion, status. */
  finishRun(input: {
    runId: string;
    status: 'completed' | 'failed' | 'cancelled';
    champion?: CandidateReference;
    better?: boolean;
    sentence: string;
    partition?: string;
  }): Promise<{ digest?: string }>;
  /** A schedule's run: the benchmark as it is now, from the current champion. Returns the run's id. */
  prepareScheduledRun(input: { configFile: string; scheduleId: string; runId: string }): Promise<{ runId: string }>;
  promoteIfBetter(input: { runId: string; scheduleId: string }): Promise<{ promoted: boolean }>;
}
