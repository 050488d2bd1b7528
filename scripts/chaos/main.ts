// `npm run chaos`: five runs, each killed four times with SIGKILL and resumed; a line for each kill says what it cost.
// `npm run chaos -- 7 3`: three runs, from run 7 on.

import { describeMoment } from '../../test/support/chaos.js';
import { machineShape } from '../bench/machine.js';
import { killRuns, runUndisturbed } from './runs.js';

const RUNS = 5;

const [first = 1, count = RUNS] = process.argv.slice(2).map(Number);
console.log(machineShape());
const undisturbed = await runUndisturbed();
console.log(`undisturbed: ${undisturbed.calls} calls, digest ${undisturbed.digest.slice(0, 12)}\n`);
console.log('run  victim  moment                   to first call   recorded sent again   digest');
const sums = { kills: 0, sentTwice: 0, lost: 0, failed: 0 };
for await (const { run, report, problems } of killRuns(undisturbed, first, count)) {
  for (const kill of report.kills) {
    const seconds = kill.secondsToFirstCall === undefined ? 'none came' : `${kill.secondsToFirstCall.toFixed(1)} s`;
    const digest = report.digest === undisturbed.digest ? 'equal' : 'DIFFERS';
    console.log(
      `${String(run).padEnd(4)} ${kill.victim.padEnd(7)} ${describeMoment(kill.moment).padEnd(24)} ${seconds.padEnd(15)} ${String(kill.recordedSentAgain).padEnd(21)} ${digest}`,
    );
  }
  for (const problem of problems) console.log(`run ${run}: ${problem}.`);
  sums.kills += report.kills.length;
  sums.sentTwice += report.sentTwice;
  sums.lost += report.lost;
  if (problems.length > 0) sums.failed++;
}
console.log(
  `\n${sums.kills} kills: ${sums.lost} calls were in flight and are booked as lost; ${sums.sentTwice} of them had reached the endpoint and were sent twice.`,
);
console.log(sums.failed === 0 ? 'Every run ended as the undisturbed one.' : `${sums.failed} runs did not end as the undisturbed one.`);
process.exit(sums.failed === 0 ? 0 : 1);
