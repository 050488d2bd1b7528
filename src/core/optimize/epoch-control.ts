/** When a subset's epochs end, and which failed edits its optimizer is shown. */
import type { EditVerdict, RunEventBody } from '../events.js';
import { scoreTolerance } from '../numbers.js';

/** Why a subset's epochs ended. */
export type StopReason = Extract<RunEventBody, { readonly type: 'subset-ended' }>['reason'];

/** Plain and small: a workflow carries it when it continues as new. No texts, references only. */
export interface EpochControl {
  /** The epoch that ended last; 0 before the first. */
  readonly epoch: number;
  /** Epochs without an accepted edit that are still allowed, this one included. */
  readonly patienceLeft: number;
  /** Object references of the edits that were rolled back, oldest first; the last {@link failedEditsKept} only. */
  readonly failedEdits: readonly string[];
  /** Set when no epoch follows. */
  readonly stop?: StopReason;
}

export interface EpochLimits {
  readonly epochs: number;
  readonly patience: number;
}

export interface EpochResult {
  readonly verdict: EditVerdict;
  /** Whether the candidate that goes on solves every task of the subset; see {@link everySolved}. */
  readonly solved: boolean;
  /** Object reference of the edits with what became of them; remembered if they were rolled back. */
  readonly edits?: string;
}

/** Failed edits that are remembered: as many epochs as there are by default; more would only fill the prompt. */
export const failedEditsKept = 10;

/** Before the first epoch. Without epochs or patience it is over at once. */
export function startEpochs({ epochs, patience }: EpochLimits): EpochControl {
  const control: EpochControl = { epoch: 0, patienceLeft: patience, failedEdits: [] };
  return epochs < 1 ? stopEpochs(control, 'epochs') : patience < 1 ? stopEpochs(control, 'patience') : control;
}

/** The number of the epoch to run, from 1; undefined when it is over. */
export function nextEpoch(control: EpochControl): number | undefined {
  return control.stop === undefined ? control.epoch + 1 : undefined;
}

/**
 * After an epoch. An accepted edit restores the patience; an epoch without one (rolled back, nothing proposed) costs one.
 * Reasons in this order: every task solved, patience, epochs. Once stopped, nothing changes.
 */
export function recordEpoch(control: EpochControl, { verdict, solved, edits }: EpochResult, limits: EpochLimits): EpochControl {
  if (control.stop !== undefined) return control;
  const next: EpochControl = {
    epoch: control.epoch + 1,
    patienceLeft: verdict === 'accepted' ? limits.patience : control.patienceLeft - 1,
    failedEdits: verdict === 'rolled-back' && edits !== undefined ? [...control.failedEdits, edits].slice(-failedEditsKept) : control.failedEdits,
  };
  if (solved || verdict === 'solved') return stopEpochs(next, 'solved');
  if (next.patienceLeft < 1) return stopEpochs(next, 'patience');
  return next.epoch >= limits.epochs ? stopEpochs(next, 'epochs') : next;
}

/** Ends the epochs from outside (budget, a failure). The first reason stays. */
export function stopEpochs(control: EpochControl, reason: StopReason): EpochControl {
  return control.stop === undefined ? { ...control, stop: reason } : control;
}

/** Whether every score is 1, within 1e-9. False without scores. */
export function everySolved(scores: readonly number[]): boolean {
  return scores.length > 0 && scores.every((score) => score >= 1 - scoreTolerance);
}
