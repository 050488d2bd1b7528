// Watches a run: a live tree on a terminal, plain lines in a pipe.

import type { RunHandle } from '../client/run-handle.js';
import type { RunEvent } from '../core/events.js';
import { initialRunState, reduce, SUBSET_END_WORDS, type RunState } from '../core/run-state.js';
import type { RunRow } from '../store/store.js';
import { liveScreen } from './live-screen.js';
import { printLine } from './print.js';
import { columnsOf, tell, tellThrough } from './terminal.js';
import { asTyped } from './typed.js';
import { counted, duration } from './views/numbers.js';
import { runTree, summary, usage } from './views/run-tree.js';

const DRAW_EVERY = 250;
const LOOK_EVERY = 1_000;
/** Plain lines: what was used so far is told after so many milliseconds without a line. */
const QUIET_AT_MOST = 30_000;
/** Lines of the tree beside those of subsets, nodes or finalists. */
const OTHER_LINES = 15;

export interface FollowOptions {
  readonly title: string;
  /** Lines of JSON, one an event. */
  readonly json: boolean;
  /** One run of many: nothing stays on a terminal; in plain lines only what holds it up, and now and then how far it is, behind the title. */
  readonly brief?: boolean;
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970: in plain lines, what the run waited for before is not told again. */
  readonly since?: number;
  /** Asked now and then: a sentence for the person, such as that nobody executes the run. */
  readonly notice?: () => Promise<string | undefined>;
}

/** Resolves when the run is at rest (ended, or waiting for a person) or the signal aborts. */
export async function follow(run: RunHandle, options: FollowOptions): Promise<{ readonly row: RunRow; readonly state: RunState }> {
  const view = options.json ? jsonView() : process.stderr.isTTY ? await liveView(run, options) : plainView(run, options);
  let state = initialRunState(run.id);
  try {
    for await (const event of run.events(0, options.signal)) {
      state = reduce(state, event);
      view.event(event, state);
    }
  } finally {
    await view.end();
  }
  return { row: await run.row(), state };
}

interface View {
  event(event: RunEvent, state: RunState): void;
  end(): Promise<void>;
}

function jsonView(): View {
  return { event: printLine, end: async () => undefined };
}

async function liveView(run: RunHandle, options: FollowOptions): Promise<View> {
  let [state, totals, row, notice] = [initialRunState(run.id), await run.totals(), await run.row(), undefined as string | undefined];
  const screen = liveScreen(process.stderr);
  const draw = () => {
    const columns = columnsOf(process.stderr) ?? 80;
    const rows = Math.max(3, (process.stderr.rows ?? 24) - OTHER_LINES);
    screen.draw(runTree({ title: options.title, state, totals, status: row.status, now: Date.now(), rows, columns, notice, asTyped }));
  };
  const look = async () => {
    [totals, row, notice] = [await run.totals(), await run.row(), await options.notice?.()];
  };
  let looked = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - looked > LOOK_EVERY) {
      looked = Date.now();
      look().catch(() => undefined);
    }
    draw();
  }, DRAW_EVERY);
  const done = tellThrough((text) => screen.persist(text));
  return {
    event(_, next) {
      state = next;
    },
    async end() {
      clearInterval(timer);
      notice = undefined;
      [totals, row] = [await run.totals(), await run.row()];
      if (options.brief === true) screen.clear();
      else {
        draw();
        screen.done();
      }
      done();
    },
  };
}

/** What held a run up once, and does no more. */
const PASSING: ReadonlySet<RunEvent['body']['type']> = new Set(['run-waiting', 'run-continued', 'run-paused']);

function plainView(run: RunHandle, options: FollowOptions): View {
  const brief = options.brief === true;
  if (!brief) tell(options.title);
  let told: string | undefined;
  let { startedAt, phase } = initialRunState(run.id);
  let lastLine = Date.now();
  const line = (at: number, text: string) => {
    lastLine = Date.now();
    tell(`${duration(at - (startedAt ?? at)).padStart(7)}  ${brief ? `${options.title}: ` : ''}${text}`);
  };
  const look = async () => {
    const sentence = await options.notice?.();
    if (sentence !== undefined && sentence !== told) tell(sentence);
    told = sentence;
    if (Date.now() - lastLine > QUIET_AT_MOST) line(Date.now(), [...(brief && phase !== undefined ? [phase] : []), ...usage(await run.totals())].join(', '));
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY);
  return {
    event(event, state) {
      ({ startedAt, phase } = state);
      const passing = PASSING.has(event.body.type);
      const text = (passing && event.at < (options.since ?? 0)) || (brief && !passing) ? undefined : lineOf(state, event);
      if (text !== undefined) line(event.at, text);
    },
    async end() {
      clearInterval(timer);
    },
  };
}

/** What a reader of a log wants to know. */
function lineOf(state: RunState, { body }: RunEvent): string | undefined {
  switch (body.type) {
    case 'phase-started':
      return body.phase === 'done' ? undefined : body.phase;
    case 'baseline-ended':
      return summary(state, 'baseline');
    case 'run-planned':
      return summary(state, 'divide');
    case 'subset-ended':
      return `${body.subset}: ${body.before === undefined || body.after === undefined ? '' : `${body.before.mean.toFixed(3)} -> ${body.after.mean.toFixed(3)} n=${body.after.n}, `}${SUBSET_END_WORDS[body.reason]}${body.note === undefined ? '' : ` (${body.note})`}`;
    case 'merge-ended':
      return `${body.node} <- ${body.parents.map((parent) => parent.id).join(', ')}: ${body.verdict}, ${body.why}`;
    case 'repair-ended':
      return `repair round ${body.round}: ${body.verdict.replace('-', ' ')}, ${counted(body.failing, 'failing task')}${unusableAnswers(body)}`;
    case 'epoch-ended':
      return body.droppedAnswers === 0 ? undefined : `${body.subset}, epoch ${body.epoch}: ${body.verdict.replace('-', ' ')}${unusableAnswers(body)}`;
    case 'finalists-chosen':
      return `${counted(body.finalists.length, 'finalist')}: ${body.finalists.map((finalist) => finalist.label).join('; ')}`;
    case 'select-ended':
      return summary(state, 'select');
    case 'confirm-ended':
      return `confirm: ${summary(state, 'confirm')}`;
    case 'prove-ended':
      return `prove: ${summary(state, 'prove')}`;
    case 'run-waiting':
      return `waiting: ${body.reason}. ${body.sentence}`;
    case 'run-continued':
      return 'continued';
    case 'run-paused':
      return 'paused';
    case 'run-ended':
      return `${body.status}: ${body.sentence}`;
    case 'budget-reached':
      return `budget: ${body.limit} (${body.at})`;
    case 'run-forecast':
    case 'subset-started':
    case 'merge-level-started':
    case 'race-block-ended':
      return undefined;
  }
}

function unusableAnswers({ droppedAnswers = 0, answerProblem }: { readonly droppedAnswers?: number; readonly answerProblem?: string }): string {
  if (droppedAnswers === 0) return '';
  return `, ${counted(droppedAnswers, 'unusable answer')} dropped${answerProblem === undefined ? '' : `: ${answerProblem}`}`;
}
