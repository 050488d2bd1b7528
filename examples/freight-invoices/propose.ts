// Learns rules from failed invoices: where do the right references stand, and what stands before them?

import { elementsAt, findElements, parseXml, type Attempt, type ProposeContext, type ProposedEdit, type XmlElement } from 'watersmeet';
import { followRules, supplierOf } from './agent.js';

/** Rules that one proposal may add for one supplier. */
const RULES_PER_SUPPLIER = 2;
/** Words before a reference that may be its label. */
const LABEL_WORDS = 3;

interface Case {
  readonly attempt: Attempt;
  readonly invoice: XmlElement;
  readonly expected: readonly string[];
}

export async function proposeRules({ attempts, modules, evaluate }: ProposeContext): Promise<ProposedEdit[]> {
  const known = modules['rules']?.kind === 'playbook' ? modules['rules'].items.map(({ text }) => text) : [];
  const kept: ProposedEdit[] = [];
  for (const [supplier, cases] of bySupplier(attempts)) {
    if (cases.every(({ attempt }) => attempt.score === 1)) continue;
    const rules = known.filter((rule) => rule.startsWith(`FROM ${supplier} `));
    const added = learnRules(supplier, rules, cases);
    if (added.length === 0) continue;
    const taskIds = cases.map(({ attempt }) => attempt.task.id);
    const edits = added.map((text) => ({ kind: 'add' as const, module: 'rules', text, reason: 'The references of failed invoices stand there.', taskIds }));
    // Tried for real, on the invoices of this supplier: the others do not see these rules.
    const trial = await evaluate(edits, { tasks: taskIds });
    if (trial === undefined) break;
    if (trial.mean > mean(cases.map(({ attempt }) => attempt.score))) kept.push(...edits);
  }
  return kept;
}

function bySupplier(attempts: readonly Attempt[]): Map<string, Case[]> {
  const cases = new Map<string, Case[]>();
  for (const attempt of attempts) {
    const invoice = parseXml(attempt.task.metadata?.['xml'] as string);
    const supplier = supplierOf(invoice);
    cases.set(supplier, [...(cases.get(supplier) ?? []), { attempt, invoice, expected: attempt.task.expected as string[] }]);
  }
  return cases;
}

/** The rules that make most of the invoices right; of equals one that tells documents and properties apart, then the shortest. */
function learnRules(supplier: string, known: readonly string[], cases: readonly Case[]): string[] {
  const added: string[] = [];
  let best = countRight([...known], cases);
  while (added.length < RULES_PER_SUPPLIER) {
    const candidates = [...new Set(cases.flatMap((one) => places(one).map((place) => `FROM ${supplier} READ ${place}`)))];
    const [next] = candidates
      .map((rule) => ({ rule, right: countRight([...known, ...added, rule], cases) }))
      .filter(({ right }) => right > best)
      .sort(
        (left, right) =>
          right.right - left.right ||
          Number(right.rule.includes('[')) - Number(left.rule.includes('[')) ||
          left.rule.length - right.rule.length ||
          (left.rule < right.rule ? -1 : 1),
      );
    if (next === undefined) break;
    added.push(next.rule);
    best = next.right;
  }
  return added;
}

function countRight(rules: readonly string[], cases: readonly Case[]): number {
  return cases.filter(({ invoice, expected }) => same(followRules(invoice, rules), expected)).length;
}

/** Every way to name the places of the right references. */
function places({ invoice, expected }: Case): string[] {
  return expected.flatMap((reference) =>
    findElements(invoice, { text: reference }).flatMap(({ path, element }) => {
      const before = element.text
        .slice(0, element.text.indexOf(reference))
        .replace(/(?:\S*\d\S*, )+$/, '')
        .trim();
      const words = before.split(/\s+/);
      const labels =
        before === '' ? [''] : Array.from({ length: Math.min(LABEL_WORDS, words.length) }, (_, index) => ` AFTER "${words.slice(-index - 1).join(' ')}"`);
      return pathsFor(invoice, path).flatMap((general) => labels.map((label) => `${general}${label}`));
    }),
  );
}

/** The path without numbers; and with the code, kind or name that stands beside it. */
function pathsFor(invoice: XmlElement, path: string): string[] {
  const general = path.replaceAll(/\[\d+\]/g, '');
  const [, parent, last] = /^(.+)\/([^/]+)$/.exec(path) ?? [];
  if (parent === undefined || last === undefined) return [general];
  const beside = (elementsAt(invoice, parent)[0]?.children ?? []).filter(
    ({ name, text }) => ['DocumentTypeCode', 'DocumentType', 'Name'].includes(name) && text !== '',
  );
  return [general, ...beside.map(({ name, text }) => `${parent.replaceAll(/\[\d+\]/g, '')}[${name}=${text}]/${last}`)];
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((element) => right.includes(element));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
