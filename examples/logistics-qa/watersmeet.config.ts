// The transport references of UBL invoices, read by a model with tools.

import { defineConfig } from 'watersmeet';

export default defineConfig({
  project: 'logistics-qa',
  // data/ground_truth.json and data/<UUID>.xml in benchmarks/logistics-qa. Whoever does not have the set can take the stand-in, 'freight-invoices'.
  benchmark: { name: 'logistics-qa', options: { documentTokens: 4_000 } },
  agent: {
    kind: 'react',
    // Find elements, read a path: also of what was cut.
    tools: 'benchmark',
    system: '{{instructions}}\n{{insights}}',
    user: '{{input.question}}\n\n{{input.document}}',
    maxSteps: 6,
  },
  modules: {
    instructions: `You read freight invoices. Each supplier writes the references of its transports in a place of its own, beside other numbers: orders, containers, customers' files.
Answer with a JSON list of the references, exactly as they are written, and nothing else. If there is none, answer [].`,
    insights: { kind: 'playbook', maxTokens: 3_000 },
  },
  // The very set of references, or nothing.
  scorer: { kind: 'set', measure: 'exact' },
  model: { model: 'openai:gpt-4.1-mini', maxTokens: 500 },
  models: { optimizer: 'openai:gpt-4.1' },
  optimize: { epochs: 3 },
  budget: { money: 20 },
});
