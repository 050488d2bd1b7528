// The digest of a run: equal digests mean the same decisions on the same scores, however often it was interrupted.

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { CandidateReference } from '../core/candidate.js';
import type { RunEventBody } from '../core/events.js';
import type { Json } from '../core/json.js';
import type { Store } from './store.js';

/** Events that are decisions; the rest is progress. */
const DECISIONS = new Set<RunEventBody['type']>([
  'run-planned',
  'epoch-ended',
  'subset-ended',
  'merge-ended',
  'repair-ended',
  'finalists-chosen',
  'race-block-ended',
  'select-ended',
  'confirm-ended',
]);
/** Rows of a page while events are read. */
const PAGE = 1_000;

/**
 * SHA-256 of canonical JSON lines of {partition, edits, verdicts, merge tree} (the deciding events, sorted by path and
 * number), per-task scores (sorted by path, candidate, task id) and the champion. No times, ids of runs, attempts or
 * counts of look-ups.
 */
export async function runDigest(store: Store, runId: string, partition: string, champion: CandidateReference): Promise<string> {
  const hash = createHash('sha256');
  const add = (value: Json) => hash.update(`${canonicalize(value)}\n`);
  add({ partition });
  const decisions: { readonly path: string; readonly number: number; readonly body: RunEventBody }[] = [];
  for (let after = 0; ; ) {
    const page = await store.readEvents(runId, after, PAGE);
    for (const { path, number, body } of page) if (DECISIONS.has(body.type)) decisions.push({ path, number, body });
    if (page.length < PAGE) break;
    after = page.at(-1)!.sequence;
  }
  decisions.sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : left.number - right.number));
  for (const decision of decisions) add(decision as unknown as Json);
  for await (const row of store.evaluationRowsInOrder(runId)) add([row.path, row.candidate, row.taskId, row.outcome, Number(row.score.toFixed(9))]);
  add({ champion: champion.hash });
  return hash.digest('hex');
}
