// References of transports from made-up invoices, with an agent of rules and a proposer of one's own: no key, no download, no cost.

import { defineConfig, freightInvoices } from 'watersmeet';
import { readReferences } from './agent.js';
import { proposeRules } from './propose.js';

export default defineConfig({
  project: 'freight-invoices',
  // 36 suppliers with 12 invoices each; every one writes its references somewhere else.
  benchmark: { tasks: freightInvoices({ seed: 1, invoices: 432, suppliers: 36 }) },
  agent: readReferences,
  scorer: 'set',
  // What is optimized: it begins empty.
  modules: { rules: { kind: 'playbook', maxTokens: 4_000 } },
  subset: { size: 24 },
  optimize: { propose: proposeRules, maxEdits: 50, epochs: 2, patience: 1 },
});
