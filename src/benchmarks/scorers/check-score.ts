// What a user's scorer returned, checked. Used in process and in the scorer's thread.

import type { ScoreInput, ScoreResult } from './scorer.js';
import { withoutHalfCharacters } from './text.js';

/** A scorer of the user's own: a number in [0, 1], or a score with feedback for the optimizer. */
export type ScoreFunction = (input: ScoreInput) => number | ScoreResult | Promise<number | ScoreResult>;

export type CheckedScore = { readonly score: number; readonly feedback?: string } | { readonly problem: string };

/** Calls it and says what is wrong with what came back; never throws. */
export async function callScorer(score: ScoreFunction, input: ScoreInput): Promise<CheckedScore> {
  try {
    return checkScore(await score(input));
  } catch (error) {
    return { problem: `it threw ${describeError(error)}` };
  }
}

function checkScore(value: unknown): CheckedScore {
  if (typeof value === 'number') return checkNumber(value, undefined);
  if (typeof value !== 'object' || value === null || !('score' in value)) return { problem: `it returned ${show(value)}` };
  const feedback = 'feedback' in value && value.feedback !== null ? value.feedback : undefined;
  if (feedback !== undefined && typeof feedback !== 'string') return { problem: `it returned ${show(value)}, whose feedback is no text` };
  return checkNumber(value.score, feedback);
}

function checkNumber(score: unknown, feedback: string | undefined): CheckedScore {
  if (typeof score !== 'number' || !(score >= 0 && score <= 1))
    return { problem: `it returned ${feedback === undefined ? show(score) : `the score ${show(score)}`}` };
  return feedback === undefined ? { score } : { score, feedback: withoutHalfCharacters(feedback) };
}

/** The sentence of a broken scorer. */
export function brokenScorer(taskId: string, problem: string): string {
  return `The scorer is broken: for task "${taskId}" ${problem}. It has to return a number from 0 to 1, or {score, feedback}.`;
}

/** With the place in the user's code, when there is one. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return show(error);
  const place = error.stack?.match(/\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?/)?.[1];
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (at ${place})`}`;
}

function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null) return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // Cycles and the like.
  }
  text ??= Object.prototype.toString.call(value);
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
