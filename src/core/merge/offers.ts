/** What a greedy merge tries: everything that other parents have and the best parent has not, as single steps. */
import { estimateTokens, type Candidate } from '../candidate.js';
import { comparable, fitItems, maxTokensOf, prevalence, uniteOrigins, type EvidenceByItem, type ItemModule, type LimitsByModule } from '../items.js';
import type { Item, Module, Origin } from '../module.js';
import { compareIds } from '../numbers.js';
import { alternativesIndex } from './contradictions.js';
import type { ItemVersion, MergedItem, MergedItemModule, MergedModule, Parent } from './three-way.js';

interface OfferBase {
  readonly module: string;
  /** How many subsets found what is offered; of a removal, how many parents removed it. */
  readonly prevalence: number;
  /** From 1. Offers of one round never touch the same item, so that each of several alternatives is tried on its own. */
  readonly round: number;
  /** Parents that it comes from, sorted. */
  readonly parents: readonly string[];
}

export type Offer =
  | (OfferBase & { readonly kind: 'add-item'; readonly item: Item })
  /**
   * Puts `item` in the place of the item `target`: another wording of it (the same id), or one that may contradict it,
   * which is offered with `add-item` as well.
   */
  | (OfferBase & { readonly kind: 'replace-item'; readonly target: string; readonly item: Item })
  | (OfferBase & { readonly kind: 'remove-item'; readonly target: string })
  | (OfferBase & { readonly kind: 'replace-instructions'; readonly text: string; readonly origins: readonly Origin[] })
  | SettleOffer;

/** Puts `items` in the place of all `targets` (ids) that are there: how a model settles what contradicts. */
export type SettleOffer = OfferBase & { readonly kind: 'settle-items'; readonly targets: readonly string[]; readonly items: readonly Item[] };

export interface Offers {
  /** The best parent as the agent sees it, but its items' origins united with what the other parents found too. */
  readonly base: Candidate;
  /** By round, then prevalence (descending), module, item id and kind. */
  readonly offers: readonly Offer[];
}

type Tried = Exclude<Offer, SettleOffer>;

/** An offer before its round is known. */
type Draft = { readonly [kind in Tried['kind']]: Omit<Extract<Tried, { kind: kind }>, 'round'> }[Tried['kind']];

/**
 * The offers to the best parent. `merged` comes from `mergeItems` of all parents, the best one included.
 *
 * - An item that the best parent lacks: `add-item` in its best version, `replace-item` in every further version. Not if
 *   the best parent removed it and the others left it as it was in the seed: in a three-way merge the change stands.
 * - An item that the best parent has in another wording: `replace-item`, but not back to the seed's wording.
 * - An item of the seed that the best parent has and others removed: `remove-item`.
 * - An added item that looks like an alternative to one of the best parent's, or to another added one
 *   (`alternative`): also `replace-item` of the most similar of these.
 * - Instructions that others wrote: `replace-instructions`, one a variant.
 *
 * @throws RangeError if the best parent's candidate lacks a module.
 */
export function offersTo(best: Parent, merged: readonly MergedModule[]): Offers {
  const drafts: Draft[] = [];
  const modules = best.candidate.modules.map((module): Module => {
    const sideBySide = merged.find(({ name }) => name === module.name);
    if (sideBySide === undefined) throw differentModules(best, module);
    if (module.kind === 'instructions') {
      if (sideBySide.kind !== 'instructions') throw differentModules(best, module);
      const own = sideBySide.variants.find(({ parents }) => parents.includes(best.id));
      drafts.push(
        ...sideBySide.variants
          .filter((variant) => variant !== own)
          .map(({ text, origins, parents }) => ({
            kind: 'replace-instructions' as const,
            module: module.name,
            prevalence: prevalence(origins),
            parents,
            text,
            origins,
          })),
      );
      return own === undefined ? module : { ...module, origins: own.origins };
    }
    if (sideBySide.kind === 'instructions') throw differentModules(best, module);
    drafts.push(...itemOffers(best, module, sideBySide));
    return { ...module, items: module.items.map((item) => withUnitedOrigins(item, best.id, sideBySide)) };
  });
  return { base: { modules, parents: [] }, offers: inRounds(drafts) };
}

function differentModules(best: Parent, module: Module): RangeError {
  return new RangeError(`Module ${module.name} of ${best.id} is not among the merged ones: candidates of one run have the same modules.`);
}

function withUnitedOrigins(item: Item, best: string, { items }: MergedItemModule): Item {
  const merged = items.find(({ id, joined }) => id === item.id || joined.includes(item.id));
  const origins = merged?.versions.filter(({ parents }) => parents.includes(best)).flatMap((version) => version.origins) ?? [];
  return { ...item, origins: uniteOrigins(item.origins, origins) };
}

function itemOffers(best: Parent, module: ItemModule, merged: MergedItemModule): Draft[] {
  const name = module.name;
  const ownIds = new Set(module.items.map(({ id }) => id));
  const drafts: Draft[] = [];
  const added: MergedItem[] = [];
  for (const item of merged.items) {
    const others = item.versions.filter(({ parents, inSeed }) => !inSeed && !parents.includes(best.id));
    const target = [item.id, ...item.joined].find((id) => ownIds.has(id));
    const removed = merged.removals.some((removal) => removal.item === item.id && removal.parents.includes(best.id));
    // What is in the seed and not removed by the best parent, it has; so without a target all versions are news to it.
    const news = target === undefined && !removed ? item.versions : others;
    const [first, ...further] = news;
    if (first === undefined) continue;
    if (target !== undefined) {
      drafts.push(...news.map((version) => replaceItem(name, target, target, version)));
      continue;
    }
    drafts.push({ kind: 'add-item', module: name, prevalence: prevalence(first.origins), parents: first.parents, item: toItem(item.id, first) });
    drafts.push(...further.map((version) => replaceItem(name, item.id, item.id, version)));
    added.push(item);
  }
  for (const { item, parents } of merged.removals) {
    if (ownIds.has(item)) drafts.push({ kind: 'remove-item', module: name, prevalence: parents.length, parents, target: item });
  }
  return [...drafts, ...alternativeOffers(module, added)];
}

/** Items among which alternatives are looked for, at most: one's own, then the most prevalent added ones. Bounds the time. */
const alternativesAmong = 256;

/** For every added item the replacement of what it most looks like an alternative to: one's own items first, then added ones. */
function alternativeOffers(module: ItemModule, added: readonly MergedItem[]): Draft[] {
  const index = alternativesIndex();
  const ids = module.items.map(({ id }) => id);
  for (const item of module.items) index.add(comparable(module.kind, item));
  const byPrevalence = added.toSorted((a, b) => prevalence(firstOf(b).origins) - prevalence(firstOf(a).origins) || compareIds(a.id, b.id));
  return byPrevalence.flatMap((item) => {
    const version = firstOf(item);
    const wanted = comparable(module.kind, version);
    const nearest = index.nearest(wanted);
    if (ids.length < alternativesAmong) {
      ids.push(item.id);
      index.add(wanted);
    }
    return nearest === undefined ? [] : [replaceItem(module.name, ids[nearest.place] as string, item.id, version)];
  });
}

function replaceItem(module: string, target: string, id: string, version: ItemVersion): Draft {
  return { kind: 'replace-item', module, prevalence: prevalence(version.origins), parents: version.parents, target, item: toItem(id, version) };
}

function firstOf(item: MergedItem): ItemVersion {
  return item.versions[0] as ItemVersion;
}

function toItem(id: string, { text, answer, origins }: ItemVersion): Item {
  return { id, text, ...(answer === undefined ? {} : { answer }), origins };
}

const kindOrder = { 'add-item': 0, 'replace-item': 1, 'remove-item': 2, 'replace-instructions': 3 } as const;

/** Gives each offer the first round after all earlier offers that touch one of the same things. */
function inRounds(drafts: readonly Draft[]): Offer[] {
  const sorted = drafts.toSorted(
    (a, b) =>
      b.prevalence - a.prevalence ||
      compareIds(a.module, b.module) ||
      compareIds(idOf(a), idOf(b)) ||
      kindOrder[a.kind] - kindOrder[b.kind] ||
      compareIds(contentOf(a), contentOf(b)),
  );
  // An addition is tried before a replacement by the same item, whatever is less prevalent.
  const additionsFirst = sorted.toSorted((a, b) => Number(a.kind !== 'add-item') - Number(b.kind !== 'add-item'));
  const lastRound = new Map<string, number>();
  const roundOf = new Map<Draft, number>();
  for (const draft of additionsFirst) {
    const touched = touches(draft);
    const round = 1 + Math.max(...touched.map((key) => lastRound.get(key) ?? 0));
    for (const key of touched) lastRound.set(key, round);
    roundOf.set(draft, round);
  }
  return sorted.map((draft) => ({ ...draft, round: roundOf.get(draft) as number })).sort((a, b) => a.round - b.round);
}

function touches(draft: Draft): string[] {
  const key = (item: string): string => JSON.stringify([draft.module, item]);
  switch (draft.kind) {
    case 'add-item':
      return [key(draft.item.id)];
    case 'replace-item':
      return [key(draft.target), key(draft.item.id)];
    case 'remove-item':
      return [key(draft.target)];
    case 'replace-instructions':
      return [key('')];
  }
}

function idOf(draft: Draft): string {
  return draft.kind === 'replace-instructions' ? '' : draft.kind === 'remove-item' ? draft.target : draft.item.id;
}

function contentOf(draft: Draft): string {
  switch (draft.kind) {
    case 'add-item':
      return draft.item.text;
    case 'replace-item':
      return JSON.stringify([draft.target, draft.item.text, draft.item.answer ?? '']);
    case 'remove-item':
      return '';
    case 'replace-instructions':
      return draft.text;
  }
}

/** The number of offers of each round, in order: what `startGreedy` takes. */
export function roundSizes(offers: readonly Offer[]): readonly number[] {
  const sizes: number[] = [];
  for (const { round } of offers) sizes[round - 1] = (sizes[round - 1] ?? 0) + 1;
  return sizes;
}

/**
 * A candidate with offers applied, in their order. What no longer fits is passed over: an addition of an item that is
 * there, a removal or replacement of one that is gone, instructions over their limit. Then modules over their limit lose
 * their least prevalent items (`fitItems`), so that a kept offer may find no room and change nothing.
 */
export function applyOffers(base: Candidate, offers: readonly Offer[], limits: LimitsByModule, evidence?: EvidenceByItem): Candidate {
  const modules = base.modules.map((module) => {
    const own = offers.filter((offer) => offer.module === module.name);
    if (own.length === 0) return module;
    const maxTokens = maxTokensOf(limits, module.name);
    const changed = own.reduce((present, offer) => applyOffer(present, offer, maxTokens), module);
    return changed.kind === 'instructions' ? changed : { ...changed, items: fitItems(changed.items, maxTokens, evidence).kept };
  });
  return { modules, parents: [] };
}

function applyOffer(module: Module, offer: Offer, maxTokens: number): Module {
  if (module.kind === 'instructions') {
    const fits = offer.kind === 'replace-instructions' && estimateTokens(offer.text) <= maxTokens;
    return fits ? { ...module, text: offer.text, origins: offer.origins } : module;
  }
  switch (offer.kind) {
    case 'add-item':
      return module.items.some(({ id }) => id === offer.item.id) ? module : { ...module, items: [...module.items, offer.item] };
    case 'remove-item':
      return { ...module, items: module.items.filter(({ id }) => id !== offer.target) };
    case 'replace-item': {
      if (!module.items.some(({ id }) => id === offer.target)) return module;
      const others = module.items.filter(({ id }) => id === offer.target || id !== offer.item.id);
      return { ...module, items: others.map((item) => (item.id === offer.target ? offer.item : item)) };
    }
    case 'settle-items': {
      const place = module.items.findIndex(({ id }) => offer.targets.includes(id));
      const others = (items: readonly Item[]): Item[] => items.filter(({ id }) => !offer.targets.includes(id));
      if (place < 0) return { ...module, items: [...module.items, ...offer.items] };
      return { ...module, items: [...others(module.items.slice(0, place)), ...offer.items, ...others(module.items.slice(place))] };
    }
    case 'replace-instructions':
      return module;
  }
}
