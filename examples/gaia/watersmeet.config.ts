// GAIA answered by an agent with tools: attached files, arithmetic, images. You bring the gated data and, for the many questions that need
// one, a web search: docs/benchmarks/gaia.md.

import { defineConfig, GAIA_PROMPT } from 'watersmeet';

export default defineConfig({
  project: 'gaia',
  // The folder of the repository on Hugging Face: benchmarks/gaia beside this file, unless `folder` names another.
  benchmark: { name: 'gaia' },
  agent: {
    kind: 'react',
    system: `${GAIA_PROMPT}\n\n{{insights}}`,
    tools: ['benchmark'],
    toolOptions: { images: true },
    maxSteps: 20,
  },
  // The published prompt stays as it is; what is learned goes below it.
  modules: { insights: { kind: 'playbook' } },
  model: 'openai:gpt-4.1-mini',
  models: { optimizer: 'openai:gpt-4.1' },
  // An attempt has up to 20 calls: few epochs, and gates on as many tasks as two subsets have.
  optimize: { epochs: 3 },
  merge: { pool: 32 },
  repair: { rounds: 1 },
  budget: { money: 20 },
});
