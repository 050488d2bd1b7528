// A full set of module contents, immutable.

import type { Json } from './json.js';
import type { Module } from './module.js';

/** The stored document: contents with lineage. Two documents may show the agent the same thing. */
export interface Candidate {
  /** In the order of the configuration. */
  readonly modules: readonly Module[];
  /** Documents of the candidates it was made from; empty for the seed. */
  readonly parents: readonly string[];
}

/** How workflows name a candidate. */
export interface CandidateReference {
  /** SHA-256 of what the agent sees: evaluations belong to it. */
  readonly hash: string;
  /** Content address of the stored document: contents with ids, origins and parents. */
  readonly document: string;
  /** Estimated tokens of the rendered modules: breaks ties in favour of the shorter. */
  readonly tokens: number;
}

/** The part of a candidate that the agent sees; its canonical JSON is what `CandidateReference.hash` covers. */
export function visibleContent(candidate: Candidate): Json {
  return candidate.modules.map((module) =>
    module.kind === 'instructions'
      ? { kind: module.kind, name: module.name, text: module.text }
      : {
          kind: module.kind,
          name: module.name,
          items: module.items.map((item) => (item.answer === undefined ? [item.text] : [item.text, item.answer])),
        },
  );
}

/** Characters / 4, the usual rule of thumb for English text; every figure made with it is called an estimate. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Estimated tokens of one module as the agent sees it. */
export function moduleTokens(module: Module): number {
  if (module.kind === 'instructions') return estimateTokens(module.text);
  let total = 0;
  for (const item of module.items) total += estimateTokens(item.text) + estimateTokens(item.answer ?? '');
  return total;
}

/** Estimated tokens of all modules of a candidate. */
export function candidateTokens(candidate: Candidate): number {
  let total = 0;
  for (const module of candidate.modules) total += moduleTokens(module);
  return total;
}
