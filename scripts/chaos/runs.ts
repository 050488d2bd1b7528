// Runs that are killed and resumed: what `npm run chaos` prints and `npm run bench` sums up.

import { drawKills, survive, type ChaosReport } from '../../test/support/chaos.js';
import { runOnce } from '../../test/support/runs.js';

/** With five runs that makes 20 kills, each kind of moment four times. */
export const KILLS_OF_A_RUN = 4;
const PROJECT = { tasks: 64 };

export interface Undisturbed {
  readonly calls: number;
  readonly digest: string;
}

export interface KilledRun {
  /** The draw is by this number, so that a run that fails can be repeated. */
  readonly run: number;
  readonly report: ChaosReport;
  /** What is wrong with it; empty when it ended as the undisturbed one. */
  readonly problems: readonly string[];
}

export async function runUndisturbed(): Promise<Undisturbed> {
  const { result, arrivals } = await runOnce({ project: PROJECT });
  return { calls: Object.keys(arrivals).length, digest: result.digest };
}

export async function* killRuns(undisturbed: Undisturbed, first: number, count: number): AsyncGenerator<KilledRun, void, void> {
  const { calls, digest } = undisturbed;
  for (let run = first; run < first + count; run++) {
    const report = await survive({ project: PROJECT, kills: drawKills(run, KILLS_OF_A_RUN), calls });
    const sentAgain = report.kills.reduce((sum, kill) => sum + kill.recordedSentAgain, 0);
    yield {
      run,
      report,
      problems: [
        ...(report.digest === digest ? [] : ['the digest differs']),
        ...(sentAgain === 0 ? [] : [`${sentAgain} recorded calls were sent again`]),
        ...(report.arrivals - report.sentTwice === calls ? [] : [`${report.arrivals - report.sentTwice} calls were sent, not ${calls}`]),
        ...(report.sentTwice <= report.lost ? [] : [`${report.sentTwice} calls were sent twice, ${report.lost} are booked as lost`]),
        ...(report.servers <= 1 ? [] : [`${report.servers} servers work on one file`]),
        ...(report.kills.length === KILLS_OF_A_RUN ? [] : [`only ${report.kills.length} of ${KILLS_OF_A_RUN} kills came`]),
      ],
    };
  }
}
