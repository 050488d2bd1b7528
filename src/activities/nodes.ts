// Nodes of the run (optimized subsets, merged clusters) as objects of the store.

import type { Json } from '../core/json.js';
import type { RunNode } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';

export function storeNodes(dependencies: ActivityDependencies, input: { readonly nodes: readonly RunNode[] }): Promise<string> {
  return dependencies.store.putObject('nodes', input.nodes as unknown as Json);
}

export async function readNodes(dependencies: ActivityDependencies, input: { readonly nodes: readonly string[] }): Promise<readonly RunNode[]> {
  const parts = await Promise.all(input.nodes.map((reference) => dependencies.store.getObject<readonly RunNode[]>(reference)));
  return parts.flat();
}
