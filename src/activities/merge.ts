// Clusters a level of the merge tree, lays out what its nodes can offer each other, and composes candidates of it.

import { setImmediate as turn } from 'node:timers/promises';
import type { Candidate, CandidateReference } from '../core/candidate.js';
import type { Json } from '../core/json.js';
import { applyOffers, offersTo, roundSizes, type Offer, type Offers } from '../core/merge/offers.js';
import { drawPool } from '../core/merge/pool.js';
import { settledBy } from '../core/merge/settlements.js';
import { mergeItems, type MergedModule, type Parent } from '../core/merge/three-way.js';
import { treeLevels } from '../core/merge/tree.js';
import { unionOf } from '../core/merge/union.js';
import type { Usage } from '../core/outcome.js';
import { clusterBySimilarity, words } from '../core/similarity.js';
import type { TaskReference } from '../core/task.js';
import type { LevelPlan, ListReference, MergePlan, RunNode } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';
import { askMerger } from './merger-model.js';
import { readNodes } from './nodes.js';
import { byId, putList, type Partition } from './partition.js';

export async function planLevel(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly level: number; readonly nodes: readonly string[]; readonly partition: string },
): Promise<LevelPlan> {
  const { store } = dependencies;
  const { run } = await dependencies.openParts(input.runId);
  const { merge, seed } = run.input.settings;
  const nodes = byId(await readNodes(dependencies, input));
  const nodeById = new Map(nodes.map((node) => [node.id, node]));
  const clusters: RunNode[][] = [];
  let from = 0;
  for (const size of treeLevels(nodes.length, merge.fanIn)[0]?.buckets ?? []) {
    const bucket = nodes.slice(from, (from += size));
    // One cluster needs no choice; the first level's candidates have no common tasks yet.
    const compared = input.level > 1 && size > merge.fanIn;
    const items = await Promise.all(
      bucket.map(async (node) => ({
        id: node.id,
        tokens: wordsOf(await store.getCandidate(node.candidate.document)),
        scores: compared ? await scoresBelow(dependencies, input.runId, node) : undefined,
      })),
    );
    for (const cluster of clusterBySimilarity(items, { fanIn: merge.fanIn, complementary: compared })) clusters.push(cluster.map((id) => nodeById.get(id)!));
  }
  const pool = await poolOf(dependencies, nodes, input.partition, merge.pool, seed, input.level);
  return { clusters: await store.putObject('clusters', clusters as unknown as Json), count: clusters.length, pool, level: input.level };
}

/** What a node's candidate scored on the pool of the level below, by task; nothing if it was not run there. */
async function scoresBelow(dependencies: ActivityDependencies, runId: string, node: RunNode): Promise<ReadonlyMap<string, number>> {
  const rows = await dependencies.store.evaluationRows(runId, { pathPrefix: `merge/${node.id}/`, candidate: node.candidate.hash });
  return new Map(rows.map((row) => [row.taskId, row.score]));
}

export async function readClusters(
  dependencies: ActivityDependencies,
  input: { readonly clusters: string; readonly from: number; readonly to: number },
): Promise<readonly (readonly RunNode[])[]> {
  return (await dependencies.store.getObject<readonly (readonly RunNode[])[]>(input.clusters)).slice(input.from, input.to);
}

/** What the best parent is offered, in rounds: with a merger model first what that makes of differing instructions and contradictions. */
export async function planMerge(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly path: string; readonly parents: readonly RunNode[]; readonly best: string },
  signal: AbortSignal,
): Promise<MergePlan> {
  const { store } = dependencies;
  const { parents, merged } = await sideBySide(dependencies, input);
  // Two slices of work of a wide merge: what else the worker does gets its turn between them.
  await turn();
  const { base, offers } = offersTo(parents.find((parent) => parent.id === input.best)!, [...merged]);
  const model = await askMerger(dependencies, input, merged, base, signal);
  // The model's offers are tried before what they were made of.
  const all: Offer[] = [...model.offers, ...offers.map((offer) => ({ ...offer, round: offer.round + (model.offers.length > 0 ? 1 : 0) }))];
  const settles = model.offers.map((offer) => (offer.kind === 'settle-items' ? settledBy(offer, offers).map((index) => index + model.offers.length) : []));
  const document = await store.putCandidate({ ...base, parents: input.parents.map((parent) => parent.candidate.document) });
  return {
    offers: await store.putObject('offers', { base, offers: all } satisfies Offers as unknown as Json),
    rounds: roundSizes(all),
    ...(settles.some((settled) => settled.length > 0) ? { settles } : {}),
    base: document,
    usage: model.usage,
    droppedAnswers: model.dropped,
  };
}

/** A kept candidate with further offers applied. */
export async function composeCandidate(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly offers: string; readonly from: string; readonly chosen: readonly number[] },
): Promise<CandidateReference> {
  const { store } = dependencies;
  const { run } = await dependencies.openParts(input.runId);
  const [{ offers }, from] = await Promise.all([store.getObject<Offers>(input.offers), store.getCandidate(input.from)]);
  const composed = applyOffers(
    from,
    input.chosen.map((index) => offers[index]!),
    run.input.settings.moduleLimits,
  );
  return store.putCandidate({ ...composed, parents: from.parents });
}

/** The plain union of all parents. */
export async function uniteParents(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly path: string; readonly parents: readonly RunNode[] },
  signal: AbortSignal,
): Promise<{ candidate: CandidateReference; items: number; usage: Usage; droppedAnswers: number }> {
  const { run } = await dependencies.openParts(input.runId);
  const { seed, parents, merged } = await sideBySide(dependencies, input);
  const union = unionOf(seed, parents, run.input.settings.moduleLimits);
  const model = await askMerger(dependencies, input, merged, union, signal);
  const candidate = applyOffers(union, model.offers, run.input.settings.moduleLimits);
  const reference = await dependencies.store.putCandidate({ ...candidate, parents: input.parents.map((parent) => parent.candidate.document) });
  const items = candidate.modules.reduce((sum, module) => sum + (module.kind === 'instructions' ? 0 : module.items.length), 0);
  return { candidate: reference, items, usage: model.usage, droppedAnswers: model.dropped };
}

async function sideBySide(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly parents: readonly RunNode[] },
): Promise<{ readonly seed: Candidate; readonly parents: readonly Parent[]; readonly merged: readonly MergedModule[] }> {
  const { run } = await dependencies.openParts(input.runId);
  const [seed, ...candidates] = await Promise.all(
    [run.input.seed.document, ...input.parents.map((parent) => parent.candidate.document)].map((document) => dependencies.store.getCandidate(document)),
  );
  const parents = input.parents.map((parent, index) => ({ id: parent.id, candidate: candidates[index]! }));
  return { seed: seed!, parents, merged: mergeItems(seed!, parents) };
}

async function poolOf(
  dependencies: ActivityDependencies,
  nodes: readonly RunNode[],
  partition: string,
  size: number,
  seed: number,
  level: number,
): Promise<ListReference> {
  if (size === 0) return putList(dependencies, []);
  const { store } = dependencies;
  const { subsets } = await store.getObject<Partition>(partition);
  const lists = new Map(await Promise.all(subsets.map(async (subset) => [subset.id, await store.getObject<readonly TaskReference[]>(subset.list)] as const)));
  const tasks = new Map([...lists.values()].flat().map((task) => [task.id, task]));
  const drawn = drawPool(
    nodes.map((node) => ({ id: node.id, taskIds: node.subsets.flatMap((subset) => lists.get(subset)!.map((task) => task.id)) })),
    size,
    seed,
    level,
  );
  return putList(dependencies, byId(drawn.map((id) => tasks.get(id)!)));
}

function wordsOf(candidate: Candidate): ReadonlySet<string> {
  return new Set(
    candidate.modules.flatMap((module) =>
      module.kind === 'instructions' ? words(module.text) : module.items.flatMap((item) => words(`${item.text} ${item.answer ?? ''}`)),
    ),
  );
}
