// Writes test/histories/*.json anew: small histories of every workflow, which test/workflows/replay.test.ts replays.
//   npm run build && node dist/scripts/record-histories.js
// Do so when a workflow was changed on purpose. Runs of an older package version are begun anew when they are resumed, so
// an old history need not replay; a changed package that replays wrongly under the same version is what the test finds.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { workflowIdOf } from '../src/core/messages.js';
import { setScene, startRun } from '../test/support/runs.js';

const FOLDER = path.join(import.meta.dirname, '../../test/histories');

/** Small enough to look at: two subsets, one epoch, one merge. */
const PROJECT = { tasks: 40, set: { optimize: { epochs: 2 }, repair: { rounds: 1, tasks: 4 }, select: { finalists: 3 }, merge: { pool: 8, model: false } } };

/** One run, with histories of so many events, and what is kept of it: names of files by workflow id below the run's. */
async function record(historyEvents: number, keep: Readonly<Record<string, string>>): Promise<void> {
  const scene = await setScene({ project: PROJECT });
  try {
    const watersmeet = await scene.open({ pace: { historyEvents } });
    const run = await startRun(scene, watersmeet);
    await run.result();
    const { connection, namespace } = watersmeet.engine;
    const client = new Client({ connection, namespace });
    for (const [file, below] of Object.entries(keep)) {
      const root = workflowIdOf(run.id);
      let found = 0;
      for await (const { workflowId, runId } of client.workflow.list()) {
        if (!(below === '' ? workflowId === root : workflowId.startsWith(`${root}/${below}`)) || found > 0) continue;
        found++;
        const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
        // Who did the work is of no interest, and none of anybody's business.
        const text = historyToJSON(history)
          .replaceAll(/"identity": "[^"]*"/g, '"identity": "somebody"')
          .replaceAll(/"name": "\d+@[^"]*"/g, '"name": "somebody"');
        writeFileSync(path.join(FOLDER, `${file}.json`), `${JSON.stringify({ workflowId, history: JSON.parse(text) as object })}\n`);
        console.log(`${file}.json: ${history.events?.length ?? 0} events`);
      }
      if (found === 0) throw new Error(`There was no workflow ${below} in the run.`);
    }
  } finally {
    await scene.close();
  }
}

mkdirSync(FOLDER, { recursive: true });
await record(1_500, { 'optimization-run': '', 'optimize-group': 'optimize/', 'merge-group': 'merge/' });
// Histories so short that a group continues as new, and that every evaluation is a workflow.
await record(40, { 'optimize-group-continued': 'optimize/group-1', 'evaluation-group': 'baseline/' });
process.exit(0);
