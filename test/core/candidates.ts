// Candidates for tests: short to write, and arbitrary ones.
import fc from 'fast-check';
import type { Candidate } from '../../src/core/candidate.js';
import type { Item, Module, Origin } from '../../src/core/module.js';

/** A playbook `rules` with items given as id, text and the subsets that found it. */
export function playbook(...items: readonly (readonly [id: string, text: string, ...subsets: string[]])[]): Candidate {
  return { modules: [{ kind: 'playbook', name: 'rules', items: items.map(([id, text, ...subsets]) => item(id, text, ...subsets)) }], parents: [] };
}

export function item(id: string, text: string, ...subsets: readonly string[]): Item {
  return { id, text, origins: (subsets.length === 0 ? ['seed'] : subsets).map(origin) };
}

export function demo(id: string, text: string, answer: string, ...subsets: readonly string[]): Item {
  return { ...item(id, text, ...subsets), answer };
}

export function origin(subset: string): Origin {
  return { subset, taskIds: subset === 'seed' ? [] : [`task-of-${subset}`] };
}

export function instructions(text: string, ...subsets: readonly string[]): Module {
  return { kind: 'instructions', name: 'system', text, origins: (subsets.length === 0 ? ['seed'] : subsets).map(origin) };
}

/** The texts of a module's items, or its text. */
export function textsOf(candidate: Candidate, name = 'rules'): readonly string[] {
  const module = candidate.modules.find((each) => each.name === name);
  if (module === undefined) throw new Error(`no module ${name}`);
  return module.kind === 'instructions' ? [module.text] : module.items.map(({ text }) => text);
}

export function itemsOf(candidate: Candidate, name = 'rules'): readonly Item[] {
  const module = candidate.modules.find((each) => each.name === name);
  if (module === undefined || module.kind === 'instructions') throw new Error(`no items in ${name}`);
  return module.items;
}

const words = ['check', 'the', 'fridge', 'heat', 'cool', 'egg', 'before', 'not', 'put', 'always', 'sum', '3', '7', 'rate:'] as const;

/** Few words, so that equal, alike and opposite texts are common. */
export const ruleText: fc.Arbitrary<string> = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }).map((list) => list.join(' '));

const itemIds = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const subsets = ['s0001', 's0002', 's0003', 's0004'] as const;

export const origins: fc.Arbitrary<readonly Origin[]> = fc
  .uniqueArray(fc.constantFrom(...subsets), { minLength: 1, maxLength: 3 })
  .map((list) => list.sort().map(origin));

function itemList(withAnswer: boolean): fc.Arbitrary<readonly Item[]> {
  const one = fc.record({ id: fc.constantFrom(...itemIds), text: ruleText, answer: fc.constantFrom('yes', 'no'), origins });
  return fc
    .uniqueArray(one, { selector: ({ id }) => id, maxLength: 5 })
    .map((list) => list.map(({ answer, ...rest }) => (withAnswer ? { ...rest, answer } : rest)));
}

/** One module of every kind: `system`, `rules`, `examples`. */
export const anyCandidate: fc.Arbitrary<Candidate> = fc
  .record({ text: fc.constantFrom('Be exact.', 'Be quick.', 'Think first.'), by: origins, rules: itemList(false), examples: itemList(true) })
  .map(({ text, by, rules, examples }) => ({
    modules: [
      { kind: 'instructions', name: 'system', text, origins: by },
      { kind: 'playbook', name: 'rules', items: rules },
      { kind: 'demos', name: 'examples', items: examples },
    ],
    parents: [],
  }));
