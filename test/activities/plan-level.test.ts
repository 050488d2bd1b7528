// Needs a disk for an SQLite store.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunNode } from '../../src/activities/contract.js';
import type { ActivityDependencies } from '../../src/activities/dependencies.js';
import { planLevel, readClusters } from '../../src/activities/merge.js';
import { storeNodes } from '../../src/activities/nodes.js';
import type { Json } from '../../src/core/json.js';
import { NO_USAGE } from '../../src/core/outcome.js';
import { openStore } from '../../src/store/sqlite/open-store.js';
import type { Store } from '../../src/store/store.js';
import { playbook } from '../core/candidates.js';

describe('The plan of a merge level', () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-level-'));
    store = await openStore({ folder });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Candidates that share no word, merged two by two; each with its scores on tasks of the level below, where it was run there. */
  async function clusters(level: number, scores: Readonly<Record<string, readonly number[] | undefined>>): Promise<readonly (readonly string[])[]> {
    const texts = ['Be calm', 'Count twice', 'Sum rows', 'Look under beds'];
    const nodes: RunNode[] = [];
    for (const [index, [id, own]] of Object.entries(scores).entries()) {
      const candidate = await store.putCandidate(playbook([`i${index}`, texts[index]!, 's1']));
      nodes.push({ id, candidate, margin: 0, subsets: [] });
      for (const [task, score] of (own ?? []).entries()) {
        const trajectoryKey = `${id}-${task}`;
        await store.putRollout({
          trajectory: { key: trajectoryKey, candidate: candidate.hash, taskHash: `t${task}`, trajectory: {}, output: '', usage: NO_USAGE },
          score: { key: trajectoryKey, trajectoryKey, outcome: 'scored', score, usage: NO_USAGE },
          row: {
            runId: 'run-1',
            path: `merge/${id}/trial-001`,
            candidate: candidate.hash,
            taskId: `t${task}`,
            taskHash: `t${task}`,
            outcome: 'scored',
            score,
            trajectoryKey,
            scoreKey: trajectoryKey,
            usage: NO_USAGE,
          },
        });
      }
    }
    const parts = { run: { id: 'run-1', input: { settings: { seed: 1, merge: { fanIn: 2, pool: 0 } } } } };
    const dependencies = { store, openParts: async () => parts } as unknown as ActivityDependencies;
    const stored = await storeNodes(dependencies, { nodes });
    const partition = await store.putObject('partition', { subsets: [] } as Json);
    const plan = await planLevel(dependencies, { runId: 'run-1', level, nodes: [stored], partition });
    return (await readClusters(dependencies, { clusters: plan.clusters, from: 0, to: plan.count })).map((cluster) => cluster.map(({ id }) => id));
  }

  const complementary = { 'm1-0001': [1, 1, 0, 0], 'm1-0002': [1, 1, 0, 0], 'm1-0003': [0, 0, 1, 1], 'm1-0004': [0, 0, 1, 1] };

  it('from the second on puts candidates together that won on different tasks of the pool below', async () => {
    assert.deepEqual(await clusters(2, complementary), [
      ['m1-0001', 'm1-0003'],
      ['m1-0002', 'm1-0004'],
    ]);
  });

  const byId = [
    ['m1-0001', 'm1-0002'],
    ['m1-0003', 'm1-0004'],
  ];

  it('goes by the words alone on the first', async () => {
    assert.deepEqual(await clusters(1, complementary), byId);
  });

  it('goes by the words alone where a candidate was not run', async () => {
    assert.deepEqual(await clusters(2, { ...complementary, 'm1-0001': undefined, 'm1-0002': undefined }), byId);
  });
});
