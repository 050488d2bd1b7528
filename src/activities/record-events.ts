// Writes events, with the edits of the proposals they name, and the evidence of the gates they report.

import type { RunEventBody } from '../core/events.js';
import { sameScore } from '../core/numbers.js';
import type { TaskReference } from '../core/task.js';
import type { EvidenceRow } from '../store/store.js';
import type { EventItem } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';
import type { Proposal } from './propose.js';

export async function recordEvents(
  dependencies: ActivityDependencies,
  input: { readonly runId: string; readonly events: readonly EventItem[] },
): Promise<void> {
  const { store } = dependencies;
  const events = await Promise.all(
    input.events.map(async ({ path, number, body, proposal, evidence }) => {
      if (proposal === undefined) return { path, number, body };
      const stored = await store.getObject<Proposal>(proposal);
      if (evidence !== undefined) await store.putEvidence(await gateEvidence(dependencies, input.runId, path, stored, evidence));
      return {
        path,
        number,
        body: {
          ...body,
          ...('edits' in body ? { edits: stored.edits } : {}),
          ...('rejected' in body ? { rejected: stored.rejected } : {}),
          ...(stored.droppedAnswers === 0 ? {} : { droppedAnswers: stored.droppedAnswers }),
          ...(stored.answerProblem === undefined ? {} : { answerProblem: stored.answerProblem }),
        } as RunEventBody,
      };
    }),
  );
  await store.appendEvents(input.runId, events);
  for (const { body } of input.events) {
    if (body.type === 'run-waiting') await store.updateRun(input.runId, { status: 'waiting', waiting: body.reason, sentence: body.sentence });
    if (body.type === 'run-continued') await store.updateRun(input.runId, { status: 'running' });
  }
}

/** Tasks whose score rose by the edits were helped by the items they touched; where it fell, hurt. */
async function gateEvidence(
  dependencies: ActivityDependencies,
  runId: string,
  path: string,
  proposal: Proposal,
  evidence: NonNullable<EventItem['evidence']>,
): Promise<readonly EvidenceRow[]> {
  const tasks = await dependencies.store.getObject<readonly TaskReference[]>(evidence.list);
  return tasks.flatMap((task, index) => {
    const before = evidence.before[index]!;
    const after = evidence.after[index]!;
    if (sameScore(before, after)) return [];
    return proposal.touched.map((itemId) => ({ runId, path, itemId, taskId: task.id, verdict: after > before ? ('helped' as const) : ('hurt' as const) }));
  });
}
