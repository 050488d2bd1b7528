// ALFWorld played by a ReAct agent as published: a thought or a command a step, two worked examples for each type of task.

import { readFileSync } from 'node:fs';
import { defineConfig } from 'watersmeet';

/** By type of task; written by scripts/alfworld from two invented rooms. */
const demos = JSON.parse(readFileSync(new URL('demos.json', import.meta.url), 'utf8')) as Record<string, { input: string; output: string }[]>;
const moduleOf = (type: string) => type.replaceAll('_', '-');

export default defineConfig({
  project: 'alfworld',
  // The games: `watersmeet benchmark fetch alfworld`. At most so many of each split; without `take` all 3,553, 140 and 134.
  benchmark: { name: 'alfworld', take: { train: 96, validation: 140, test: 134 } },
  agent: {
    kind: 'react',
    environment: 'alfworld',
    environmentOptions: { wording: 'put', observations: 'react' },
    system: '{{instructions}}\n{{insights}}',
    // Each task is shown the worked examples of its own type.
    demos: Object.fromEntries(Object.keys(demos).map((type) => [type, moduleOf(type)])),
    maxSteps: 50,
  },
  // All of it is optimized.
  modules: {
    instructions: `Interact with a household to solve a task. Answer with one line: a thought, which begins with "think:", or one of these commands:
go to {place}, open {place}, close {place}, take {thing} from {place}, put {thing} in/on {place}, use {thing}, clean {thing} with {place}, heat {thing} with {place}, cool {thing} with {place}, slice {thing} with {thing}, examine {thing or place}, inventory, look.
Name things and places with their numbers, as you see them.`,
    insights: { kind: 'playbook' },
    ...Object.fromEntries(Object.entries(demos).map(([type, items]) => [moduleOf(type), { kind: 'demos' as const, items }])),
  },
  model: { model: 'openai:gpt-4.1-mini', maxTokens: 100 },
  models: { optimizer: 'openai:gpt-4.1' },
  // An episode has up to 50 calls: few epochs, and gates on as many games as a subset has.
  optimize: { epochs: 3 },
  merge: { pool: 16 },
  repair: { rounds: 1 },
  budget: { money: 20 },
});
