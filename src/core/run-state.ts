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
  const next: RunState = {
    ...state,
    seen: setIn(state.seen, key, true),
    sequence: Math.max(state.sequence, event.sequence),
    startedAt: Math.min(state.startedAt ?? event.at, event.at),
    updatedAt: Math.max(state.updatedAt ?? event.at, event.at),
  };
  return { ...next, ...changes(next, event) };
}

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

/** Of one level, or of all; sorted by level, then id. */
export function mergeNodesOf(state: RunState, level?: number): readonly MergeNodeView[] {
  return valuesOf(state.nodes)
    .filter((node) => level === undefined || node.level === level)
    .sort((a, b) => a.level - b.level || compareIds(a.node, b.node));
}

function changes(state: RunState, event: RunEvent): Partial<RunState> {
  const { body } = event;
  switch (body.type) {
    case 'run-planned':
      return { plan: withoutType(body) };
    case 'phase-started':
      return phaseStarted(state, body.phase, event.at);
    case 'baseline-ended':
      return { baseline: withoutType(body), usage: addUsage(state.usage, body.usage) };
    case 'subset-started':
      return { subsets: changeSubset(state, body.subset, (subset) => ({ ...subset, tasks: body.tasks })), optimize: { ...state.optimize, started: state.optimize.started + 1 } };
    case 'epoch-ended':
      return epochEnded(state, body);
    case 'subset-ended':
      return subsetEnded(state, body);
    case 'merge-level-started':
      return { levels: changeLevel(state, body.level, () => ({ nodes: body.nodes, pool: body.pool })) };
    case 'merge-ended':
      return {
        nodes: setIn(state.nodes, body.node, { ...withoutType(body), why: cut(body.why) }),
        levels: changeLevel(state, body.level, ({ ended, verdicts }) => ({ ended: ended + 1, verdicts: countOne(verdicts, body.verdict) })),
        usage: addUsage(state.usage, body.usage),
      };
    case 'repair-ended':
      return { repairs: [...state.repairs, withoutType(body)].sort((a, b) => a.round - b.round), usage: addUsage(state.usage, body.usage) };
    case 'finalists-chosen':
      return { finalists: withoutType(body) };
    case 'race-block-ended':
      return { race: [...state.race, withoutType(body)].sort((a, b) => a.block - b.block) };
    case 'select-ended':
      return { select: withoutType(body) };
    case 'confirm-ended':
      return { confirm: withoutType(body) };
    case 'prove-ended':
      return { prove: withoutType(body), usage: addUsage(state.usage, body.usage) };
    case 'run-waiting':
      return statusTold(state, event, { status: 'waiting', sentence: body.sentence, reason: body.reason });
    case 'run-continued':
      return statusTold(state, event, { status: 'running' });
    case 'run-paused':
      return statusTold(state, event, { status: 'paused' });
    case 'budget-reached': {
      const notes = [...state.budget.notes, withoutType(body)].sort((a, b) => compareIds(a.at, b.at) || compareIds(a.limit, b.limit));
      return { budget: { count: state.budget.count + 1, notes: notes.slice(0, notesShown) } };
    }
    case 'run-ended':
      return statusTold(state, event, { status: body.status, sentence: body.sentence, end: withoutType(body) });
    default:
      return {};
  }
}

function phaseStarted(state: RunState, phase: Phase, at: number): Partial<RunState> {
  const phases = { ...state.phases, [phase]: Math.min(state.phases[phase] ?? at, at) };
  const latest = phaseOrder.findLast((each) => phases[each] !== undefined);
  return { phases, ...(latest === undefined ? {} : { phase: latest }) };
}

/** The latest event by number wins, in whatever order they come. */
function statusTold(state: RunState, event: RunEvent, told: Omit<RunStatusView, 'sequence'>): Partial<RunState> {
  return event.sequence < state.status.sequence ? {} : { status: { ...told, sequence: event.sequence } };
}

function changeSubset(state: RunState, id: string, change: (subset: SubsetView) => SubsetView): PersistentMap<SubsetView> {
  return setIn(state.subsets, id, change(getFrom(state.subsets, id) ?? { id, status: 'running', epoch: 0, epochs: [], verdicts: {}, droppedAnswers: 0, usage: NO_USAGE }));
}

function epochEnded(state: RunState, body: Body<'epoch-ended'>): Partial<RunState> {
  const { optimize } = state;
  return {
    subsets: changeSubset(state, body.subset, (subset) => ({ ...subset, ...afterEpoch(subset, body) })),
    optimize: { ...optimize, epochs: optimize.epochs + 1, verdicts: countOne(optimize.verdicts, body.verdict), droppedAnswers: optimize.droppedAnswers + body.droppedAnswers },
    usage: addUsage(state.usage, body.usage),
  };
}

function afterEpoch(subset: SubsetView, { epoch, verdict, before, after, edits, rejected, candidate, droppedAnswers, usage }: Body<'epoch-ended'>): Partial<SubsetView> {
  const view: EpochView = { epoch, verdict, ...scores(before, after), edits: edits.length, rejected: rejected.length };
  const isLatest = epoch > subset.epoch;
  const running = subset.status === 'running';
  const present = verdict === 'accepted' ? (after ?? before) : before;
  const [edit] = edits;
  return {
    epoch: Math.max(epoch, subset.epoch),
    epochs: [...subset.epochs, view].sort((a, b) => a.epoch - b.epoch).slice(-epochsShown),
    verdicts: countOne(subset.verdicts, verdict),
    droppedAnswers: subset.droppedAnswers + droppedAnswers,
    usage: addUsage(subset.usage, usage),
    ...(verdict === 'accepted' && edit !== undefined && epoch > (subset.latestEdit?.epoch ?? 0) ? { latestEdit: { epoch, kind: edit.kind, module: edit.module, text: edit.kind === 'remove' ? '' : cut(edit.text) } } : {}),
    ...(running && epoch === 1 ? scores(before, undefined) : {}),
    ...(running && isLatest ? { ...scores(undefined, present), candidate } : {}),
  };
}

function scores(before: Score | undefined, after: Score | undefined): { readonly before?: Score; readonly after?: Score } {
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function subsetEnded(state: RunState, { subset: id, candidate, before, after, reason, note }: Body<'subset-ended'>): Partial<RunState> {
  const { optimize } = state;
  const improved = before !== undefined && after !== undefined && after.mean > before.mean + scoreTolerance;
  return {
    subsets: changeSubset(state, id, ({ before: _, after: __, ...subset }) => ({ ...subset, status: 'ended', candidate, ...scores(before, after), reason, ...(note === undefined ? {} : { note: cut(note) }) })),
    optimize: { ...optimize, ended: optimize.ended + 1, improved: optimize.improved + (improved ? 1 : 0), reasons: countOne(optimize.reasons, reason) },
  };
}

function changeLevel(state: RunState, level: number, change: (view: MergeLevelView) => Partial<MergeLevelView>): readonly MergeLevelView[] {
  const view: MergeLevelView = state.levels.find((each) => each.level === level) ?? { level, ended: 0, verdicts: {} };
  return [...state.levels.filter((each) => each.level !== level), { ...view, ...change(view) }].sort((a, b) => a.level - b.level);
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
