// Who is raced on select: seed, root of the tree, its parents, the best of the rest, and the baselines asked for.

import type { Candidate } from '../core/candidate.js';
import { applyEdits } from '../core/optimize/apply-edits.js';
import { randomDemos } from '../core/optimize/bootstrap.js';
import { chooseFinalists as choose } from '../core/select/finalists.js';
import type { TaskReference } from '../core/task.js';
import { givenAnswers } from './bootstrap.js';
import type { Finalist, RunNode } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';
import { itemIdFrom } from './item-id.js';
import { readNodes } from './nodes.js';
import { tasksOf } from './tasks.js';

export async function chooseFinalists(
  dependencies: ActivityDependencies,
  input: {
    readonly runId: string;
    readonly seed: Finalist['candidate'];
    readonly root: RunNode;
    readonly parents: readonly RunNode[];
    readonly nodes: readonly string[];
  },
): Promise<readonly Finalist[]> {
  const { run } = await dependencies.openParts(input.runId);
  const rest = await readNodes(dependencies, input);
  const baselines = run.input.settings.select.baselines.includes('random-demos') ? await randomDemosBaseline(dependencies, input.runId, input.root) : [];
  const seed = { id: 'seed', candidate: input.seed };
  const chosen = choose({ seed, root: input.root, rootParents: input.parents, rest, baselines, limit: run.input.settings.select.finalists });
  return chosen.map((finalist) => ({ ...finalist, label: baselines.find((baseline) => baseline.id === finalist.id)?.label ?? finalist.label }));
}

/** The plain baseline: as many demos as the merged candidate has, drawn at random from train. */
async function randomDemosBaseline(dependencies: ActivityDependencies, runId: string, root: RunNode): Promise<readonly Finalist[]> {
  const { run } = await dependencies.openParts(runId);
  const { settings, lists, seed } = run.input;
  const merged = await dependencies.store.getCandidate(root.candidate.document);
  const module = merged.modules.find((one) => one.kind === 'demos' && one.items.length > 0);
  if (module === undefined || module.kind === 'instructions') return [];
  const references = await dependencies.store.getObject<readonly TaskReference[]>(lists.train.list);
  const tasks = await tasksOf(dependencies.store, references);
  const start = await dependencies.store.getCandidate(seed.document);
  const emptied: Candidate = {
    ...start,
    modules: start.modules.map((one) => (one.name === module.name && one.kind === 'demos' ? { ...one, items: [] } : one)),
  };
  const edits = randomDemos(givenAnswers(tasks), { module: module.name, count: module.items.length, seed: settings.seed });
  const drawn = applyEdits(emptied, edits, {
    origin: { subset: 'random-demos', epoch: 1 },
    limits: settings.moduleLimits,
    itemId: itemIdFrom(seed.document),
    maxEdits: edits.length,
  });
  return [
    {
      id: 'baseline-random-demos',
      label: `${module.items.length} demos drawn at random`,
      candidate: await dependencies.store.putCandidate({ ...drawn.candidate, parents: [seed.document] }),
    },
  ];
}
