/** A model's edits, applied to a candidate as far as they can be. */
import { estimateTokens, type Candidate } from '../candidate.js';
import type { Edit, EditOrigin, RejectedEdit } from '../edit.js';
import { comparable, fitItems, itemTokens, maxTokensOf, sameItem, uniteOrigins, type EvidenceByItem, type ItemModule, type LimitsByModule } from '../items.js';
import type { InstructionsModule, Item, Module, Origin } from '../module.js';

export interface ApplyOptions {
  readonly origin: EditOrigin;
  readonly limits: LimitsByModule;
  /**
   * The id of a new item. `number` is the edit's place in the answer, from 1. Asked again with number + 1000, + 2000, ...
   * while the candidate has an item of that id.
   */
  readonly itemId: (module: string, origin: EditOrigin, number: number) => string;
  /** Edits taken of one answer at most; the others are rejected. */
  readonly maxEdits: number;
  /** Decides what goes first among items of equal prevalence when a module is too long. */
  readonly evidence?: EvidenceByItem;
}

export interface AppliedEdits {
  /** `parents` is empty: the caller sets them. The same modules as before if nothing was applied and no origin added. */
  readonly candidate: Candidate;
  /** What changed the candidate as the agent sees it, in the order given. If it is empty there is nothing to gate. */
  readonly applied: readonly Edit[];
  readonly rejected: readonly RejectedEdit[];
  /** Items that were there before and had to go because their module became too long. */
  readonly dropped: readonly { readonly module: string; readonly item: Item }[];
}

/** What becomes of one edit: the changed module, a rejection, or both (origins united). */
interface Attempt {
  readonly module?: Module;
  /** Id of a new item. */
  readonly added?: string;
  readonly rejection?: string;
}

/**
 * Applies edits one after another; what cannot be applied is rejected with a reason that a model can act on. Never throws.
 *
 * - An `add` that says the same as an item that is there unites the origins and is rejected as known. An `answer` in a
 *   playbook is ignored; a demo needs one.
 * - A `revise` keeps the item's id and place and adds the origin. To say the same as another item is rejected.
 * - A `rewrite` replaces a text; its origins are those who wrote at it, without the seed.
 * - After all edits a module over its limit loses its least prevalent items (`fitItems`). An item that was only just added
 *   goes before others of its prevalence: its edit is then rejected for want of room. `instructions` over the limit are
 *   rejected.
 */
export function applyEdits(candidate: Candidate, edits: readonly Edit[], options: ApplyOptions): AppliedEdits {
  const modules = new Map(candidate.modules.map((module) => [module.name, module]));
  const applied: Edit[] = [];
  const rejected: RejectedEdit[] = [];
  const additions: { readonly module: string; readonly item: string; readonly edit: Edit }[] = [];
  edits.forEach((edit, index) => {
    const attempt =
      index < options.maxEdits
        ? attemptEdit(modules, edit, index + 1, options)
        : { rejection: `Only the first ${options.maxEdits} edits of an answer are taken.` };
    if (attempt.module !== undefined) modules.set(attempt.module.name, attempt.module);
    if (attempt.rejection !== undefined) {
      rejected.push({ edit, reason: attempt.rejection });
      return;
    }
    applied.push(edit);
    if (attempt.added !== undefined) additions.push({ module: edit.module, item: attempt.added, edit });
  });

  const dropped: { module: string; item: Item }[] = [];
  for (const module of modules.values()) {
    if (module.kind === 'instructions') continue;
    const maxTokens = maxTokensOf(options.limits, module.name);
    let present: readonly Item[] = module.items;
    // An added item that finds no room is taken back before the others are looked at again: it must not push out any.
    while (applied.some((edit) => edit.module === module.name)) {
      const fitting = fitItems(present, maxTokens, options.evidence);
      const back = additions.findLast((added) => added.module === module.name && fitting.dropped.some(({ id }) => id === added.item));
      if (back === undefined) {
        present = fitting.kept;
        dropped.push(...fitting.dropped.map((item) => ({ module: module.name, item })));
        break;
      }
      present = present.filter(({ id }) => id !== back.item);
      applied.splice(applied.indexOf(back.edit), 1);
      rejected.push({ edit: back.edit, reason: `Module ${module.name} is full (${maxTokens} tokens): remove or shorten an item first.` });
    }
    modules.set(module.name, { ...module, items: present });
  }
  return { candidate: { modules: [...modules.values()], parents: [] }, applied, rejected, dropped };
}

function attemptEdit(modules: ReadonlyMap<string, Module>, edit: Edit, number: number, options: ApplyOptions): Attempt {
  const module = modules.get(edit.module);
  if (module === undefined) return { rejection: `There is no module ${edit.module}; there are: ${[...modules.keys()].join(', ')}.` };
  if (edit.kind !== 'remove' && edit.text.trim() === '') return { rejection: 'The text is empty.' };
  const origin: Origin = { subset: options.origin.subset, taskIds: [...new Set(edit.taskIds)].sort() };
  if (module.kind === 'instructions') {
    return edit.kind === 'rewrite'
      ? rewrite(module, edit.text, origin, options)
      : { rejection: `Module ${module.name} is one text without items: it takes 'rewrite' only.` };
  }
  switch (edit.kind) {
    case 'add':
      return add(module, edit, origin, number, options);
    case 'revise':
      return revise(module, edit, origin, options);
    case 'remove':
      if (!module.items.some(({ id }) => id === edit.item)) return { rejection: noItem(module, edit.item) };
      return { module: { ...module, items: module.items.filter(({ id }) => id !== edit.item) } };
    case 'rewrite':
      return { rejection: `Module ${module.name} has items: it takes 'add', 'revise' and 'remove', never a rewrite as a whole.` };
    default:
      return { rejection: `There is no edit of the kind ${JSON.stringify((edit as { kind?: unknown }).kind)}.` };
  }
}

function rewrite(module: InstructionsModule, text: string, origin: Origin, { limits }: ApplyOptions): Attempt {
  const maxTokens = maxTokensOf(limits, module.name);
  const tokens = estimateTokens(text.trim());
  if (tokens > maxTokens) return { rejection: tooLong(module, tokens, maxTokens) };
  if (text.trim() === module.text.trim()) return { rejection: 'The text is the present one: nothing changes.' };
  const writers = module.origins.filter(({ subset }) => subset !== 'seed');
  return { module: { ...module, text: text.trim(), origins: uniteOrigins(writers, [origin]) } };
}

function add(module: ItemModule, edit: Extract<Edit, { kind: 'add' }>, origin: Origin, number: number, options: ApplyOptions): Attempt {
  const content = contentOf(module, edit.text, edit.answer);
  if (module.kind === 'demos' && content.answer === undefined) return { rejection: 'A demo needs an answer.' };
  const known = sameAs(module, content);
  if (known !== undefined) {
    const united = { ...known, origins: uniteOrigins(known.origins, [origin]) };
    return { module: { ...module, items: module.items.map((item) => (item === known ? united : item)) }, rejection: `Item ${known.id} says the same.` };
  }
  const maxTokens = maxTokensOf(options.limits, module.name);
  if (itemTokens(content) > maxTokens) return { rejection: tooLong(module, itemTokens(content), maxTokens) };
  const id = freeId(module, number, options);
  return { module: { ...module, items: [...module.items, { id, ...content, origins: [origin] }] }, added: id };
}

function revise(module: ItemModule, edit: Extract<Edit, { kind: 'revise' }>, origin: Origin, options: ApplyOptions): Attempt {
  const present = module.items.find(({ id }) => id === edit.item);
  if (present === undefined) return { rejection: noItem(module, edit.item) };
  const content = contentOf(module, edit.text, edit.answer ?? present.answer);
  if (content.text === present.text && content.answer === present.answer) return { rejection: 'The text is the present one: nothing changes.' };
  const other = sameAs({ ...module, items: module.items.filter((item) => item !== present) }, content);
  if (other !== undefined) return { rejection: `Item ${other.id} says the same: remove one of the two.` };
  const maxTokens = maxTokensOf(options.limits, module.name);
  if (itemTokens(content) > maxTokens) return { rejection: tooLong(module, itemTokens(content), maxTokens) };
  const revised: Item = { id: present.id, ...content, origins: uniteOrigins(present.origins, [origin]) };
  return { module: { ...module, items: module.items.map((item) => (item === present ? revised : item)) } };
}

/** Trimmed; the answer only where the module has answers and there is one. */
function contentOf(module: ItemModule, text: string, answer: string | undefined): Pick<Item, 'text' | 'answer'> {
  const trimmed = answer?.trim();
  return { text: text.trim(), ...(module.kind === 'demos' && trimmed !== undefined && trimmed !== '' ? { answer: trimmed } : {}) };
}

function sameAs(module: ItemModule, content: Pick<Item, 'text' | 'answer'>): Item | undefined {
  const wanted = comparable(module.kind, content);
  return module.items.find((item) => sameItem(comparable(module.kind, item), wanted));
}

function freeId(module: ItemModule, number: number, { itemId, origin }: ApplyOptions): string {
  const taken = new Set(module.items.map(({ id }) => id));
  for (let attempt = 0; attempt < taken.size + 1; attempt++) {
    const id = itemId(module.name, origin, number + 1000 * attempt);
    if (!taken.has(id)) return id;
  }
  // Only if `itemId` ignores the number: still an id, still a function of the same things.
  let id = itemId(module.name, origin, number);
  while (taken.has(id)) id += "'";
  return id;
}

function noItem(module: ItemModule, item: string): string {
  return `Module ${module.name} has no item ${item}.`;
}

function tooLong(module: Module, tokens: number, maxTokens: number): string {
  return `The text has about ${tokens} tokens, module ${module.name} may have ${maxTokens}.`;
}
