// Puts to the merger model what candidates of a merge disagree about: differing instructions, and items that contradict each other.
// Its answers become offers, which are tried before all others; none is adopted for having been given.

import { z } from 'zod';
import type { Candidate } from '../core/candidate.js';
import { prevalence, uniteOrigins } from '../core/items.js';
import type { Json } from '../core/json.js';
import type { Offer } from '../core/merge/offers.js';
import { contradictionsIn, SETTLE_CALLS, settlementOffers, type Contradiction, type Settlement } from '../core/merge/settlements.js';
import type { MergedInstructions, MergedModule } from '../core/merge/three-way.js';
import type { Origin } from '../core/module.js';
import { addUsage, NO_USAGE, type Usage } from '../core/outcome.js';
import type { ModelSettings, RunSettings } from '../core/run-settings.js';
import type { TaskReference } from '../core/task.js';
import { MERGE_FORM, MERGE_SCHEMA, MERGE_VERSION, renderMerge } from '../prompts/merge.js';
import { renderSettle, SETTLE_FORM, SETTLE_SCHEMA, SETTLE_VERSION, settleCharacters, type SettleSide } from '../prompts/settle.js';
import type { ActivityDependencies } from './dependencies.js';
import { askForJson } from './structured-answer.js';

const MERGED_TEXT = z.object({ text: z.string() });
const SETTLEMENTS = z.object({ settlements: z.array(z.object({ group: z.number(), text: z.string().nullable(), hold: z.array(z.string()) })) });

/** Part of the merger's context that contradictions may take. */
const CONTEXT_SHARE = 0.5;
const CHARACTERS_PER_TOKEN = 4;
/** Contradictions of one call at most, and what the answer to one takes at least of the model's `maxTokens`. */
const GROUPS_AT_ONCE = 24;
const ANSWER_TOKENS = 100;
/** Training tasks up to which a merge looks up of what category the tasks were: longer lists take too long to read. */
const CATEGORIES_UP_TO = 20_000;

export interface MergerOffers {
  readonly offers: readonly Offer[];
  readonly usage: Usage;
  /** Answers, and settlements in an answer, that could not be used. */
  readonly dropped: number;
}

interface MergerInput {
  readonly runId: string;
  readonly path: string;
}

/** What the merger model offers to `base`; nothing without `merge.model` or a model. */
export async function askMerger(
  dependencies: ActivityDependencies,
  input: MergerInput,
  merged: readonly MergedModule[],
  base: Candidate,
  signal: AbortSignal,
): Promise<MergerOffers> {
  const { run } = await dependencies.openParts(input.runId);
  const { settings } = run.input;
  const model = settings.models.merger ?? settings.models.optimizer;
  if (!settings.merge.model || model === undefined) return { offers: [], usage: NO_USAGE, dropped: 0 };
  const texts = await mergedTexts(dependencies, input, settings, model, merged, signal);
  const contradictions = contradictionsIn(merged);
  if (contradictions.length === 0) return texts;
  const { train } = run.input.lists;
  const references = train.size > CATEGORIES_UP_TO ? [] : await dependencies.store.getObject<readonly TaskReference[]>(train.list);
  const categories = new Map(references.map(({ id, category }) => [id, category ?? '']));
  const settled = await settlements(dependencies, input, model, contradictions, categories, base, signal);
  return {
    offers: [...texts.offers, ...settled.offers],
    usage: addUsage(texts.usage, settled.usage),
    dropped: texts.dropped + settled.dropped,
  };
}

/** One text for every instructions module that several parents changed differently. */
async function mergedTexts(
  dependencies: ActivityDependencies,
  input: MergerInput,
  settings: RunSettings,
  model: ModelSettings,
  merged: readonly MergedModule[],
  signal: AbortSignal,
): Promise<MergerOffers> {
  const differing = merged.filter((module): module is MergedInstructions => module.kind === 'instructions' && module.variants.length > 1);
  let usage = NO_USAGE;
  let dropped = 0;
  const offers: Offer[] = [];
  for (const module of differing) {
    const maxTokens = settings.moduleLimits[module.name]?.maxTokens ?? model.maxTokens;
    const variants = module.variants.map((variant) => ({ parent: variant.parents[0]!, text: variant.text }));
    const answer = await askForJson(dependencies, {
      runId: input.runId,
      path: input.path,
      role: 'merger',
      settings: model,
      scope: { prompt: MERGE_VERSION, module: module.name, seed: module.seed.text, variants: variants.map((variant) => variant.text), sample: 0 },
      prompt: renderMerge({ module: module.name, seed: module.seed.text, variants, maxTokens }),
      schema: MERGE_SCHEMA,
      form: MERGE_FORM,
      shape: MERGED_TEXT,
      signal,
    });
    usage = addUsage(usage, answer.usage);
    if (answer.value === undefined) {
      dropped += answer.unusable;
      continue;
    }
    const origins = uniteOrigins(...module.variants.map((variant) => variant.origins));
    offers.push({
      kind: 'replace-instructions',
      module: module.name,
      prevalence: prevalence(origins),
      round: 1,
      parents: [...new Set(module.variants.flatMap((variant) => variant.parents))].toSorted(),
      text: answer.value.text,
      origins,
    });
  }
  return { offers, usage, dropped };
}

/** One call for all contradictions of a module if they fit, else a few; what is left over is tried each way without the model. */
async function settlements(
  dependencies: ActivityDependencies,
  input: MergerInput,
  model: ModelSettings,
  contradictions: readonly Contradiction[],
  categories: ReadonlyMap<string, string>,
  base: Candidate,
  signal: AbortSignal,
): Promise<MergerOffers> {
  let usage = NO_USAGE;
  let dropped = 0;
  const offers: Offer[] = [];
  for (const module of new Set(contradictions.map((contradiction) => contradiction.module))) {
    const own = contradictions.filter((contradiction) => contradiction.module === module);
    for (const chunk of chunks(own, categories, model).slice(0, SETTLE_CALLS)) {
      const variables = { module, kind: chunk[0]!.kind, contradictions: chunk.map((contradiction) => sidesShown(contradiction, categories)) };
      const answer = await askForJson(dependencies, {
        runId: input.runId,
        path: input.path,
        role: 'merger',
        settings: model,
        scope: { prompt: SETTLE_VERSION, ...(variables as unknown as { readonly [key: string]: Json }), sample: 0 },
        prompt: renderSettle(variables),
        schema: SETTLE_SCHEMA,
        form: SETTLE_FORM,
        shape: SETTLEMENTS,
        signal,
      });
      usage = addUsage(usage, answer.usage);
      if (answer.value === undefined) {
        dropped += answer.unusable;
        continue;
      }
      const made = settlementOffers(base, chunk, answer.value.settlements satisfies readonly Settlement[]);
      offers.push(...made.offers);
      dropped += made.unusable;
    }
  }
  return { offers, usage, dropped };
}

function chunks(
  contradictions: readonly Contradiction[],
  categories: ReadonlyMap<string, string>,
  model: ModelSettings,
): readonly (readonly Contradiction[])[] {
  const room = model.contextTokens * CONTEXT_SHARE * CHARACTERS_PER_TOKEN;
  const atOnce = Math.max(1, Math.min(GROUPS_AT_ONCE, Math.floor(model.maxTokens / ANSWER_TOKENS)));
  const parts: Contradiction[][] = [];
  let left = 0;
  for (const contradiction of contradictions) {
    const characters = settleCharacters(sidesShown(contradiction, categories));
    const last = parts.at(-1);
    if (last === undefined || characters > left || last.length === atOnce) {
      parts.push([contradiction]);
      left = room - characters;
    } else {
      last.push(contradiction);
      left -= characters;
    }
  }
  return parts;
}

function sidesShown({ sides }: Contradiction, categories: ReadonlyMap<string, string>): readonly SettleSide[] {
  const learned = (origins: readonly Origin[]): readonly Origin[] => origins.filter(({ subset }) => subset !== 'seed');
  const subsets = [...new Set(sides.flatMap(({ origins }) => learned(origins).map(({ subset }) => subset)))].toSorted();
  return sides.map(({ label, item, text, answer, origins }) => ({
    label,
    text,
    ...(answer === undefined ? {} : { answer }),
    given: origins.some(({ subset }) => subset === 'seed'),
    subsets: learned(origins).map(({ subset }) => subsets.indexOf(subset) + 1),
    tasks: countedBy(new Set(origins.flatMap(({ taskIds }) => taskIds)), categories),
    wordings: sides.filter((other) => other.item === item && other.label !== label).map((other) => other.label),
  }));
}

function countedBy(taskIds: ReadonlySet<string>, categories: ReadonlyMap<string, string>): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const id of taskIds) counts.set(categories.get(id) ?? '', (counts.get(categories.get(id) ?? '') ?? 0) + 1);
  return [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1));
}
