// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  everySolved,
  failedEditsKept,
  nextEpoch,
  recordEpoch,
  startEpochs,
  stopEpochs,
  type EpochControl,
  type EpochLimits,
  type EpochResult,
} from '../../../src/core/optimize/epoch-control.js';

const limits: EpochLimits = { epochs: 10, patience: 3 };
const accepted: EpochResult = { verdict: 'accepted', solved: false };
const failed: EpochResult = { verdict: 'rolled-back', solved: false };
const run = (results: readonly EpochResult[], by = limits): EpochControl =>
  results.reduce((control, result) => recordEpoch(control, result, by), startEpochs(by));

describe('epochs of a subset', () => {
  it('begin with the first and go on', () => {
    assert.equal(nextEpoch(startEpochs(limits)), 1);
    assert.equal(nextEpoch(run([accepted, failed])), 3);
  });

  it('end when the patience is used up by epochs without an accepted edit', () => {
    assert.equal(run([failed, { verdict: 'no-edit', solved: false }]).stop, undefined);
    assert.equal(run([failed, { verdict: 'no-edit', solved: false }, failed]).stop, 'patience');
  });

  it('have their patience restored by an accepted edit', () => {
    assert.equal(run([failed, failed, accepted]).patienceLeft, 3);
    assert.equal(run([failed, failed, accepted, failed, failed]).stop, undefined);
  });

  it('end when every task is solved, whatever else', () => {
    assert.equal(run([{ verdict: 'accepted', solved: true }]).stop, 'solved');
    assert.equal(run([{ verdict: 'solved', solved: false }]).stop, 'solved');
    assert.equal(run([failed, failed, { verdict: 'rolled-back', solved: true }]).stop, 'solved');
  });

  it('end with the last one', () => {
    assert.equal(run([accepted, accepted], { epochs: 2, patience: 3 }).stop, 'epochs');
    assert.equal(startEpochs({ epochs: 0, patience: 3 }).stop, 'epochs');
    assert.equal(startEpochs({ epochs: 3, patience: 0 }).stop, 'patience');
  });

  it('end from outside; the first reason stays and nothing changes any more', () => {
    const stopped = stopEpochs(run([failed]), 'budget');
    assert.equal(nextEpoch(stopped), undefined);
    assert.deepEqual(stopEpochs(stopped, 'failed'), stopped);
    assert.deepEqual(recordEpoch(stopped, accepted, limits), stopped);
  });

  it('remember the references of rolled-back edits, the latest only', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ ...(i % 2 === 0 ? failed : accepted), edits: `edits-${i}` }));
    const { failedEdits } = run(many, { epochs: 100, patience: 3 });
    assert.equal(failedEdits.length, failedEditsKept);
    assert.equal(failedEdits.at(-1), 'edits-38');
    assert.ok(
      failedEdits.every((reference) => Number(reference.slice(6)) % 2 === 0),
      'accepted edits are not failed ones',
    );
  });

  it('always end, within their number, and survive being carried as JSON', () => {
    const result = fc.record({ verdict: fc.constantFrom('accepted', 'rolled-back', 'no-edit', 'solved'), solved: fc.boolean() }) as fc.Arbitrary<EpochResult>;
    fc.assert(
      fc.property(fc.infiniteStream(result), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 4 }), (results, epochs, patience) => {
        let control = startEpochs({ epochs, patience });
        let count = 0;
        while (nextEpoch(control) !== undefined) {
          control = recordEpoch(JSON.parse(JSON.stringify(control)) as EpochControl, results.next().value as EpochResult, { epochs, patience });
          count++;
          assert.ok(count <= epochs);
        }
        assert.equal(control.epoch, count);
        assert.ok(control.stop !== undefined);
      }),
    );
  });
});

describe('everySolved', () => {
  it('needs every score to be 1, and at least one', () => {
    assert.ok(everySolved([1, 1 - 1e-12]));
    assert.ok(!everySolved([1, 0.999]));
    assert.ok(!everySolved([]));
  });
});
