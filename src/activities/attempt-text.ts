// An attempt at a task, as models are shown it.

import { textOf, type Json } from '../core/json.js';
import type { Task } from '../core/task.js';
import { transcriptOf, transcriptText } from '../core/transcript.js';
import type { ProposeTrajectory } from '../prompts/propose.js';
import type { EvaluationRow, StoredScore, StoredTrajectory } from '../store/store.js';

export interface Attempted {
  readonly row: EvaluationRow;
  readonly task: Task;
  readonly trajectory: StoredTrajectory;
  readonly score: StoredScore;
}

/** What the optimizer and the evaluator are shown of it. */
export function describeAttempt(attempt: Attempted, feedback: string | undefined): ProposeTrajectory {
  const words = feedback ?? attempt.score.feedback;
  const steps = transcriptOf(attempt.trajectory.trajectory);
  return {
    taskId: attempt.row.taskId,
    input: fieldsAsText(attempt.task.input),
    ...(attempt.task.expected === undefined ? {} : { expected: textOf(attempt.task.expected) }),
    output:
      attempt.trajectory.failure ?? `${textOf(attempt.trajectory.output)}${wasCutOff(attempt.trajectory.trajectory) ? ' [cut off at the token limit]' : ''}`,
    ...(steps === undefined ? {} : { steps }),
    score: attempt.score.score,
    ...(words === undefined ? {} : { feedback: words }),
  };
}

/** Steps as text with what came of them, else the whole trajectory; within that many characters. */
export function trajectoryText({ trajectory, output, failure }: StoredTrajectory, room: number): string {
  const steps = transcriptOf(trajectory);
  if (steps === undefined) return textOf(trajectory).slice(0, room);
  const end = failure === undefined ? `Output: ${textOf(output)}` : `It failed: ${failure}`;
  return `${transcriptText(steps, Math.max(0, room - end.length))}\n${end}`;
}

/** Whether the model's answer ended at `maxTokens`, as agents here note it. */
function wasCutOff(trajectory: Json): boolean {
  return typeof trajectory === 'object' && trajectory !== null && 'finishReason' in trajectory && trajectory['finishReason'] === 'length';
}

/** An object field by field, texts as they are: a document's lines stay lines. */
function fieldsAsText(value: Json): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return textOf(value);
  return Object.entries(value)
    .map(([name, field]) => `${name}:${typeof field === 'string' && field.includes('\n') ? '\n' : ' '}${textOf(field)}`)
    .join('\n');
}
