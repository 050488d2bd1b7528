// An environment of your own, with an agent that follows rules: no model, no key, no cost. It runs in seconds.

import { defineConfig } from 'watersmeet';
import { deliveries } from './depot.js';
import { learn } from './learn.js';
import { robot } from './robot.js';

export default defineConfig({
  project: 'own-environment',
  benchmark: { tasks: deliveries(120) },
  agent: robot,
  // What the environment said of the episode: the agent's output is made by the harness.
  scorer: 'environment',
  // What is optimized. The robot begins without any rule.
  modules: { playbook: { kind: 'playbook' } },
  optimize: { propose: learn, maxEdits: 20, epochs: 1 },
  // One subset learns about frozen parcels, another about fragile ones; the merge brings together what they found.
  subset: { divide: 'category' },
  merge: { pool: 24 },
  repair: { rounds: 1 },
});
