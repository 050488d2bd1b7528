// Part of the build: bundles the workflows once, so that no worker has to at its start, and makes the command executable.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const workflows = fileURLToPath(new URL('../src/workflows/index.js', import.meta.url));
const target = new URL('../src/workflow-bundle.js', import.meta.url);
const { code } = await bundleWorkflowCode({
  workflowsPath: workflows,
  logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
});
mkdirSync(new URL('.', target), { recursive: true });
writeFileSync(target, code);
chmodSync(new URL('../src/cli/main.js', import.meta.url), 0o755);
