// Made-up freight invoices with the references of their transports, in the layout of LogisticsQA: a stand-in for data that is confidential.

import type { JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import type { FetchOptions, KnownBenchmark } from '../known-benchmark.js';
import { DOCUMENT_OPTIONS } from '../ubl/document-options.js';
import { documentTools } from '../ubl/tools.js';

export const FREIGHT_INVOICES: KnownBenchmark = {
  name: 'freight-invoices',
  title: 'Freight invoices: the transport references of made-up UBL invoices (a stand-in for LogisticsQA)',
  licence: 'Apache-2.0: all of it is invented',
  files:
    'It is made: type `watersmeet benchmark fetch freight-invoices`. Its folder then has data/ground_truth.json and data/<UUID>.xml, as LogisticsQA has them.',
  scorer: { kind: 'set', measure: 'exact' },
  options: DOCUMENT_OPTIONS,
  createTools: documentTools,
  fetch: makeFolder,
  tasks: readTasks,
};

async function makeFolder(options: FetchOptions): Promise<void> {
  const { writeFreightInvoices } = await import('./write-folder.js');
  await writeFreightInvoices(options);
}

async function* readTasks(folder: string, options: JsonObject = {}): AsyncGenerator<Task> {
  const { readLogisticsQa } = await import('../logistics-qa/read-logistics-qa.js');
  yield* readLogisticsQa(FREIGHT_INVOICES, folder, options);
}
