// Needs a Temporal CLI (found in the cache, or fetched once).

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Forecast } from '../../src/config/forecast.js';
import type { RoleTotals } from '../../src/store/store.js';
import { cli, jsonOf } from '../cli/run-cli.js';
import { assertForecast } from '../support/forecast.js';

const EXAMPLE = path.join(import.meta.dirname, '../../../examples/freight-invoices');

describe('the example of freight invoices', function () {
  this.timeout(120_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-example-'));
    await cp(EXAMPLE, folder, { recursive: true });
  });
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  it('learns where suppliers write their references, in subsets that each see some of them', async () => {
    const file = path.join(folder, 'watersmeet.config.ts');
    const config = await readFile(file, 'utf8');
    // A smaller one: the same suppliers' habits, fewer invoices.
    const smaller = config.replace('invoices: 432, suppliers: 36', 'invoices: 120, suppliers: 12');
    assert.notEqual(smaller, config);
    await writeFile(file, smaller);
    const options = ['--set', 'subset.size=16', '--set', 'merge.pool=24'];
    const planned = jsonOf(await cli(folder, ['optimize', '--dry-run', '--json', ...options])) as { readonly plan: Forecast };
    const { exitCode, stdout, stderr } = await cli(folder, ['optimize', ...options]);
    assert.equal(exitCode, 0, stderr);
    const [, before, after, tasks] = /prove: ([\d.]+) -> ([\d.]+) on (\d+) test tasks/.exec(stdout + stderr) ?? [];
    assert.ok(Number(tasks) >= 24 && Number(before) < 0.25 && Number(after) > 0.7, stdout);
    assert.match(stdout, /The champion is better/);
    const { totals } = jsonOf(await cli(folder, ['status', '--json'])) as { readonly totals: readonly RoleTotals[] };
    assertForecast('freight-invoices', planned.plan, totals);
    const { stdout: shown } = await cli(folder, ['show']);
    assert.match(shown, /^ {2}- FROM .+ READ .+$/m);
  });
});
