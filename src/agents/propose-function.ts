// The user's own function as the inner optimizer: it reads what was tried, tries what it likes, and answers with edits.

import { z } from 'zod';
import type { Edit, RejectedEdit } from '../core/edit.js';
import { WatersmeetError } from '../core/failures.js';
import type { Json } from '../core/json.js';
import type { Module } from '../core/module.js';
import type { Task } from '../core/task.js';

/** A candidate's attempt at one task. */
export interface Attempt {
  /** With the expected answer: tasks of a subset are training tasks. */
  readonly task: Task;
  /** Null when the attempt failed. */
  readonly output: Json;
  /** As the agent left it. */
  readonly trajectory: Json;
  /** In [0, 1]. */
  readonly score: number;
  /** The scorer's words. */
  readonly feedback?: string;
  /** Why the attempt failed, if it did by the agent's fault: the score is then 0. */
  readonly failure?: string;
}

/** What became of the candidate with some edits. */
export interface Trial {
  /** Mean score of `attempts`. */
  readonly mean: number;
  /** In the order of the context's attempts. */
  readonly attempts: readonly Attempt[];
  /** Edits that could not be applied, and why: the others were tried without them. */
  readonly rejected: readonly RejectedEdit[];
  /** Estimated tokens of the edited modules. */
  readonly tokens: number;
}

/** An edit as a function may write it: reason and tasks may be left out. */
export type ProposedEdit = Loose<Edit>;

type Optional = 'reason' | 'taskIds';
/** Of each kind of edit. */
type Loose<Kind extends Edit> = Kind extends Edit ? Omit<Kind, Optional> & Partial<Pick<Kind, Optional>> : never;

/** What the function gets. */
export interface ProposeContext {
  /** The present candidate's modules, by name. */
  readonly modules: Readonly<Record<string, Module>>;
  /** The modules as the agent sees them as text. */
  readonly texts: Readonly<Record<string, string>>;
  /** The present candidate's attempts at the tasks, sorted by task id. In a repair: at the merge's pool and at what the candidate fails. */
  readonly attempts: readonly Attempt[];
  /** Edits of earlier epochs (or rounds) that were rolled back, the latest proposals only, oldest first. */
  readonly failedEdits: readonly (readonly Edit[])[];
  /** Id of the subset, or 'repair'. */
  readonly subset: string;
  /** Epoch of the subset, or round of the repair, from 1. */
  readonly epoch: number;
  /** Edits taken of one answer, and in one trial, at most. */
  readonly maxEdits: number;
  /**
   * Runs the present candidate with these edits on the tasks (default: all of the context's attempts). Every rollout is
   * recorded, counts, and is found again when the run is resumed. Edits that leave the agent the same modules as an earlier trial cost nothing.
   * Undefined when the budget's share of this subset has no room for it: answer with what was found so far.
   */
  readonly evaluate: (edits: readonly ProposedEdit[], options?: { readonly tasks?: readonly string[] }) => Promise<Trial | undefined>;
  /** In [0, 1); a stream seeded by run seed, subset and epoch. Use no other randomness: a resumed run has to find what it did before. */
  readonly random: () => number;
  /** Aborted when the run is cancelled or stopped. */
  readonly signal: AbortSignal;
}

/**
 * Answers with edits of the present candidate; none ends the epoch without a try. A function of the context alone: after a
 * crash it is asked again, and finds the rollouts of its trials in the store. It runs on the worker's main thread, so long
 * work of its own awaits something now and then.
 */
export type ProposeFunction = (context: ProposeContext) => Promise<readonly ProposedEdit[]> | readonly ProposedEdit[];

const common = { module: z.string(), reason: z.string().default(''), taskIds: z.array(z.string()).default([]) };
const EDIT = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add'), ...common, text: z.string(), answer: z.string().optional() }),
  z.strictObject({ kind: z.literal('revise'), ...common, item: z.string(), text: z.string(), answer: z.string().optional() }),
  z.strictObject({ kind: z.literal('remove'), ...common, item: z.string() }),
  z.strictObject({ kind: z.literal('rewrite'), ...common, text: z.string() }),
]);
const EDITS = z.array(EDIT);

/**
 * Edits as a function gave them, checked.
 *
 * @param what begins the sentence: 'optimize.propose returned'.
 * @throws WatersmeetError 'proposer.broken' that names the edit, its field and what it needs.
 */
export function checkEdits(value: unknown, what: string, modules: Readonly<Record<string, Module>>): readonly Edit[] {
  const checked = EDITS.safeParse(value);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const [index, ...field] = issue?.path ?? [];
    const where =
      index === undefined ? '' : `edit ${Number(index) + 1} of ${Array.isArray(value) ? value.length : 0}: ${field.length === 0 ? '' : `${field.join('.')}: `}`;
    throw broken(
      `${what} no list of edits: ${where}${issue?.message ?? ''}. An edit is such as { kind: 'add', module: '${Object.keys(modules)[0]}', text: '...' }.`,
    );
  }
  return checked.data.map((edit, index) => {
    if (!Object.hasOwn(modules, edit.module))
      throw broken(
        `${what} an edit of a module that is not there: edit ${index + 1} of ${checked.data.length} has module ${JSON.stringify(edit.module)}; there are: ${Object.keys(modules).join(', ')}.`,
      );
    const { taskIds } = edit;
    const sorted = taskIds.toSorted();
    if (edit.kind === 'remove' || edit.kind === 'rewrite') return { ...edit, taskIds: sorted };
    const { answer, ...rest } = edit;
    return { ...rest, ...(answer === undefined ? {} : { answer }), taskIds: sorted };
  });
}

function broken(message: string): WatersmeetError {
  return new WatersmeetError('proposer.broken', message);
}
