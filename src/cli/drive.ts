// Executes and shows a run until it is at rest; Ctrl-C stops cleanly.

import pc from 'picocolors';
import type { RunHandle } from '../client/run-handle.js';
import { EXIT_CODES } from '../core/failures.js';
import type { Watersmeet } from '../workers/watersmeet.js';
import { follow } from './follow.js';
import type { CommonOptions } from './main.js';
import { resultTable, usageTable } from './views/result.js';
import { title } from './views/title.js';

/** Returns the exit code. Closes the engine. */
export async function drive(watersmeet: Watersmeet, run: RunHandle, options: CommonOptions): Promise<number> {
  const json = options.json === true;
  const interrupted = new AbortController();
  const stop = () => {
    if (interrupted.signal.aborted) process.exit(EXIT_CODES.interrupted);
    interrupted.abort();
    if (!json) process.stderr.write(`\nStopping: calls in flight are recorded (Ctrl-C again ends at once).\n`);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const row = await run.row();
    const { state, row: last } = await follow(run, { title: title({ id: run.id, project: row.project, settings: row.input.settings }, watersmeet.engine), json, signal: interrupted.signal });
    const totals = await run.totals();
    if (json) process.stdout.write(`${JSON.stringify({ run: run.id, status: last.status, waiting: last.waiting, sentence: last.sentence, champion: last.champion, better: last.better, digest: last.digest, totals })}\n`);
    if (last.status === 'completed') {
      if (!json) process.stdout.write(`\n${resultTable(state)}\n\n${usageTable(totals)}\n\n${nextSteps(run.id)}\n`);
      return EXIT_CODES.ok;
    }
    if (last.status === 'cancelled') return EXIT_CODES.cancelled;
    if (last.status === 'failed') {
      if (!json) process.stderr.write(`${pc.red('failed')} ${last.sentence ?? ''}\nWhat was recorded is kept: \`watersmeet resume ${run.id}\` tries again from there.\n`);
      return EXIT_CODES.failure;
    }
    if (interrupted.signal.aborted) {
      if (!json) process.stderr.write(`Interrupted. Go on with: watersmeet resume ${run.id}\n`);
      return EXIT_CODES.interrupted;
    }
    if (!json) process.stderr.write(`${pc.yellow(`waiting: ${last.waiting ?? ''}`)} ${last.sentence ?? ''}\nThen: watersmeet resume ${run.id}\n`);
    return EXIT_CODES.waiting;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    await watersmeet.close();
  }
}

function nextSteps(runId: string): string {
  const step = (text: string, what: string) => `  ${pc.cyan(text.padEnd(44))} ${pc.dim(what)}`;
  return [
    step(`watersmeet report ${runId}`, 'one HTML file: every item, edit, merge and task'),
    step(`watersmeet diff ${runId}`, 'what the champion changed'),
    step(`watersmeet promote ${runId}`, "make it the project's champion: loadChampion() gives it to your application"),
  ].join('\n');
}
