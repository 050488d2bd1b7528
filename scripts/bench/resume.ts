// How long it takes until a killed run asks its model again, and what is asked twice: over 20 kills of worker, server, both.

import { KILLS_OF_A_RUN, killRuns, runUndisturbed } from '../chaos/runs.js';

const RUNS = 5;

export interface Resumes {
  readonly kills: number;
  /** Seconds from the resume to the first new call. */
  readonly median: number;
  readonly slowest: number;
  readonly recordedSentAgain: number;
  /** In flight when they were killed. */
  readonly lost: number;
  /** Runs that did not end as the undisturbed one. */
  readonly failed: number;
}

export async function measureResumes(): Promise<Resumes> {
  const undisturbed = await runUndisturbed();
  const seconds: number[] = [];
  const sums = { kills: 0, recordedSentAgain: 0, lost: 0, failed: 0 };
  for await (const { report, problems } of killRuns(undisturbed, 1, RUNS)) {
    sums.kills += report.kills.length;
    sums.lost += report.lost;
    sums.failed += problems.length > 0 ? 1 : 0;
    for (const kill of report.kills) {
      sums.recordedSentAgain += kill.recordedSentAgain;
      if (kill.secondsToFirstCall !== undefined) seconds.push(kill.secondsToFirstCall);
    }
  }
  seconds.sort((left, right) => left - right);
  if (sums.kills !== RUNS * KILLS_OF_A_RUN) sums.failed++;
  return { ...sums, median: seconds[Math.floor(seconds.length / 2)]!, slowest: seconds.at(-1)! };
}
