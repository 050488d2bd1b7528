// Made-up freight invoices as files, in the layout of LogisticsQA.

import { chmod, mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import type { FetchOptions } from '../known-benchmark.js';
import { freightInvoiceOptions, generateFreightInvoices } from './generate.js';

/** Invoices between two sentences on how far it is. */
const TOLD = 1_000;

/**
 * `data/<UUID>.xml` and `data/ground_truth.json`, where each invoice has its references, supplier and split. The folder appears with all of
 * them or not at all.
 *
 * @throws WatersmeetError 'input.invalid' for unknown options, for `from`, and if the folder has something in it already.
 */
export async function writeFreightInvoices({ folder, from, options = {}, onProgress, signal }: FetchOptions): Promise<void> {
  const read = freightInvoiceOptions(options);
  if (from !== undefined) throw new WatersmeetError('input.invalid', 'Benchmark "freight-invoices" is made, not fetched: leave out where it should come from.');
  const present = await readdir(folder).catch(() => []);
  if (present.length > 0)
    throw new WatersmeetError('input.invalid', `${folder} has files already (${present.slice(0, 3).join(', ')}). Name another folder, or remove this one.`);
  await mkdir(path.dirname(folder), { recursive: true });
  const made = await mkdtemp(`${folder}.making-`);
  try {
    await mkdir(path.join(made, 'data'));
    const answers: Record<string, unknown> = {};
    let count = 0;
    for (const { id, supplier, split, references, xml } of generateFreightInvoices(read)) {
      signal?.throwIfAborted();
      await writeFile(path.join(made, 'data', `${id}.xml`), xml);
      answers[id] = { references, supplier, split };
      if (++count % TOLD === 0) onProgress?.(`${count} of ${read.invoices} invoices are written.`);
    }
    await writeFile(path.join(made, 'data', 'ground_truth.json'), `${JSON.stringify(answers, null, 1)}\n`);
    // Temporary folders are their maker's alone, and an empty folder may be there.
    await chmod(made, 0o755);
    await rmdir(folder).catch(() => undefined);
    await rename(made, folder);
    onProgress?.(`${folder} has ${count} invoices of ${read.suppliers} suppliers, all of them invented.`);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
}
