/** What several candidates of one run say, side by side and against the seed: the material of every merge. */
import type { Candidate } from '../candidate.js';
import { comparable, duplicateKeys, moduleOf, prevalence, sameItem, uniteOrigins, type ComparableItem, type ItemKind, type ItemModule } from '../items.js';
import type { InstructionsModule, Item, Module, Origin } from '../module.js';
import { compareIds } from '../numbers.js';

/** A candidate to be merged, with the id of its subset or merge node. */
export interface Parent {
  readonly id: string;
  readonly candidate: Candidate;
}

/** One wording of an item, as one or more parents have it. */
export interface ItemVersion {
  readonly text: string;
  readonly answer?: string;
  /** United over all parents that have it, and over near-duplicates. */
  readonly origins: readonly Origin[];
  /** Parents that have it, sorted. */
  readonly parents: readonly string[];
  /** Whether the seed has this item in this wording. */
  readonly inSeed: boolean;
}

/** An item that at least one parent has. */
export interface MergedItem {
  readonly id: string;
  /** Ids of near-duplicates that were joined into it, sorted. */
  readonly joined: readonly string[];
  /** At least one. Changed before unchanged since the seed, then by prevalence, then by text: the first is the best guess. */
  readonly versions: readonly ItemVersion[];
}

/** An item of the seed that parents removed: they have neither it nor a near-duplicate. */
export interface Removal {
  readonly item: string;
  /** Sorted. */
  readonly parents: readonly string[];
}

export interface MergedItemModule {
  readonly kind: ItemKind;
  readonly name: string;
  /** The seed's items first, in its order, then by prevalence, then in turns by their place in their parents. */
  readonly items: readonly MergedItem[];
  readonly removals: readonly Removal[];
}

/** A text that one or more parents wrote instead of the seed's. */
export interface InstructionsVariant {
  readonly text: string;
  readonly origins: readonly Origin[];
  readonly parents: readonly string[];
}

export interface MergedInstructions {
  readonly kind: 'instructions';
  readonly name: string;
  readonly seed: InstructionsModule;
  /** Different from the seed's and from each other; by prevalence, then shorter first, then by text. None: unchanged. */
  readonly variants: readonly InstructionsVariant[];
}

export type MergedModule = MergedItemModule | MergedInstructions;

/**
 * Lays parents side by side, module by module. Items are the same by id, and near-duplicates of different ids are joined:
 * under the seed's id if one is the seed's, else under that of the most prevalent (equal: the smaller id), whose text is
 * kept too. Joining goes once through the items in that order, each into the first that says the same in any version.
 * Nothing is lost but wordings of near-duplicates, nothing is decided. The order of the parents does not matter.
 *
 * @throws RangeError if two parents share an id or the candidates have different modules.
 */
export function mergeItems(seed: Candidate, parents: readonly Parent[]): readonly MergedModule[] {
  const sorted = parents.toSorted((a, b) => compareIds(a.id, b.id));
  const twice = sorted.find((parent, i) => parent.id === sorted[i + 1]?.id);
  if (twice !== undefined) throw new RangeError(`Two parents of a merge have the id ${twice.id}: ids must differ.`);
  return seed.modules.map((module) => {
    const theirs = sorted.map(({ id, candidate }) => ({ id, module: moduleOf(candidate, module.name) }));
    return module.kind === 'instructions' ? mergeInstructions(module, theirs) : mergeItemModule(module, theirs);
  });
}

interface ParentModule {
  readonly id: string;
  readonly module: Module;
}

function mergeInstructions(seed: InstructionsModule, parents: readonly ParentModule[]): MergedInstructions {
  const variants = new Map<string, InstructionsVariant>();
  for (const { id, module } of parents) {
    if (module.kind !== 'instructions') throw wrongKind(id, module);
    if (module.text === seed.text) continue;
    const known = variants.get(module.text);
    variants.set(module.text, { text: module.text, origins: uniteOrigins(known?.origins ?? [], module.origins), parents: [...(known?.parents ?? []), id] });
  }
  const sorted = [...variants.values()].sort(
    (a, b) => prevalence(b.origins) - prevalence(a.origins) || a.text.length - b.text.length || compareIds(a.text, b.text),
  );
  return { kind: 'instructions', name: seed.name, seed, variants: sorted };
}

/** An item while parents are being laid side by side. */
interface Draft {
  readonly id: string;
  readonly joined: string[];
  versions: DraftVersion[];
  /** Place in the seed; {@link afterSeed} if it is not there. */
  readonly seedPlace: number;
  /** Place in the first parent that has it, and that parent's place. */
  readonly place: number;
  readonly parentPlace: number;
}

const afterSeed = Number.MAX_SAFE_INTEGER;

interface DraftVersion extends ItemVersion {
  readonly comparable: ComparableItem;
}

function mergeItemModule(seed: ItemModule, parents: readonly ParentModule[]): MergedItemModule {
  const drafts = new Map<string, Draft>();
  parents.forEach(({ id, module }, parentPlace) => {
    if (module.kind !== seed.kind) throw wrongKind(id, module);
    module.items.forEach((item, place) => {
      const inSeed = seed.items.findIndex((each) => each.id === item.id);
      const draft = drafts.get(item.id) ?? { id: item.id, joined: [], versions: [], seedPlace: inSeed < 0 ? afterSeed : inSeed, place, parentPlace };
      drafts.set(item.id, draft);
      addVersion(draft, {
        ...contentOf(item),
        origins: uniteOrigins(item.origins),
        parents: [id],
        inSeed: inSeed >= 0 && sameContent(item, seed.items[inSeed] as Item),
        comparable: comparable(seed.kind, item),
      });
    });
  });

  const joined = joinDuplicates([...drafts.values()].sort(bySeedAndPrevalence));
  const items = joined.toSorted(
    (a, b) =>
      a.seedPlace - b.seedPlace || bestPrevalence(b) - bestPrevalence(a) || a.place - b.place || a.parentPlace - b.parentPlace || compareIds(a.id, b.id),
  );
  const removals = seed.items.map(({ id }) => {
    const holders = new Set(joined.find((draft) => draft.id === id || draft.joined.includes(id))?.versions.flatMap((version) => version.parents));
    return { item: id, parents: parents.map((parent) => parent.id).filter((parent) => !holders.has(parent)) };
  });
  return { kind: seed.kind, name: seed.name, items: items.map(toMergedItem), removals: removals.filter((removal) => removal.parents.length > 0) };
}

/**
 * Each draft into the first before it that says the same in any version; looked for by keys, for a wide merge has thousands, and
 * by those that the fewest have: rules often begin with the same words.
 */
function joinDuplicates(drafts: readonly Draft[]): Draft[] {
  const joined: Draft[] = [];
  const places = new Map<string, Set<number>>();
  const holders = (key: string): number => places.get(key)?.size ?? 0;
  for (const draft of drafts) {
    const rarest = draft.versions.flatMap((version) => {
      const { keys, enough } = duplicateKeys(version.comparable);
      return enough === keys.length ? keys : keys.toSorted((a, b) => holders(a) - holders(b)).slice(0, enough);
    });
    const near = new Set(rarest.flatMap((key) => [...(places.get(key) ?? [])]));
    const place = [...near]
      .sort((a, b) => a - b)
      .find((index) => joined[index]?.versions.some((a) => draft.versions.some((b) => sameItem(a.comparable, b.comparable))));
    const same = place === undefined ? draft : (joined[place] as Draft);
    if (same === draft) {
      joined.push(draft);
    } else {
      same.joined.push(draft.id);
      // Among the other item's versions, what is new is a further version of this one.
      for (const version of draft.versions) addVersion(same, { ...version, inSeed: false });
    }
    for (const key of draft.versions.flatMap((version) => duplicateKeys(version.comparable).keys)) {
      const known = places.get(key) ?? new Set();
      places.set(key, known.add(place ?? joined.length - 1));
    }
  }
  return joined;
}

/** Adds a wording, or unites it with the one that says the same; then the more prevalent text is kept, the seed's before all. */
function addVersion(draft: Draft, version: DraftVersion): void {
  const index = draft.versions.findIndex((each) => sameItem(each.comparable, version.comparable));
  const known = draft.versions[index];
  if (known === undefined) {
    draft.versions.push(version);
    return;
  }
  const [kept, other] = [known, version].sort(byVersionPrevalence) as [DraftVersion, DraftVersion];
  draft.versions[index] = { ...kept, origins: uniteOrigins(kept.origins, other.origins), parents: [...new Set([...kept.parents, ...other.parents])].sort() };
}

function byVersionPrevalence(a: ItemVersion, b: ItemVersion): number {
  return (
    Number(b.inSeed) - Number(a.inSeed) ||
    prevalence(b.origins) - prevalence(a.origins) ||
    compareIds(a.text, b.text) ||
    compareIds(a.answer ?? '', b.answer ?? '')
  );
}

/** The order of joining: the seed's first, in its order, then the most prevalent, then the smaller id. */
function bySeedAndPrevalence(a: Draft, b: Draft): number {
  return a.seedPlace - b.seedPlace || bestPrevalence(b) - bestPrevalence(a) || compareIds(a.id, b.id);
}

function bestPrevalence(draft: Draft): number {
  return Math.max(...draft.versions.map(({ origins }) => prevalence(origins)));
}

function toMergedItem({ id, joined, versions }: Draft): MergedItem {
  const sorted = versions.toSorted((a, b) => Number(a.inSeed) - Number(b.inSeed) || byVersionPrevalence(a, b));
  return { id, joined: joined.toSorted(), versions: sorted.map(({ comparable: _, ...version }) => version) };
}

function contentOf({ text, answer }: Item): Pick<Item, 'text' | 'answer'> {
  return answer === undefined ? { text } : { text, answer };
}

function sameContent(a: Item, b: Item): boolean {
  return a.text === b.text && a.answer === b.answer;
}

function wrongKind(parent: string, module: Module): RangeError {
  return new RangeError(
    `Module ${module.name} of parent ${parent} is of the kind ${module.kind}, the seed's is not: candidates of one run have the same modules.`,
  );
}
