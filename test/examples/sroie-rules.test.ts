// Needs the receipts of SROIE and a Temporal CLI (found in the cache, or fetched once).

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { open } from 'watersmeet';
import example from '../../examples/sroie-rules/watersmeet.config.js';
import { readReceipt, shapeOf } from '../../examples/sroie-rules/rules.js';
import { sharedData } from '../support/shared-data.js';

describe("The example's rules for receipts", function () {
  this.timeout(120_000);

  it('say where company, date and total stand', () => {
    const receipt = 'Tan Woon Yann\nMR D.I.Y. (M) SDN BHD (860671-D)\nDATE 12-JAN-2018\nTOTAL QTY 2 30.91\nTOTAL ROUNDED RM 30.90\nCASH 50.00';
    assert.deepEqual(readReceipt(receipt, []), { company: 'TAN WOON YANN', date: '', total: '50.00' });
    const rules = ['COMPANY HAS BHD', 'COMPANY ENDS AT BHD', `DATE LIKE ${shapeOf('12-JAN-2018')}`, 'TOTAL AFTER TOTAL ...', 'FIRST TOTAL AFTER TOTAL ROUNDED'];
    assert.deepEqual(readReceipt(receipt, rules), { company: 'MR D.I.Y. (M) SDN BHD', date: '12-JAN-2018', total: '30.90' });
    assert.equal(readReceipt('A\nB SHOP', ['SKIP LINE A']).company, 'B SHOP');
    assert.equal(readReceipt('A\nB SHOP', ['COMPANY HAS SHOP AND LINE BEFORE']).company, 'A B SHOP');
    assert.equal(readReceipt('TOTAL\n9.00\n5.00', ['TOTAL BELOW TOTAL']).total, '9.00');
  });

  it('are learned from receipts that were read wrongly, and what no parent of a merge knew alone is kept', async function () {
    const data = sharedData('sroie');
    if (!existsSync(data)) this.skip();
    const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-sroie-'));
    const project = await open({
      config: {
        ...example,
        folder,
        benchmark: { ...(example.benchmark as object), name: 'sroie', folder: data, take: { train: 72, validation: 60, test: 100 } },
        subset: { size: 18 },
        optimize: { ...example.optimize!, epochs: 1 },
        merge: { fanIn: 4, pool: 40 },
        repair: { rounds: 0 },
      },
    });
    try {
      const run = await project.start();
      await run.result();
      const bodies = (await project.store.readEvents(run.id, 0)).map(({ body }) => body);
      const merge = bodies.find((body) => body.type === 'merge-ended');
      const best = Math.max(...merge!.parents.map(({ score }) => score!.mean));
      assert.ok(merge!.combinedScore!.mean > best, `${merge!.combinedScore!.mean} after the merge, ${best} before`);
      const proof = bodies.find((body) => body.type === 'prove-ended');
      assert.ok(proof!.before.mean < 0.5 && proof!.after.mean > 0.65, `${proof!.before.mean} -> ${proof!.after.mean}`);
    } finally {
      await project.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
