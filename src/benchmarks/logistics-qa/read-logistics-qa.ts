// A folder of invoices with ground_truth.json, as tasks.

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { WatersmeetError } from '../../core/failures.js';
import type { JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import { fileInFolder } from '../../agents/file-in-folder.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { documentTokens } from '../ubl/document-options.js';
import { documentTask, readDocument, supplierOf, type XmlDocument } from '../ubl/documents.js';
import { readGroundTruth } from './ground-truth.js';
import { REFERENCES_QUESTION } from './question.js';

const ANSWERS = 'ground_truth.json';
/** As many names fit into a message. */
const NAMED = 5;

/** In the order of the answers. The category is the supplier, as the answers name it or the document itself does. */
export async function* readLogisticsQa(benchmark: KnownBenchmark, folder: string, options: JsonObject): AsyncGenerator<Task> {
  const tokens = documentTokens(options);
  const data = await dataFolder(benchmark, folder);
  const answers = await readGroundTruth(path.join(data, ANSWERS));
  await checkComplete(data, new Set(answers.map(({ document }) => document)));
  const asked = new Map<string, number>();
  let last: { readonly file: string; readonly document: XmlDocument } | undefined;
  for (const { document: name, references, question, category, split, where } of answers) {
    const file = await fileInFolder(data, `${name}.xml`, where);
    if (file === undefined)
      throw new WatersmeetError('input.invalid', `${where}: the document ${path.join(data, `${name}.xml`)} is missing. Put it there, or remove its answer.`);
    const document = last?.file === file ? last.document : await readDocument(file);
    last = { file, document };
    const number = (asked.get(name) ?? 0) + 1;
    asked.set(name, number);
    const supplier = category ?? supplierOf(document.root);
    yield documentTask(
      {
        id: number === 1 ? name : `${name}-${number}`,
        question: question ?? REFERENCES_QUESTION,
        expected: references,
        ...(supplier === undefined ? {} : { category: supplier }),
        ...(split === undefined ? {} : { split }),
        file: `${name}.xml`,
      },
      document,
      tokens,
    );
  }
}

/** The folder itself, or `data` in it. */
async function dataFolder(benchmark: KnownBenchmark, folder: string): Promise<string> {
  for (const data of [path.join(folder, 'data'), folder]) if ((await stat(path.join(data, ANSWERS)).catch(() => undefined))?.isFile() === true) return data;
  throw new WatersmeetError('input.invalid', `${path.join(folder, 'data', ANSWERS)} is missing, and ${path.join(folder, ANSWERS)} as well. ${benchmark.files}`);
}

/** A document without an answer would silently be left out. */
async function checkComplete(data: string, answered: ReadonlySet<string>): Promise<void> {
  const without = (await readdir(data)).filter((name) => /\.xml$/i.test(name) && !answered.has(name.replace(/\.xml$/i, ''))).sort();
  if (without.length === 0) return;
  const named = without.slice(0, NAMED).join(', ');
  throw new WatersmeetError(
    'input.invalid',
    `${path.join(data, ANSWERS)} has no answer for ${without.length} document${without.length === 1 ? '' : 's'} of its folder: ${named}${without.length > NAMED ? ', ...' : ''}. Add the answers ([] for no reference), or move the documents away.`,
  );
}
