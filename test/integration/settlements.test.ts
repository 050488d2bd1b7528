// Needs a Temporal CLI (found in the cache, or fetched once); each run has a real dev server and a fake endpoint in a process of its own.

import { strict as assert } from 'node:assert';
import type { Candidate } from '../../src/core/candidate.js';
import { SETTLED } from '../support/brains/rounder.js';
import { bodiesOf, finish, setScene, startRun, type Finished } from '../support/runs.js';

const RECORDS = Array.from({ length: 80 }, (_, index) => {
  const kind = index % 2 === 0 ? 'sea' : 'air';
  return { id: `t${index}`, input: `${kind} freight no ${index}`, expected: kind === 'sea' ? 'up' : 'down', category: kind };
});

/** A run whose two subsets, one of each category, learn opposite rules. */
async function merge(model: string, set: object = { merge: { pool: 24, model: true } }): Promise<Finished & { readonly champion: Candidate }> {
  const scene = await setScene({
    endpoint: { brain: 'rounder' },
    project: { records: RECORDS, model: { model }, set: { subset: { size: 40, divide: 'category' }, repair: { rounds: 0 }, ...set } },
  });
  try {
    const watersmeet = await scene.open();
    const finished = await finish(scene, watersmeet, await startRun(scene, watersmeet));
    const [merged] = bodiesOf(finished.events, 'merge-ended');
    return { ...finished, champion: await watersmeet.store.getCandidate(merged!.candidate.document) };
  } finally {
    await scene.close();
  }
}

function rulesOf(candidate: Candidate): readonly string[] {
  return candidate.modules.flatMap((module) => (module.kind === 'instructions' ? [] : module.items.map(({ text }) => text)));
}

describe('a merge of subsets that learned opposite rules', function () {
  this.timeout(120_000);

  it('keeps what the merger model makes of them, if the pool says so', async () => {
    const { champion, events, totals, result } = await merge('settles-well');
    assert.deepEqual(rulesOf(champion), [SETTLED]);
    const module = champion.modules[0]!;
    assert.ok(module.kind === 'playbook');
    assert.deepEqual(
      module.items[0]!.origins.map(({ subset }) => subset),
      ['s0001', 's0002'],
    );
    const [merged] = bodiesOf(events, 'merge-ended');
    // The settlement alone was tried: what it settles fell away.
    assert.deepEqual([merged!.verdict, merged!.combinedScore!.mean, merged!.kept, merged!.droppedAnswers], ['accepted', 1, 1, undefined]);
    const merger = totals.find(({ role }) => role === 'merger');
    assert.ok(merger !== undefined && merger.calls === 1 && merger.promptTokens > 0, 'its tokens are counted as its own');
    assert.equal(result.better, true);
  });

  it('refuses what the merger model makes of them, if the pool says so, and tries each way', async () => {
    const [badly, without] = [await merge('settles-badly'), await merge('settles-badly', { merge: { pool: 24, model: false } })];
    assert.ok(!rulesOf(badly.champion).includes('Ask the customer.'));
    assert.deepEqual(rulesOf(badly.champion), rulesOf(without.champion));
    const [[merged], [plain]] = [bodiesOf(badly.events, 'merge-ended'), bodiesOf(without.events, 'merge-ended')];
    assert.deepEqual([merged!.offered, merged!.kept], [plain!.offered + 1, plain!.kept]);
    assert.deepEqual(merged!.combinedScore, plain!.combinedScore);
  });

  it('drops and counts an answer that cannot be used, and tries each way', async () => {
    const { champion, events, totals } = await merge('rambles');
    const [merged] = bodiesOf(events, 'merge-ended');
    assert.equal(merged!.droppedAnswers, 2);
    assert.equal(totals.find(({ role }) => role === 'merger')?.calls, 2);
    assert.ok(rulesOf(champion).every((rule) => rule === 'Always round up.' || rule === 'Never round up.'));
  });
});
