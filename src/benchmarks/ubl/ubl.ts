// Any folder of UBL 2 documents with questions.

import type { JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import type { KnownBenchmark } from '../known-benchmark.js';
import { DOCUMENT_OPTIONS } from './document-options.js';
import { documentTools } from './tools.js';

export const UBL: KnownBenchmark = {
  name: 'ubl',
  title: 'Questions on UBL documents: any folder of UBL 2 XML with a file of questions',
  licence: 'that of the documents',
  files:
    'It needs questions.jsonl (or qa_silver.jsonl) with "file", "question" and "answer" (or "answers", of which any is right) in each line, and the XML files beside it or in its folder xml or data. OASIS examples with mechanical questions are a demo of this, not the LogisticsQA of the paper.',
  scorer: { kind: 'normalised' },
  options: DOCUMENT_OPTIONS,
  createTools: documentTools,
  tasks: readTasks,
};

async function* readTasks(folder: string, options: JsonObject = {}): AsyncGenerator<Task> {
  const { readQuestions } = await import('./read-questions.js');
  yield* readQuestions(UBL, folder, options);
}
