// Five runs, each killed four times; the draw is by the run's number, so that a run that fails can be repeated.

import { runOnce } from '../../test/support/runs.js';
import { describeMoment, drawKills, survive } from '../../test/support/chaos.js';
import { machineShape } from '../bench/machine.js';

const RUNS = 5;
const KILLS = 4;
const PROJECT = { tasks: 64 };

const [first = 1, count = RUNS] = process.argv.slice(2).map(Number);
console.log(machineShape());
const { result, arrivals } = await runOnce({ project: PROJECT });
const calls = Object.keys(arrivals).length;
console.log(`undisturbed: ${calls} calls, digest ${result.digest.slice(0, 12)}\n`);
console.log('run  victim  moment                   to first call   recorded sent again   digest');
let failed = 0;
let kills = 0;
let sentTwice = 0;
let lost = 0;
for (let run = first; run < first + count; run++) {
  const report = await survive({ project: PROJECT, kills: drawKills(run, KILLS), calls });
  const equal = report.digest === result.digest;
  for (const kill of report.kills) {
    const seconds = kill.secondsToFirstCall === undefined ? 'none came' : `${kill.secondsToFirstCall.toFixed(1)} s`;
    console.log(
      `${String(run).padEnd(4)} ${kill.victim.padEnd(7)} ${describeMoment(kill.moment).padEnd(24)} ${seconds.padEnd(15)} ${String(kill.recordedSentAgain).padEnd(21)} ${equal ? 'equal' : 'DIFFERS'}`,
    );
    if (kill.recordedSentAgain > 0) failed++;
  }
  const unexplained = report.arrivals - report.sentTwice !== calls || report.sentTwice > report.lost || report.servers > 1;
  if (unexplained)
    console.log(
      `run ${run}: ${report.arrivals} arrivals for ${calls} calls, ${report.sentTwice} sent twice, ${report.lost} booked as lost, ${report.servers} servers`,
    );
  if (!equal || unexplained || report.kills.length < KILLS) failed++;
  kills += report.kills.length;
  sentTwice += report.sentTwice;
  lost += report.lost;
}
console.log(`\n${kills} kills: ${lost} calls were in flight and booked as lost, ${sentTwice} of them had reached the endpoint and were sent twice.`);
console.log(failed === 0 ? 'Every run ended as the undisturbed one.' : `${failed} failed.`);
process.exit(failed === 0 ? 0 : 1);
