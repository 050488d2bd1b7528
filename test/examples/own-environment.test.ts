// Needs a Temporal CLI (found in the cache, or fetched once).

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deliveries, depot } from '../../examples/own-environment/depot.js';
import { forecast } from '../../src/config/forecast.js';
import { loadConfig } from '../../src/config/load-config.js';
import { renderReport } from '../../src/web/report.js';
import { knownLengths } from '../../src/workers/known-lengths.js';
import { readTasks } from '../../src/workers/read-tasks.js';
import { openWatersmeet } from '../../src/workers/watersmeet.js';
import { environmentContract } from '../agents/environment-contract.js';
import { assertForecast } from '../support/forecast.js';
import { bodiesOf } from '../support/runs.js';

const EXAMPLE = path.join(import.meta.dirname, '../../../examples/own-environment');

environmentContract('the depot of examples/own-environment', () => {
  // Frozen, and fragile with a second mark.
  const [frozen, , foreign] = deliveries(3);
  return {
    factory: depot,
    solved: [
      { task: frozen!, actions: ['go to aisle 5', 'take parcel 101', 'go to ice station', 'use', 'go to dock A', 'deliver'] },
      {
        task: foreign!,
        actions: ['go to aisle 6', 'take parcel 103', 'go to customs desk', 'use', 'go to scale', 'use', 'go to dock C', 'deliver'],
      },
    ],
    unknownAction: 'sing',
  };
});

describe('examples/own-environment', function () {
  this.timeout(120_000);

  it('learns in its subsets what each of them sees, and the merge knows it all', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-example-'));
    const watersmeet = await openWatersmeet({ folder });
    try {
      const loaded = await loadConfig(EXAMPLE);
      const tasks = await readTasks(loaded);
      const { counts } = tasks;
      const { run } = await watersmeet.start(loaded);
      const { better, runId } = await run.result();
      const events = await watersmeet.store.readEvents(runId, 0);
      const [proof] = bodiesOf(events, 'prove-ended');
      assert.equal(better, true);
      assert.deepEqual([proof!.before.mean, proof!.after.mean], [0, 1]);
      assertForecast('own-environment', forecast(loaded.settings, counts), await run.totals());
      // The trials of its proposer are in it, and the next forecast takes them as they were.
      const { trialsPerTask } = await knownLengths(loaded, tasks, watersmeet.store);
      const trials = (await watersmeet.store.evaluationRows(runId, { pathPrefix: 'optimize' })).filter(({ path }) => path.includes('/trials'));
      assert.equal(trialsPerTask, trials.length / counts.train);
      const [selected] = bodiesOf(events, 'select-ended');
      assert.match(selected!.winner, /^m1-/);
      // The report shows what was done.
      assert.match(await renderReport(watersmeet.store, await run.row()), /<summary>steps<\/summary><pre>You are at the gate of a depot/);
    } finally {
      await watersmeet.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
