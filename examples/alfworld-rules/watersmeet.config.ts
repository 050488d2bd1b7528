// ALFWorld's text games, played by rules that are learned from games that were lost: no model, no key.

import { defineConfig } from 'watersmeet';
import { playByRules } from './agent.js';
import { propose } from './propose.js';

export default defineConfig({
  project: 'alfworld-rules',
  // The folder is filled by `watersmeet benchmark fetch alfworld`. Few games are enough to learn from.
  benchmark: { name: 'alfworld', take: { train: 72, validation: 60 } },
  agent: { kind: 'function', run: playByRules, environment: 'alfworld' },
  // The player begins with no rule at all.
  modules: { rules: { kind: 'playbook', maxTokens: 6_000 } },
  subset: { size: 12 },
  // One pass over every subset: what is still lost after the merge is looked at in the repair.
  optimize: { propose, maxEdits: 300, epochs: 1 },
  // One merge of all subsets, judged on 60 games.
  merge: { fanIn: 8, pool: 60 },
  // The pool has judged the subsets' rules; on the 30 games of a half of validation a race among them all would be decided by chance.
  select: { finalists: 2 },
});
