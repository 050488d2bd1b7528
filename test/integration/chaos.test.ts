// Needs a Temporal CLI (found in the cache, or fetched once) and Linux's /proc; kills workers and servers with SIGKILL.

import { strict as assert } from 'node:assert';
import { describeMoment, drawKills, killServers, survive } from '../support/chaos.js';
import { runOnce, setScene } from '../support/runs.js';
import { startDriver } from '../support/start-driver.js';

const PROJECT = { tasks: 48 };
/** Together they have every kind of moment twice but one. */
const SEEDS = [1, 2, 3, 4];
const KILLS = 2;

describe('a run that is killed', function () {
  this.timeout(180_000);
  let digest: string;
  let calls: number;

  before(async () => {
    const undisturbed = await runOnce({ project: PROJECT });
    digest = undisturbed.result.digest;
    calls = Object.keys(undisturbed.arrivals).length;
  });

  it('is not waited for when the process that was to go on with it has ended', async function () {
    if (process.platform !== 'linux') this.skip();
    const scene = await setScene({ project: PROJECT });
    try {
      // There is nothing to resume.
      const driver = startDriver('resume', scene.folder);
      await driver.ended;
      await assert.rejects(driver.line('run'), /The driver ended \(1\) without saying "run".*There are no runs/s);
    } finally {
      killServers(scene.folder);
      await scene.close();
    }
  });

  for (const seed of SEEDS) {
    const kills = drawKills(seed, KILLS);
    const what = kills.map((kill) => `${kill.victim} at ${describeMoment(kill.moment)}`).join(', ');
    it(`ends as if nothing had happened, and sends no recorded call again (seed ${seed}: ${what})`, async function () {
      if (process.platform !== 'linux') this.skip();
      const report = await survive({ project: PROJECT, kills, calls });
      assert.equal(report.digest, digest);
      assert.equal(report.kills.length, KILLS);
      assert.deepEqual(
        report.kills.map((kill) => kill.recordedSentAgain),
        kills.map(() => 0),
      );
      // Whatever went out twice was booked as lost, and nothing that the undisturbed run did not send went out.
      assert.ok(report.sentTwice <= report.lost, `${report.sentTwice} sent twice, ${report.lost} booked as lost`);
      assert.equal(report.arrivals - report.sentTwice, calls);
      assert.ok(report.servers <= 1);
    });
  }
});
