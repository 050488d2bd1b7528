// Made-up freight invoices as tasks, without a file.

import type { JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { REFERENCES_QUESTION } from '../logistics-qa/question.js';
import { documentTokens } from '../ubl/document-options.js';
import { documentTask } from '../ubl/documents.js';
import { parseXml } from '../ubl/xml.js';
import { generateFreightInvoices, type FreightInvoiceOptions } from './generate.js';

export interface FreightInvoiceTaskOptions extends FreightInvoiceOptions {
  /** Tokens (characters / 4) of an invoice that are shown at most, from 100. Default 6,000. */
  readonly documentTokens?: number;
}

/**
 * The very tasks that benchmark `freight-invoices` reads from the folder it makes with the same options: the input is
 * `{question, document}`, expected are the references, the category is the supplier, `metadata.xml` is the invoice. All of it is invented.
 *
 * @throws WatersmeetError 'input.invalid' for options it does not know.
 * @example defineConfig({ benchmark: { tasks: freightInvoices({ seed: 1, invoices: 240 }) }, scorer: 'set', ... })
 */
export function freightInvoices({ documentTokens: shown, ...options }: FreightInvoiceTaskOptions = {}): Task[] {
  const tokens = documentTokens((shown === undefined ? {} : { documentTokens: shown }) satisfies JsonObject);
  return [...generateFreightInvoices(options)].map(({ id, supplier, split, xml, references }) =>
    documentTask(
      { id, question: REFERENCES_QUESTION, expected: references, category: supplier, split, file: `${id}.xml` },
      { xml, root: parseXml(xml) },
      tokens,
    ),
  );
}
