// An agent, a scorer and a benchmark of your own, with no model at all: no key, no download of weights, no cost.

import { defineConfig } from 'watersmeet';
import { routeTicket } from './agent.js';
import { worthOf } from './scorer.js';

export default defineConfig({
  project: 'own-agent',
  // Columns of the CSV file; the splits follow from the ids.
  benchmark: { file: 'tickets.csv', fields: { id: 'ticket', input: 'message', expected: 'team', category: 'team' } },
  agent: routeTicket,
  scorer: worthOf,
  // What is optimized: which worked examples the agent knows. It begins with none.
  modules: { examples: { kind: 'demos' } },
  // Without a model nothing can write edits: examples come from the given answers of the training tasks.
  optimize: { inner: 'bootstrap', demosFrom: 'answers', demosPerCategory: 3 },
  select: { baselines: ['random-demos'] },
});
