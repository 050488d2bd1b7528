// What a run tells of itself. Rows of the store, keyed by (run, path, number); the reducer in run-state.ts turns them
// into everything that is shown.

import type { CandidateReference } from './candidate.js';
import type { Edit, RejectedEdit } from './edit.js';
import type { WaitingReason } from './failures.js';
import type { Usage } from './outcome.js';
import type { PairedTest } from './statistics/paired-test.js';

export type Phase = 'baseline' | 'divide' | 'optimize' | 'merge' | 'repair' | 'select' | 'confirm' | 'prove' | 'done';

export type EditVerdict = 'accepted' | 'rolled-back' | 'no-edit' | 'solved';

/** Mean score over n tasks. */
export interface Score {
  readonly mean: number;
  readonly n: number;
}

/** Of a whole run, all roles together. */
export interface LikelyTotals {
  readonly rollouts: number;
  readonly calls: number;
  /** Prompt and completion. */
  readonly tokens: number;
}

export type RunEventBody =
  /** What was held likely before the run started. */
  | ({ readonly type: 'run-forecast' } & LikelyTotals)
  | {
      readonly type: 'run-planned';
      readonly train: number;
      readonly select: number;
      readonly confirm: number;
      readonly test: number;
      readonly subsets: number;
      readonly subsetSize: number;
      readonly mergeLevels: number;
      readonly seed: CandidateReference;
    }
  | { readonly type: 'phase-started'; readonly phase: Phase }
  /** `failed`: attempts without an answer, by the agent's fault. */
  | { readonly type: 'baseline-ended'; readonly score: Score; readonly failed?: number; readonly usage: Usage }
  | { readonly type: 'subset-started'; readonly subset: string; readonly tasks: number }
  | {
      readonly type: 'epoch-ended';
      readonly subset: string;
      readonly epoch: number;
      readonly verdict: EditVerdict;
      /** Absent when the inner optimizer runs nothing (bootstrap from given answers). */
      readonly before?: Score;
      /** Absent when nothing was tried. */
      readonly after?: Score;
      readonly edits: readonly Edit[];
      readonly rejected: readonly RejectedEdit[];
      readonly candidate: CandidateReference;
      /** Answers of the optimizer and the evaluator that were cut off, unparsable or refused, even after the repair attempt. */
      readonly droppedAnswers: number;
      /** What was wrong with the last of them. */
      readonly answerProblem?: string;
      readonly usage: Usage;
    }
  | {
      readonly type: 'subset-ended';
      readonly subset: string;
      readonly candidate: CandidateReference;
      readonly before?: Score;
      readonly after?: Score;
      readonly reason: 'solved' | 'patience' | 'epochs' | 'budget' | 'failed';
      readonly note?: string;
    }
  | { readonly type: 'merge-level-started'; readonly level: number; readonly nodes: number; readonly pool: number }
  | {
      readonly type: 'merge-ended';
      readonly node: string;
      readonly level: number;
      /** Subset ids or node ids, sorted. */
      readonly parents: readonly { readonly id: string; readonly candidate: CandidateReference; readonly score?: Score }[];
      readonly combined?: CandidateReference;
      readonly combinedScore?: Score;
      readonly candidate: CandidateReference;
      readonly verdict: 'accepted' | 'best-parent' | 'ungated' | 'single' | 'failed';
      readonly why: string;
      /** Offers made to the best parent, and how many it kept. */
      readonly offered: number;
      readonly kept: number;
      /** Answers of the merger that could not be used; absent if there were none. */
      readonly droppedAnswers?: number;
      readonly usage: Usage;
    }
  | {
      readonly type: 'repair-ended';
      readonly round: number;
      readonly verdict: EditVerdict;
      readonly failing: number;
      readonly before?: Score;
      readonly after?: Score;
      readonly edits: readonly Edit[];
      readonly candidate: CandidateReference;
      /** As of an epoch; absent if there were none. */
      readonly droppedAnswers?: number;
      readonly answerProblem?: string;
      readonly usage: Usage;
    }
  | {
      readonly type: 'finalists-chosen';
      readonly finalists: readonly { readonly id: string; readonly label: string; readonly candidate: CandidateReference }[];
      readonly tasks: number;
    }
  | {
      readonly type: 'race-block-ended';
      readonly block: number;
      readonly scores: readonly { readonly id: string; readonly score: Score }[];
      readonly dropped: readonly string[];
    }
  | {
      readonly type: 'select-ended';
      readonly winner: string;
      readonly candidate: CandidateReference;
      readonly scores: readonly { readonly id: string; readonly score: Score }[];
    }
  | {
      readonly type: 'confirm-ended';
      readonly better: boolean;
      readonly against: 'seed' | 'champion';
      readonly before: Score;
      readonly after: Score;
      readonly test: PairedTest;
    }
  | {
      readonly type: 'prove-ended';
      readonly look: number;
      readonly before: Score;
      readonly after: Score;
      readonly baselines: readonly { readonly id: string; readonly label: string; readonly score: Score }[];
      readonly test: PairedTest;
      readonly usage: Usage;
    }
  | { readonly type: 'run-waiting'; readonly reason: WaitingReason; readonly sentence: string }
  | { readonly type: 'run-continued' }
  | { readonly type: 'run-paused' }
  | { readonly type: 'budget-reached'; readonly limit: 'rollouts' | 'tokens' | 'money' | 'time'; readonly at: string }
  | {
      readonly type: 'run-ended';
      readonly status: 'completed' | 'failed' | 'cancelled';
      readonly champion?: CandidateReference;
      readonly better?: boolean;
      readonly digest?: string;
      readonly sentence: string;
    };

export type RunEventType = RunEventBody['type'];

/** An event as it is written: its key makes the write idempotent, the first one wins. */
export interface RunEventInput {
  /** Logical path of the step: `optimize/s0001/epoch-02`, `merge/level-1/n0003`. */
  readonly path: string;
  /** Number within the path, from 0. */
  readonly number: number;
  readonly body: RunEventBody;
}

/** An event as it is read. `sequence` grows with the time of writing and only serves to read on. */
export interface RunEvent extends RunEventInput {
  readonly sequence: number;
  /** Milliseconds since 1970, when it was written. */
  readonly at: number;
}
