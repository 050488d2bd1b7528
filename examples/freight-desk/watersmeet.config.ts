// The quickstart's example: a classifier of freight-forwarding e-mails that learns its worked examples.

import { defineConfig } from 'watersmeet';

export default defineConfig({
  project: 'freight-desk',
  benchmark: { file: 'messages.jsonl' },
  agent: {
    kind: 'chat',
    system: "Read the customer's e-mail and answer with its intent.",
    user: '{{input}}',
    demos: 'examples',
  },
  // What is optimized: it begins empty.
  modules: { examples: { kind: 'demos', items: [], maxTokens: 1_200 } },
  scorer: 'normalised',
  // SmolLM2-135M on this machine: no key, no account.
  model: { model: 'local', maxTokens: 12 },
  // 4 subsets; each picks one worked example an intent from its tasks' given answers.
  subset: { size: 24 },
  optimize: { inner: 'bootstrap', demosFrom: 'answers', demosPerCategory: 1, epochs: 1 },
  // Rollouts are few: merge wide, without gates on a dozen tasks, and judge once, on many.
  merge: { fanIn: 4, pool: 0, combine: 'union' },
  repair: { rounds: 0 },
  select: { finalists: 3, blockSize: 48, baselines: ['random-demos'] },
  prove: { maxTasks: 48 },
});
