/** The plain union of candidates: for merges without a gate. */
import type { Candidate } from '../candidate.js';
import { estimateTokens } from '../candidate.js';
import { fitItems, maxTokensOf, moduleOf, type EvidenceByItem, type ItemModule, type LimitsByModule } from '../items.js';
import type { Item, Module } from '../module.js';
import { mergeItems, type MergedInstructions, type MergedItemModule, type Parent } from './three-way.js';

/**
 * Everything that the parents have, once: near-duplicates joined, each item in its best version, in the order of
 * `mergeItems`. An item of the seed goes if at least half of the parents removed it. Instructions: the most prevalent
 * variant that fits, or the seed's if nobody changed them. Modules over their limit lose their least prevalent items.
 * The order of the parents does not matter.
 *
 * @throws RangeError as `mergeItems` does.
 */
export function unionOf(seed: Candidate, parents: readonly Parent[], limits: LimitsByModule, evidence?: EvidenceByItem): Candidate {
  const modules = mergeItems(seed, parents).map((merged): Module => {
    const maxTokens = maxTokensOf(limits, merged.name);
    if (merged.kind === 'instructions') return uniteInstructions(merged, maxTokens);
    const items = fitItems(uniteItems(merged, parents.length), maxTokens, evidence).kept;
    return { ...(moduleOf(seed, merged.name) as ItemModule), items };
  });
  return { modules, parents: [] };
}

function uniteInstructions({ seed, variants }: MergedInstructions, maxTokens: number): Module {
  const variant = variants.find(({ text }) => estimateTokens(text) <= maxTokens);
  return variant === undefined ? seed : { ...seed, text: variant.text, origins: variant.origins };
}

function uniteItems({ items, removals }: MergedItemModule, parents: number): Item[] {
  const removed = new Set(removals.filter((removal) => 2 * removal.parents.length >= parents).map(({ item }) => item));
  return items
    .filter(({ id, versions }) => !removed.has(id) || versions.some(({ inSeed }) => !inSeed))
    .map(({ id, versions: [best] }) => {
      if (best === undefined) throw new RangeError(`Item ${id} of a merge has no version.`);
      const { text, answer, origins } = best;
      return { id, text, ...(answer === undefined ? {} : { answer }), origins };
    });
}
