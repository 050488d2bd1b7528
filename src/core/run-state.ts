/**
 * The one reducer: events of a run in, what command line, library and report show out. States are never changed: each
 * event gives a new one that shares most with the old, in time independent of how much there is. The final state does not
 * depend on the order in which events of independent subsets and nodes come, and an event that comes again changes nothing.
 */
import type { CandidateReference } from './candidate.js';
import type { Edit } from './edit.js';
import type { EditVerdict, Phase, RunEvent, RunEventBody, RunEventType, Score } from './events.js';
import type { WaitingReason } from './failures.js';
import { addUsage, NO_USAGE, type Usage } from './outcome.js';
import { compareIds, scoreTolerance } from './numbers.js';
import { emptyMap, getFrom, setIn, valuesOf, type PersistentMap } from './persistent-map.js';

type Body<T extends RunEventType> = Omit<Extract<RunEventBody, { type: T }>, 'type'>;

/** An epoch as it is shown: its edits are counted here, read them in the event. */
export interface EpochView {
  readonly epoch: number;
  readonly verdict: EditVerdict;
  readonly before?: Score;
  readonly after?: Score;
  readonly edits: number;
  readonly rejected: number;
}

export interface SubsetView {
  readonly id: string;
  readonly status: 'running' | 'ended';
  /** Set by `subset-started`. */
  readonly tasks?: number;
  /** The latest that ended; 0 before the first. */
  readonly epoch: number;
  /** By epoch; the latest {@link epochsShown} only. */
  readonly epochs: readonly EpochView[];
  /** Epochs by verdict, all of them. */
  readonly verdicts: { readonly [verdict in EditVerdict]?: number };
  /** The first accepted edit of the latest accepted epoch, its text cut to {@link textShown} characters. */
  readonly latestEdit?: { readonly epoch: number; readonly kind: Edit['kind']; readonly module: string; readonly text: string };
  /** Of the seed candidate on the subset: the first epoch's while it runs, then as the end tells it, which may be not at all. */
  readonly before?: Score;
  /** Of the present candidate: the latest epoch's while it runs, then as the end tells it. */
  readonly after?: Score;
  readonly candidate?: CandidateReference;
  readonly reason?: Body<'subset-ended'>['reason'];
  readonly note?: string;
  readonly droppedAnswers: number;
  readonly usage: Usage;
}

export type MergeNodeView = Body<'merge-ended'>;

export interface MergeLevelView {
  readonly level: number;
  /** Set by `merge-level-started`. */
  readonly nodes?: number;
  readonly pool?: number;
  readonly ended: number;
  readonly verdicts: { readonly [verdict in Body<'merge-ended'>['verdict']]?: number };
}

/** What the run is doing as a whole: the latest of the events that tell it. */
export interface RunStatusView {
  readonly status: 'running' | 'waiting' | 'paused' | 'completed' | 'failed' | 'cancelled';
  readonly sentence?: string;
  readonly reason?: WaitingReason;
  /** Once it has ended, unless it was continued since. */
  readonly end?: Body<'run-ended'>;
  /** Of the event that told it. */
  readonly sequence: number;
}

export interface RunState {
  readonly runId: string;
  /** Milliseconds since 1970 of the first and the latest event; absent before the first. */
  readonly startedAt?: number;
  readonly updatedAt?: number;
  /** Highest number of an event seen: where reading goes on. */
  readonly sequence: number;
  readonly status: RunStatusView;
  /** The latest that started, in the order of the method. */
  readonly phase?: Phase;
  /** When each phase started. */
  readonly phases: { readonly [phase in Phase]?: number };
  readonly forecast?: Body<'run-forecast'>;
  readonly plan?: Body<'run-planned'>;
  readonly baseline?: Body<'baseline-ended'>;
  /** Counts over all subsets. */
  readonly optimize: {
    readonly started: number;
    readonly ended: number;
    /** Ended with a higher score than they began with. */
    readonly improved: number;
    readonly epochs: number;
    readonly verdicts: { readonly [verdict in EditVerdict]?: number };
    readonly reasons: { readonly [reason in Body<'subset-ended'>['reason']]?: number };
    readonly droppedAnswers: number;
  };
  /** See {@link subsetsOf}, {@link subsetOf}. */
  readonly subsets: PersistentMap<SubsetView>;
  /** Sorted by level. */
  readonly levels: readonly MergeLevelView[];
  /** See {@link mergeNodesOf}. */
  readonly nodes: PersistentMap<MergeNodeView>;
  /** Sorted by round. */
  readonly repairs: readonly Body<'repair-ended'>[];
  /** What was wrong with the latest answer that was dropped. */
  readonly answerProblem?: { readonly sequence: number; readonly sentence: string };
  readonly finalists?: Body<'finalists-chosen'>;
  /** Sorted by block. */
  readonly race: readonly Body<'race-block-ended'>[];
  readonly select?: Body<'select-ended'>;
  readonly confirm?: Body<'confirm-ended'>;
  readonly prove?: Body<'prove-ended'>;
  /** Budgets reached: sorted by where, the first {@link notesShown} only; `count` is of all. */
  readonly budget: { readonly count: number; readonly notes: readonly Body<'budget-reached'>[] };
  /** As far as events tell it: of the baseline, subsets, merges, repair rounds and the proof. */
  readonly usage: Usage;
  /** Keys of the events seen. */
  readonly seen: PersistentMap<true>;
}

/** Kept of each subset. */
export const epochsShown = 20;
/** Characters of an edit's text, and of a node's reason. */
export const textShown = 160;
export const notesShown = 20;

/** How a subset ended, in words for a person. */
export const SUBSET_END_WORDS: { readonly [reason in Body<'subset-ended'>['reason']]: string } = {
  solved: 'all solved',
  patience: 'no more gain',
  epochs: 'all epochs used',
  budget: 'budget reached',
  failed: 'failed',
};

const phaseOrder: readonly Phase[] = ['baseline', 'divide', 'optimize', 'merge', 'repair', 'select', 'confirm', 'prove', 'done'];

/** A run of which nothing is known yet. */
export function initialRunState(runId: string): RunState {
  return {
    runId,
    sequence: 0,
    status: { status: 'running', sequence: 0 },
    phases: {},
    optimize: { started: 0, ended: 0, improved: 0, epochs: 0, verdicts: {}, reasons: {}, droppedAnswers: 0 },
    subsets: emptyMap(),
    levels: [],
    nodes: emptyMap(),
    repairs: [],
    race: [],
    budget: { count: 0, notes: [] },
    usage: NO_USAGE,
    seen: emptyMap(),
  };
}

/** The state after an event. An event of an unknown type, from a later version, changes nothing but times and `sequence`. */
export function reduce(state: RunState, event: RunEvent): RunState {
  const key = `${event.path}#${event.number}`;
  if (getFrom(state.seen, key) !== undefined) return state;
  // Copies are made once and then filled in: with tens of thousands of events, copying is what takes the time.
  const next: Copy<RunState> = { ...state };
  next.seen = setIn(state.seen, key, true);
  next.sequence = Math.max(state.sequence, event.sequence);
  next.startedAt = Math.min(state.startedAt ?? event.at, event.at);
  next.updatedAt = Math.max(state.updatedAt ?? event.at, event.at);
  applyEvent(next, event);
  return next;
}

/** A fresh copy that is not handed out yet: its own fields may be set, what they hold may not. */
type Copy<T> = { -readonly [K in keyof T]: T[K] };

/** All events one after another. @example reduceAll(initialRunState(id), await store.readEvents(id, 0)) */
export function reduceAll(state: RunState, events: Iterable<RunEvent>): RunState {
  let next = state;
  for (const event of events) next = reduce(next, event);
  return next;
}

/** Sorted by id. Takes time proportional to their number. */
export function subsetsOf(state: RunState): readonly SubsetView[] {
  return valuesOf(state.subsets);
}

export function subsetOf(state: RunState, id: string): SubsetView | undefined {
  return getFrom(state.subsets, id);
}

/** Of one level, or of all; sorted by id. */
export function mergeNodesOf(state: RunState, level?: number): readonly MergeNodeView[] {
  return valuesOf(state.nodes).filter((node) => level === undefined || node.level === level);
}

/** Answers that could not be used, by the role that gave them; what evaluators said counts with the optimizer. */
export function droppedAnswers(state: RunState): { readonly optimizer: number; readonly merger: number } {
  const sum = (each: readonly { readonly droppedAnswers?: number }[]) => each.reduce((total, { droppedAnswers: dropped = 0 }) => total + dropped, 0);
  return { optimizer: state.optimize.droppedAnswers + sum(state.repairs), merger: sum(mergeNodesOf(state)) };
}

function applyEvent(next: Copy<RunState>, event: RunEvent): void {
  const { body } = event;
  if ('answerProblem' in body && event.sequence > (next.answerProblem?.sequence ?? 0))
    next.answerProblem = { sequence: event.sequence, sentence: cut(body.answerProblem) };
  switch (body.type) {
    case 'run-forecast':
      next.forecast = withoutType(body);
      return;
    case 'run-planned':
      next.plan = withoutType(body);
      return;
    case 'phase-started':
      phaseStarted(next, body.phase, event.at);
      return;
    case 'baseline-ended':
      next.baseline = withoutType(body);
      next.usage = addUsage(next.usage, body.usage);
      return;
    case 'subset-started': {
      const subset = copySubset(next, body.subset);
      subset.tasks = body.tasks;
      next.subsets = setIn(next.subsets, subset.id, subset);
      next.optimize = { ...next.optimize, started: next.optimize.started + 1 };
      return;
    }
    case 'epoch-ended':
      epochEnded(next, body);
      return;
    case 'subset-ended':
      subsetEnded(next, body);
      return;
    case 'merge-level-started':
      next.levels = changeLevel(next.levels, body.level, () => ({ nodes: body.nodes, pool: body.pool }));
      return;
    case 'merge-ended':
      next.nodes = setIn(next.nodes, body.node, { ...withoutType(body), why: cut(body.why) });
      next.levels = changeLevel(next.levels, body.level, ({ ended, verdicts }) => ({ ended: ended + 1, verdicts: countOne(verdicts, body.verdict) }));
      next.usage = addUsage(next.usage, body.usage);
      return;
    case 'repair-ended':
      next.repairs = [...next.repairs, withoutType(body)].sort((a, b) => a.round - b.round);
      next.usage = addUsage(next.usage, body.usage);
      return;
    case 'finalists-chosen':
      next.finalists = withoutType(body);
      return;
    case 'race-block-ended':
      next.race = [...next.race, withoutType(body)].sort((a, b) => a.block - b.block);
      return;
    case 'select-ended':
      next.select = withoutType(body);
      return;
    case 'confirm-ended':
      next.confirm = withoutType(body);
      return;
    case 'prove-ended':
      next.prove = withoutType(body);
      next.usage = addUsage(next.usage, body.usage);
      return;
    case 'run-waiting':
      statusTold(next, { status: 'waiting', sentence: body.sentence, reason: body.reason, sequence: event.sequence });
      return;
    case 'run-continued':
      statusTold(next, { status: 'running', sequence: event.sequence });
      return;
    case 'run-paused':
      statusTold(next, { status: 'paused', sequence: event.sequence });
      return;
    case 'run-ended':
      statusTold(next, { status: body.status, sentence: body.sentence, end: withoutType(body), sequence: event.sequence });
      return;
    case 'budget-reached': {
      const notes = [...next.budget.notes, withoutType(body)].sort((a, b) => compareIds(a.at, b.at) || compareIds(a.limit, b.limit));
      next.budget = { count: next.budget.count + 1, notes: notes.slice(0, notesShown) };
    }
  }
}

function phaseStarted(next: Copy<RunState>, phase: Phase, at: number): void {
  const phases = { ...next.phases, [phase]: Math.min(next.phases[phase] ?? at, at) };
  const latest = phaseOrder.findLast((each) => phases[each] !== undefined);
  next.phases = phases;
  if (latest !== undefined) next.phase = latest;
}

/** The latest event by number wins, in whatever order they come. */
function statusTold(next: Copy<RunState>, told: RunStatusView): void {
  if (told.sequence >= next.status.sequence) next.status = told;
}

function copySubset({ subsets }: RunState, id: string): Copy<SubsetView> {
  return { ...(getFrom(subsets, id) ?? { id, status: 'running', epoch: 0, epochs: [], verdicts: {}, droppedAnswers: 0, usage: NO_USAGE }) };
}

function epochEnded(
  next: Copy<RunState>,
  { subset: id, epoch, verdict, before, after, edits, rejected, candidate, droppedAnswers, usage }: Body<'epoch-ended'>,
): void {
  const { optimize } = next;
  next.optimize = {
    ...optimize,
    epochs: optimize.epochs + 1,
    verdicts: countOne(optimize.verdicts, verdict),
    droppedAnswers: optimize.droppedAnswers + droppedAnswers,
  };
  next.usage = addUsage(next.usage, usage);

  const subset = copySubset(next, id);
  const isLatest = epoch > subset.epoch;
  const view: Copy<EpochView> = { epoch, verdict, edits: edits.length, rejected: rejected.length };
  if (before !== undefined) view.before = before;
  if (after !== undefined) view.after = after;
  subset.epochs = isLatest ? [...subset.epochs, view] : [...subset.epochs, view].sort((a, b) => a.epoch - b.epoch);
  if (subset.epochs.length > epochsShown) subset.epochs = subset.epochs.slice(-epochsShown);
  subset.epoch = Math.max(epoch, subset.epoch);
  subset.verdicts = countOne(subset.verdicts, verdict);
  subset.droppedAnswers += droppedAnswers;
  subset.usage = addUsage(subset.usage, usage);
  const [edit] = edits;
  if (verdict === 'accepted' && edit !== undefined && epoch > (subset.latestEdit?.epoch ?? 0)) {
    subset.latestEdit = { epoch, kind: edit.kind, module: edit.module, text: edit.kind === 'remove' ? '' : cut(edit.text) };
  }
  if (subset.status === 'running') {
    const present = verdict === 'accepted' ? (after ?? before) : before;
    if (epoch === 1 && before !== undefined) subset.before = before;
    if (isLatest && present !== undefined) subset.after = present;
    if (isLatest) subset.candidate = candidate;
  }
  next.subsets = setIn(next.subsets, id, subset);
}

/** The end has the last word on candidate and scores, also if it tells none. */
function subsetEnded(next: Copy<RunState>, { subset: id, candidate, before, after, reason, note }: Body<'subset-ended'>): void {
  const { optimize } = next;
  const improved = before !== undefined && after !== undefined && after.mean > before.mean + scoreTolerance;
  next.optimize = { ...optimize, ended: optimize.ended + 1, improved: optimize.improved + (improved ? 1 : 0), reasons: countOne(optimize.reasons, reason) };

  const subset = copySubset(next, id);
  subset.status = 'ended';
  subset.candidate = candidate;
  subset.reason = reason;
  delete subset.before;
  delete subset.after;
  if (before !== undefined) subset.before = before;
  if (after !== undefined) subset.after = after;
  if (note !== undefined) subset.note = cut(note);
  next.subsets = setIn(next.subsets, id, subset);
}

function changeLevel(levels: readonly MergeLevelView[], level: number, change: (view: MergeLevelView) => Partial<MergeLevelView>): readonly MergeLevelView[] {
  const view: MergeLevelView = levels.find((each) => each.level === level) ?? { level, ended: 0, verdicts: {} };
  return [...levels.filter((each) => each.level !== level), { ...view, ...change(view) }].sort((a, b) => a.level - b.level);
}

function countOne<K extends string>(counts: { readonly [key in K]?: number }, key: K): { readonly [key in K]?: number } {
  return { ...counts, [key]: (counts[key] ?? 0) + 1 };
}

function cut(text: string): string {
  return text.length <= textShown ? text : `${text.slice(0, textShown - 1)}…`;
}

function withoutType<T extends { readonly type: string }>({ type: _, ...body }: T): Omit<T, 'type'> {
  return body;
}
