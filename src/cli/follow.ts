// Watches a run: a live tree on a terminal, plain lines in a pipe.

import { createLogUpdate } from 'log-update';
import type { RunHandle } from '../client/run-handle.js';
import { atRest } from '../client/run-handle.js';
import type { RunEvent } from '../core/events.js';
import { initialRunState, reduce, type RunState } from '../core/run-state.js';
import type { RunRow } from '../store/store.js';
import { duration } from './views/numbers.js';
import { runTree, summary } from './views/run-tree.js';

const DRAW_EVERY = 250;
const TOTALS_EVERY = 1_000;

export interface FollowOptions {
  readonly title: string;
  /** Lines of JSON, one an event. */
  readonly json: boolean;
  readonly signal?: AbortSignal;
}

/** Resolves when the run is at rest (ended, or waiting for a person) or the signal aborts. */
export async function follow(run: RunHandle, options: FollowOptions): Promise<{ readonly row: RunRow; readonly state: RunState }> {
  const live = !options.json && process.stderr.isTTY;
  let state = initialRunState(run.id);
  let totals = await run.totals();
  let counted = 0;
  const log = createLogUpdate(process.stderr, { showCursor: true });
  const draw = () => log(runTree({ title: options.title, state, totals, now: Date.now(), rows: Math.max(3, (process.stderr.rows ?? 24) - 14) }));
  const timer = live
    ? setInterval(() => {
        if (Date.now() - counted > TOTALS_EVERY) {
          counted = Date.now();
          run.totals().then(
            (fresh) => (totals = fresh),
            () => undefined,
          );
        }
        draw();
      }, DRAW_EVERY)
    : undefined;
  if (!live && !options.json) process.stderr.write(`${options.title}\n`);
  try {
    for await (const event of run.events(0, options.signal)) {
      state = reduce(state, event);
      if (options.json) process.stdout.write(`${JSON.stringify(event)}\n`);
      else if (!live) tell(state, event);
    }
  } finally {
    clearInterval(timer);
    if (live) {
      totals = await run.totals();
      draw();
      log.done();
    }
  }
  const row = await run.row();
  if (!live && !options.json && atRest(row)) process.stderr.write(`${row.status}${row.sentence === undefined ? '' : `: ${row.sentence}`}\n`);
  return { row, state };
}

/** A line for what a reader of a log wants to know. */
function tell(state: RunState, event: RunEvent): void {
  const { body } = event;
  const at = duration(event.at - (state.startedAt ?? event.at)).padStart(7);
  const line = (text: string) => process.stderr.write(`${at}  ${text}\n`);
  switch (body.type) {
    case 'phase-started':
      if (body.phase !== 'done') line(`${body.phase}`);
      break;
    case 'baseline-ended':
      line(summary(state, 'baseline'));
      break;
    case 'run-planned':
      line(summary(state, 'divide'));
      break;
    case 'subset-ended':
      line(`${body.subset}: ${body.before === undefined || body.after === undefined ? '' : `${body.before.mean.toFixed(3)} -> ${body.after.mean.toFixed(3)} n=${body.after.n}, `}${body.reason}${body.note === undefined ? '' : ` (${body.note})`}`);
      break;
    case 'merge-ended':
      line(`${body.node} <- ${body.parents.map((parent) => parent.id).join(', ')}: ${body.verdict}, ${body.why}`);
      break;
    case 'repair-ended':
      line(`repair round ${body.round}: ${body.verdict}, ${body.failing} failing tasks`);
      break;
    case 'finalists-chosen':
      line(`${body.finalists.length} finalists: ${body.finalists.map((finalist) => finalist.label).join('; ')}`);
      break;
    case 'select-ended':
      line(summary(state, 'select'));
      break;
    case 'confirm-ended':
      line(`confirm: ${summary(state, 'confirm')}`);
      break;
    case 'prove-ended':
      line(`prove: ${summary(state, 'prove')}`);
      break;
    case 'run-waiting':
      line(`waiting: ${body.reason}. ${body.sentence}`);
      break;
    case 'run-continued':
      line('continued');
      break;
    case 'budget-reached':
      line(`budget: ${body.limit} (${body.at})`);
      break;
    case 'subset-started':
    case 'epoch-ended':
    case 'merge-level-started':
    case 'race-block-ended':
    case 'run-paused':
    case 'run-ended':
      break;
  }
}
