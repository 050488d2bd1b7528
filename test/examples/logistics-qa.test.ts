// Needs a temporary folder.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FREIGHT_INVOICES } from '../../src/benchmarks/freight-invoices/freight-invoices.js';
import { cli, jsonOf } from '../cli/run-cli.js';

const EXAMPLE = path.join(import.meta.dirname, '../../../examples/logistics-qa');

describe('the example of LogisticsQA', function () {
  this.timeout(60_000);

  it('is a complete configuration for a folder of its layout', async () => {
    const parent = await mkdtemp(path.join(tmpdir(), 'watersmeet-example-'));
    try {
      const folder = path.join(parent, 'invoices');
      await FREIGHT_INVOICES.fetch!({ folder, options: { invoices: 60, suppliers: 6 } });
      const planned = await cli(parent, ['optimize', '--config', EXAMPLE, '--set', `benchmark.folder=${folder}`, '--dry-run', '--json']);
      assert.equal(planned.exitCode, 0, planned.stderr);
      const { counts, plan } = jsonOf(planned) as {
        readonly counts: Readonly<Record<string, number>>;
        readonly plan: {
          readonly rows: readonly { readonly phase: string; readonly rollouts: { readonly low: number }; readonly promptTokens: { readonly low: number } }[];
        };
      };
      assert.deepEqual([counts['train'], counts['test']], [30, 18]);
      // Documents, not messages.
      const baseline = plan.rows.find(({ phase }) => phase === 'baseline')!;
      assert.ok(baseline.promptTokens.low / baseline.rollouts.low > 700);
      const without = await cli(parent, ['optimize', '--config', EXAMPLE, '--dry-run']);
      assert.equal(without.exitCode, 2);
      assert.match(without.stderr, /benchmarks\/logistics-qa is no folder; benchmark "logistics-qa" is read from there\. It needs data\/ground_truth\.json/);
    } finally {
      await rm(parent, { recursive: true, force: true });
    }
  });
});
