/** Contradictions of a merge as a model is shown them, and what becomes of its answer: offers that are tried before all others. */
import type { Candidate } from '../candidate.js';
import { comparable, moduleOf, prevalence, uniteOrigins, type ItemKind } from '../items.js';
import type { Item, Origin } from '../module.js';
import { compareIds } from '../numbers.js';
import { alternativesIndex } from './contradictions.js';
import { applyOffers, type Offer, type SettleOffer } from './offers.js';
import type { ItemVersion, MergedItem, MergedItemModule, MergedModule } from './three-way.js';

/** One of the texts that contradict each other. */
export interface Side {
  /** A letter, from A, within its contradiction. */
  readonly label: string;
  /** The item's id. Two sides with the same id are wordings of one item. */
  readonly item: string;
  /** The same and the ids of near-duplicates that were joined into it. */
  readonly ids: readonly string[];
  readonly text: string;
  readonly answer?: string;
  readonly origins: readonly Origin[];
  /** Sorted. */
  readonly parents: readonly string[];
}

/** Items that look like alternatives, or several wordings of one, that no parent has all of. */
export interface Contradiction {
  readonly module: string;
  readonly kind: ItemKind;
  /** At least two; by item id, then text, then answer. */
  readonly sides: readonly Side[];
}

/** What a model says of one contradiction: one text in place of all its sides, or which of them hold as they are. */
export interface Settlement {
  /** The number of the contradiction, from 1. */
  readonly group: number;
  readonly text: string | null;
  /** Labels; of no meaning beside a text. */
  readonly hold: readonly string[];
}

/** Calls of a model about the contradictions of one module in one merge, at most. */
export const SETTLE_CALLS = 4;
/** Items of a module among which contradictions are looked for, the most prevalent first. Bounds the time. */
const itemsAmong = 256;
/** Sides of a contradiction at most: what is more alike comes together first. */
const sidesAtMost = 6;

/**
 * The contradictions among parents that were laid side by side: by module, in each the most prevalent first. An item is in one
 * contradiction at most. What one parent has all of is none: its own gate found it to go together.
 */
export function contradictionsIn(merged: readonly MergedModule[]): readonly Contradiction[] {
  return merged.flatMap((module) => (module.kind === 'instructions' ? [] : contradictionsOf(module)));
}

function contradictionsOf({ name, kind, items }: MergedItemModule): Contradiction[] {
  const sorted = items
    .map((item) => ({ item, sides: sidesOf(item) }))
    .sort((a, b) => prevalenceOf(b.sides) - prevalenceOf(a.sides) || compareIds(a.item.id, b.item.id))
    .slice(0, itemsAmong);
  const index = alternativesIndex();
  const pairs: { readonly a: number; readonly b: number; readonly similarity: number }[] = [];
  for (const [b, { sides }] of sorted.entries()) {
    const first = comparable(kind, sides[0] as ItemVersion);
    for (const { place, similarity } of index.all(first)) pairs.push({ a: place, b, similarity });
    index.add(first);
  }
  // Groups grow along the most similar pairs, as long as they stay small enough to be read and answered as one.
  const groups = sorted.map((_, place) => [place]);
  const size = (group: readonly number[]): number => group.reduce((sum, place) => sum + (sorted[place]?.sides.length ?? 0), 0);
  for (const { a, b } of pairs.sort((x, y) => y.similarity - x.similarity || x.a - y.a || x.b - y.b)) {
    const [one, other] = [groups[a] as number[], groups[b] as number[]];
    if (one === other || size(one) + size(other) > sidesAtMost) continue;
    one.push(...other);
    for (const place of other) groups[place] = one;
  }
  return [...new Set(groups)]
    .map((group) =>
      group.flatMap((place) => (sorted[place]?.sides ?? []).slice(0, sidesAtMost).map((version) => ({ item: sorted[place]?.item as MergedItem, version }))),
    )
    .filter((sides) => sides.length > 1 && isNews(sides.map(({ version }) => version)))
    .sort((a, b) => prevalenceOf(b.map(({ version }) => version)) - prevalenceOf(a.map(({ version }) => version)) || compareIds(smallestId(a), smallestId(b)))
    .map((sides) => ({ module: name, kind, sides: labelled(sides) }));
}

/** An item's wordings: those that parents changed, or the seed's if none did. */
function sidesOf({ versions }: MergedItem): readonly ItemVersion[] {
  const changed = versions.filter(({ inSeed }) => !inSeed);
  return changed.length > 0 ? changed : versions.slice(0, 1);
}

function isNews(versions: readonly ItemVersion[]): boolean {
  const [first, ...others] = versions;
  const together = first?.parents.some((parent) => others.every(({ parents }) => parents.includes(parent))) ?? true;
  return !together && versions.some(({ inSeed }) => !inSeed);
}

type Found = { readonly item: MergedItem; readonly version: ItemVersion };

function labelled(sides: readonly Found[]): Side[] {
  return sides
    .toSorted(
      (a, b) => compareIds(a.item.id, b.item.id) || compareIds(a.version.text, b.version.text) || compareIds(a.version.answer ?? '', b.version.answer ?? ''),
    )
    .map(({ item: { id, joined }, version: { text, answer, origins, parents } }, place) => ({
      label: String.fromCodePoint('A'.codePointAt(0)! + place),
      item: id,
      ids: [id, ...joined],
      text,
      ...(answer === undefined ? {} : { answer }),
      origins,
      parents,
    }));
}

function prevalenceOf(versions: readonly ItemVersion[]): number {
  return prevalence(versions.flatMap(({ origins }) => origins));
}

function smallestId(sides: readonly Found[]): string {
  return sides.map(({ item }) => item.id).sort()[0] as string;
}

/**
 * The offers that a model's settlements make to a candidate. One that changes nothing is no offer: what it leaves out is still
 * tried. Unusable, and counted, is one of no contradiction, a second one of the same, and one that names no side, a side that is
 * not there, two wordings of one item, or a text for demos, whose answers are given and not to be written.
 */
export function settlementOffers(
  base: Candidate,
  contradictions: readonly Contradiction[],
  settlements: readonly Settlement[],
): { readonly offers: readonly SettleOffer[]; readonly unusable: number } {
  const offers: SettleOffer[] = [];
  const settled = new Set<number>();
  let unusable = 0;
  for (const settlement of settlements.toSorted((a, b) => a.group - b.group)) {
    const contradiction = contradictions[settlement.group - 1];
    const items = contradiction === undefined || settled.has(settlement.group) ? undefined : settledItems(base, contradiction, settlement);
    if (contradiction === undefined || items === undefined) {
      unusable++;
      continue;
    }
    settled.add(settlement.group);
    const { module, sides } = contradiction;
    const offer: SettleOffer = {
      kind: 'settle-items',
      module,
      prevalence: prevalence(sides.flatMap(({ origins }) => origins)),
      round: 1,
      parents: [...new Set(sides.flatMap(({ parents }) => parents))].sort(),
      targets: [...new Set(sides.flatMap(({ ids }) => ids))].sort(),
      items,
    };
    if (changes(base, offer)) offers.push(offer);
  }
  return { offers, unusable };
}

/** What stands in place of all sides; undefined if the settlement cannot be used. */
function settledItems(base: Candidate, { module, kind, sides }: Contradiction, { text, hold }: Settlement): readonly Item[] | undefined {
  const present = moduleOf(base, module);
  const ownId = (side: Side): string => (present.kind === 'instructions' ? undefined : present.items.find(({ id }) => side.ids.includes(id))?.id) ?? side.item;
  const written = text?.trim() ?? '';
  if (written !== '') {
    if (kind === 'demos') return undefined;
    const [first] = sides.toSorted((a, b) => prevalence(b.origins) - prevalence(a.origins) || compareIds(a.item, b.item));
    return [{ id: ownId(first as Side), text: written, origins: uniteOrigins(...sides.map(({ origins }) => origins)) }];
  }
  const chosen = sides.filter(({ label }) => hold.includes(label));
  const known = hold.every((label) => sides.some((side) => side.label === label));
  if (chosen.length === 0 || !known || new Set(chosen.map(({ item }) => item)).size < chosen.length) return undefined;
  return chosen.map((side) => ({ id: ownId(side), text: side.text, ...(side.answer === undefined ? {} : { answer: side.answer }), origins: side.origins }));
}

function changes(base: Candidate, offer: SettleOffer): boolean {
  const seen = (candidate: Candidate): string => {
    const module = moduleOf(candidate, offer.module);
    return JSON.stringify(module.kind === 'instructions' ? module.text : module.items.map(({ text, answer }) => [text, answer]));
  };
  return seen(applyOffers(base, [offer], {})) !== seen(base);
}

/** Of `offers` the indices of those that touch what `settled` settles: they fall away once it is kept. */
export function settledBy(settled: SettleOffer, offers: readonly Offer[]): readonly number[] {
  const touches = (id: string): boolean => settled.targets.includes(id);
  return offers.flatMap((offer, index) => {
    if (offer.module !== settled.module) return [];
    const touched =
      (offer.kind === 'add-item' && touches(offer.item.id)) ||
      (offer.kind === 'remove-item' && touches(offer.target)) ||
      (offer.kind === 'replace-item' && (touches(offer.target) || touches(offer.item.id)));
    return touched ? [index] : [];
  });
}
