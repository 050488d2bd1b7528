// SROIE's receipts, read by rules that are learned from receipts that were read wrongly: no model, no key.

import { defineConfig, type AgentContext } from 'watersmeet';
import { propose } from './propose.js';
import { readReceipt } from './rules.js';

async function read({ task, modules }: AgentContext) {
  const { rules } = modules;
  return { ...readReceipt(task.input as string, rules?.kind === 'playbook' ? rules.items.map(({ text }) => text) : []) };
}

export default defineConfig({
  project: 'sroie-rules',
  // The folder holds the receipts: `watersmeet benchmark list` says where they are to be had.
  benchmark: { name: 'sroie', splits: { train: 240, validation: 140, test: 246 } },
  scorer: { kind: 'benchmark', name: 'sroie', options: { fields: ['company', 'date', 'total'] } },
  agent: read,
  modules: { rules: { kind: 'playbook', items: ['DATE LIKE 9 / 9 / 9999'], maxTokens: 6_000 } },
  subset: { size: 32 },
  optimize: { propose, maxEdits: 300, epochs: 2, patience: 1 },
  // One merge of all subsets: with rules for so many kinds of receipts, a small pool judges by chance.
  merge: { fanIn: 12, pool: 140 },
  repair: { rounds: 2, tasks: 24 },
  select: { finalists: 4 },
});
