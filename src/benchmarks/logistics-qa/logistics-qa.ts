// LogisticsQA: transport references from UBL invoices, in the layout of its published, anonymised subset (Liu et al., 2024, arXiv 2412.15274).

import type { JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { DOCUMENT_OPTIONS } from '../ubl/document-options.js';
import { documentTools } from '../ubl/tools.js';

export const LOGISTICS_QA: KnownBenchmark = {
  name: 'logistics-qa',
  title: 'LogisticsQA: the transport references of UBL invoices',
  licence: 'as you got it: the authors say MIT of the anonymised subset; the full set is confidential',
  files:
    'It needs data/ground_truth.json and a data/<UUID>.xml for each of its answers, as the repository of the paper "Memory-Augmented Agent Training for Business Document Understanding" (arXiv 2412.15274) has them. Without these, benchmark "freight-invoices" makes invoices of the same layout.',
  scorer: { kind: 'set', measure: 'exact' },
  options: DOCUMENT_OPTIONS,
  createTools: documentTools,
  tasks: readTasks,
};

async function* readTasks(folder: string, options: JsonObject = {}): AsyncGenerator<Task> {
  const { readLogisticsQa } = await import('./read-logistics-qa.js');
  yield* readLogisticsQa(LOGISTICS_QA, folder, options);
}
