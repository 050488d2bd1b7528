// A process that replays the histories of a folder on a workflow bundle and prints what went wrong as a line of JSON. A
// process of its own: a runtime that never had a connection keeps its process from ending.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from '@temporalio/worker';
import { installRuntime } from '../../src/workers/runtime.js';

interface Saved {
  readonly workflowId: string;
  readonly history: object;
}

const [folder = '', bundle = '', log = ''] = process.argv.slice(2);
installRuntime(log);
const histories = readdirSync(folder).map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Saved);
const problems: string[] = [];
let replayed = 0;
for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: { codePath: bundle } }, histories)) {
  replayed++;
  if (error !== undefined) problems.push(`${workflowId}: ${error.message}`);
}
process.stdout.write(JSON.stringify({ replayed, problems }));
process.exit();
