/** What edits and merges share about items: prevalence, origins, sameness, and what goes first when a module is too long. */
import { estimateTokens, type Candidate } from './candidate.js';
import type { InstructionsModule, Item, Module, ModuleKind, ModuleLimits, Origin } from './module.js';
import { compareIds, scoreTolerance } from './numbers.js';
import { jaccard, nearDuplicate, shingles, words } from './similarity.js';

/** A module of items. */
export type ItemModule = Exclude<Module, InstructionsModule>;
export type ItemKind = Exclude<ModuleKind, 'instructions'>;

/** Limits by module name; a module without an entry has none. */
export type LimitsByModule = { readonly [name: string]: ModuleLimits };

/** Upper bound of a module's tokens; `Infinity` without one. */
export function maxTokensOf(limits: LimitsByModule, module: string): number {
  return Object.hasOwn(limits, module) ? (limits[module] as ModuleLimits).maxTokens : Infinity;
}

/** How many subsets found it: distinct origins, 'seed' counting as one. */
export function prevalence(origins: readonly Origin[]): number {
  return new Set(origins.map(({ subset }) => subset)).size;
}

/** Estimated tokens of one item. */
export function itemTokens(item: Pick<Item, 'text' | 'answer'>): number {
  return estimateTokens(item.text) + estimateTokens(item.answer ?? '');
}

/** One origin a subset, its tasks united; sorted by subset, tasks sorted. Commutative, associative, idempotent. */
export function uniteOrigins(...lists: readonly (readonly Origin[])[]): readonly Origin[] {
  const tasks = new Map<string, Set<string>>();
  for (const { subset, taskIds } of lists.flat()) {
    const known = tasks.get(subset) ?? new Set();
    for (const id of taskIds) known.add(id);
    tasks.set(subset, known);
  }
  return [...tasks].map(([subset, ids]) => ({ subset, taskIds: [...ids].sort() })).sort((a, b) => compareIds(a.subset, b.subset));
}

/** An item as it is compared, worked out once: a demo by its input and answer, an insight by its words. */
export interface ComparableItem {
  readonly kind: ItemKind;
  /** White space collapsed. */
  readonly text: string;
  /** White space collapsed; empty without one. */
  readonly answer: string;
  /** Of the text; empty for demos. */
  readonly words: readonly string[];
  /** The same words, each once. */
  readonly vocabulary: ReadonlySet<string>;
  /** Of the text; empty for demos. */
  readonly shingles: ReadonlySet<string>;
  /** What stands before the first colon that ends a word, lower case, if it has two words or more; of insights. */
  readonly heading: string | undefined;
}

/** Prepares an item for {@link sameItem} and for finding contradictions. */
export function comparable(kind: ItemKind, item: Pick<Item, 'text' | 'answer'>): ComparableItem {
  const prose = kind === 'playbook' ? item.text : '';
  const text = collapse(item.text);
  const inOrder = words(prose);
  return {
    kind,
    text,
    answer: collapse(item.answer ?? ''),
    words: inOrder,
    vocabulary: new Set(inOrder),
    shingles: shingles(prose),
    heading: kind === 'playbook' ? headingOf(text) : undefined,
  };
}

function headingOf(text: string): string | undefined {
  const colon = /:(?: |$)/.exec(text)?.index ?? -1;
  const heading = text.slice(0, Math.max(0, colon)).trim().toLowerCase();
  return heading.includes(' ') ? heading : undefined;
}

/**
 * Whether two items of one module say the same. Insights: near-duplicates in words. Demos: the same input and the same
 * answer but for white space, since two inputs that differ in one number are two demos.
 */
export function sameItem(a: ComparableItem, b: ComparableItem): boolean {
  if (a.kind === 'demos') return a.text === b.text && a.answer === b.answer;
  // The quick answers first: equal words are the same, as many but others are not; sizes bound the similarity.
  if (a.words.length === b.words.length) return a.words.every((word, i) => word === b.words[i]) && (a.words.length > 0 || a.text === b.text);
  const [fewer, more] = [a.shingles.size, b.shingles.size].sort((x, y) => x - y) as [number, number];
  return fewer >= duplicateThreshold * more && jaccard(a.shingles, b.shingles) >= duplicateThreshold && nearDuplicate(a.text, b.text, duplicateThreshold);
}

/**
 * Keys under which to store an item, and of how many of them it is enough to look for those that say the same: two items for
 * which {@link sameItem} holds meet under one of any so many. Near-duplicates share at least 0.8 of their shingles, so that
 * of any part larger than a fifth one is shared.
 */
export function duplicateKeys({ text, shingles: runs }: ComparableItem): { readonly keys: readonly string[]; readonly enough: number } {
  if (runs.size === 0) return { keys: [text], enough: 1 };
  return { keys: [...runs], enough: Math.floor((1 - duplicateThreshold) * runs.size + scoreTolerance) + 1 };
}

/** The default of `nearDuplicate`, with its reasons there. */
const duplicateThreshold = 0.8;

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Helped minus hurt of an item, from evaluation rows; 0 where nothing is known. */
export type EvidenceByItem = ReadonlyMap<string, number>;

/**
 * The items that fit into `maxTokens`, in their order, and those that had to go. First goes the item found by the fewest
 * subsets; of equal prevalence one that the seed does not have, then the one with the least evidence, then the newest (the
 * last in the list). One after another until the rest fits: no search for the best packing, so that what goes is plain.
 */
export function fitItems(
  items: readonly Item[],
  maxTokens: number,
  evidence: EvidenceByItem = new Map(),
): { readonly kept: readonly Item[]; readonly dropped: readonly Item[] } {
  let total = items.reduce((sum, item) => sum + itemTokens(item), 0);
  if (total <= maxTokens) return { kept: items, dropped: [] };
  const going = items
    .map((item, index) => ({ item, index, prevalence: prevalence(item.origins), seeded: isSeeded(item) ? 1 : 0, evidence: evidence.get(item.id) ?? 0 }))
    .sort((a, b) => a.prevalence - b.prevalence || a.seeded - b.seeded || a.evidence - b.evidence || b.index - a.index);
  const gone = new Set<Item>();
  for (const { item } of going) {
    if (total <= maxTokens) break;
    gone.add(item);
    total -= itemTokens(item);
  }
  return { kept: items.filter((item) => !gone.has(item)), dropped: items.filter((item) => gone.has(item)) };
}

/** Whether it was given by the user (or by the champion that the run began with). */
export function isSeeded(item: Item): boolean {
  return item.origins.some(({ subset }) => subset === 'seed');
}

/** @throws RangeError if the candidate has no such module: candidates of one run have the same modules. */
export function moduleOf(candidate: Candidate, name: string): Module {
  const module = candidate.modules.find((each) => each.name === name);
  if (module === undefined) throw new RangeError(`A candidate has no module ${name}: candidates of one run have the same modules.`);
  return module;
}
