// An agent without a model: it reads the references of an invoice from the places that its rules name.

import { parseXml, valuesAt, type AgentContext, type XmlElement } from 'watersmeet';

/** As in `FROM Aldermoor Fracht GmbH READ InvoiceLine/Note AFTER "TR#"`; without AFTER the whole text counts. */
const RULE = /^FROM (?<supplier>.+?) READ (?<path>.+?)(?: AFTER "(?<label>.+)")?$/;
/** References: letters, digits and a few signs, at least one digit; several have commas between. */
const REFERENCE = /(?=[^\s,]*\d)[A-Z0-9](?:[A-Z0-9./-]*[A-Z0-9])?/g;

export async function readReferences({ task, modules }: AgentContext) {
  const invoice = parseXml(task.metadata?.['xml'] as string);
  const rules = modules['rules']?.kind === 'playbook' ? modules['rules'].items.map(({ text }) => text) : [];
  const supplier = supplierOf(invoice);
  const followed = rules.filter((rule) => RULE.exec(rule)?.groups?.['supplier'] === supplier);
  return { output: followRules(invoice, followed), trajectory: { supplier, followed } };
}

export function followRules(invoice: XmlElement, rules: readonly string[]): string[] {
  const found = rules.flatMap((rule) => {
    const { path = '', label } = RULE.exec(rule)?.groups ?? {};
    return valuesAt(invoice, path).flatMap((text) => referencesIn(text, label));
  });
  return [...new Set(found)];
}

/** In the whole text, or right behind a label, however often that stands there. */
function referencesIn(text: string, label: string | undefined): string[] {
  if (label === undefined) return text.match(REFERENCE) ?? [];
  return text
    .split(label)
    .slice(1)
    .flatMap((rest) => {
      const [list = ''] = /^\s*\S*\d\S*(?:, \S*\d\S*)*/.exec(rest) ?? [];
      return list.match(REFERENCE) ?? [];
    });
}

export function supplierOf(invoice: XmlElement): string {
  return valuesAt(invoice, 'AccountingSupplierParty/Party/PartyName/Name')[0] ?? '';
}
