// Who is raced on select: seed, root of the tree, its parents, the best of the rest, and the baselines asked for.

import { affordableFinalists, provedTasks, tokensOfRollout, type RolloutTokens, type Share } from '../core/budget.js';
import type { Candidate } from '../core/candidate.js';
import { applyEdits } from '../core/optimize/apply-edits.js';
import { randomDemos } from '../core/optimize/bootstrap.js';
import { chooseFinalists as choose } from '../core/select/finalists.js';
import type { Role } from '../core/outcome.js';
import type { TaskReference } from '../core/task.js';
import type { RunRow } from '../store/store.js';
import { givenAnswers } from './bootstrap.js';
import type { Finalist, FinalistsChosen, RunNode } from './contract.js';
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
    readonly measured: RolloutTokens;
  },
): Promise<FinalistsChosen> {
  const { run } = await dependencies.openParts(input.runId);
  const rest = await readNodes(dependencies, input);
  const baselines = run.input.settings.select.baselines.includes('random-demos') ? await randomDemosBaseline(dependencies, input.runId, input.root) : [];
  const seed = { id: 'seed', candidate: input.seed };
  const chosen = choose({ seed, root: input.root, rootParents: input.parents, rest, baselines, limit: run.input.settings.select.finalists });
  const finalists = chosen.map((finalist) => ({ ...finalist, label: baselines.find((baseline) => baseline.id === finalist.id)?.label ?? finalist.label }));
  return withinLimits(dependencies, run, finalists, input.measured);
}

/** What is left of the plan limits is known to the rollout, and how long every finalist is. */
async function withinLimits({ store }: ActivityDependencies, run: RunRow, finalists: readonly Finalist[], measured: RolloutTokens): Promise<FinalistsChosen> {
  const { lists, settings, seed } = run.input;
  const { budget, prove } = settings;
  if (budget.rollouts === undefined && budget.tokens === undefined) return { finalists };
  const totals = await store.totals(run.id);
  const tokensOf = (role?: Role) =>
    totals.reduce((sum, total) => sum + (role === undefined || total.role === role ? total.promptTokens + total.completionTokens : 0), 0);
  const rollouts = totals.reduce((sum, total) => sum + total.rollouts, 0);
  const left = {
    rollouts: budget.rollouts === undefined ? null : budget.rollouts - rollouts,
    tokens: budget.tokens === undefined ? null : budget.tokens - tokensOf(),
  };
  const judged = tokensOf('judge') / Math.max(1, rollouts);
  const sizes = { select: lists.select.size, confirm: lists.confirm.size, test: provedTasks(prove, lists.test.size) };
  const within = (share: Share) =>
    affordableFinalists(finalists, share, sizes, ({ candidate }) => Math.ceil(tokensOfRollout(measured, candidate, seed) + judged));
  const chosen = within(left);
  if (chosen.length === finalists.length) return { finalists };
  return { finalists: chosen, left: within({ ...left, tokens: null }).length < finalists.length ? 'rollouts' : 'tokens' };
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
