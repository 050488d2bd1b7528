// Feedback and edits for one subset: reads its trajectories, asks the evaluator and the optimizer, applies the edits.

import { z } from 'zod';
import { applyEdits } from '../core/optimize/apply-edits.js';
import type { Candidate } from '../core/candidate.js';
import type { Edit, RejectedEdit } from '../core/edit.js';
import type { Json } from '../core/json.js';
import { addUsage, NO_USAGE, type Usage } from '../core/outcome.js';
import type { ModelSettings, RunSettings } from '../core/run-settings.js';
import type { TaskReference } from '../core/task.js';
import { EVALUATE_SCHEMA, EVALUATE_VERSION, renderEvaluate } from '../prompts/evaluate.js';
import { editsSchema } from '../prompts/edit-forms.js';
import { PROPOSE_VERSION, renderPropose } from '../prompts/propose.js';
import { WatersmeetError } from '../core/failures.js';
import { candidateReference, contentAddress } from '../store/content-address.js';
import { describeAttempt, trajectoryText, type Attempted } from './attempt-text.js';
import type { ProposeInput, ProposeResult } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';
import { itemIdFrom } from './item-id.js';
import { safetyLimit } from './safety-limits.js';
import { askForJson } from './structured-answer.js';
import { tasksOf } from './tasks.js';

/** The stored proposal: what the events, the report and later epochs read. */
export interface Proposal {
  readonly edits: readonly Edit[];
  readonly rejected: readonly RejectedEdit[];
  /** Ids of the items that the edits added or revised: gates write evidence for them. */
  readonly touched: readonly string[];
  readonly droppedAnswers: number;
  /** What was wrong with the last of them. */
  readonly answerProblem?: string;
  /** Trajectories cut or left out of the prompt to fit the context. */
  readonly truncated: number;
}

const EDITS = z.object({
  edits: z.array(
    z.object({
      kind: z.enum(['add', 'revise', 'remove', 'rewrite']),
      module: z.string(),
      item: z.string().nullish(),
      text: z.string().nullish(),
      answer: z.string().nullish(),
      reason: z.string().default(''),
      taskIds: z.array(z.coerce.string()).default([]),
    }),
  ),
});

const FEEDBACK = z.object({ feedback: z.string(), helped: z.array(z.string()).default([]), hurt: z.array(z.string()).default([]) });

/** Characters a token stands for, the rule of thumb of core/candidate. */
const CHARACTERS_PER_TOKEN = 4;
/** A trajectory shown to the evaluator is cut to this share of its context. */
const EVALUATOR_SHARE = 0.5;

/** The candidate's rollouts on the tasks of a list at a path, sorted by task id. */
export async function readAttempts(dependencies: ActivityDependencies, input: ProposeInput): Promise<readonly Attempted[]> {
  const { store } = dependencies;
  const { runId, evaluationPath: path } = input;
  const asked = new Set((await store.getObject<readonly TaskReference[]>(input.list.list)).map((task) => task.id));
  const rows = (await store.evaluationRows(runId, { pathPrefix: path, candidate: input.candidate.hash })).filter(
    (row) => row.path === path && asked.has(row.taskId),
  );
  const sorted = rows.toSorted((left, right) => (left.taskId < right.taskId ? -1 : 1));
  const tasks = await tasksOf(
    store,
    sorted.map((row) => ({ id: row.taskId, hash: row.taskHash })),
  );
  return Promise.all(
    sorted.map(async (row, index) => {
      const [trajectory, score] = await Promise.all([store.getTrajectory(row.trajectoryKey), store.getScore(row.scoreKey)]);
      if (trajectory === undefined || score === undefined)
        throw new Error(
          `The store misses the trajectory or score of task "${row.taskId}" at ${path}: it was damaged or edited. Restore it from a backup, or start the run again.`,
        );
      return { row, task: tasks[index]!, trajectory, score };
    }),
  );
}

export async function propose(dependencies: ActivityDependencies, input: ProposeInput, signal: AbortSignal): Promise<ProposeResult> {
  const { run } = await dependencies.openParts(input.runId);
  const { settings } = run.input;
  const optimizer = settings.models.optimizer;
  if (optimizer === undefined)
    throw new WatersmeetError(
      'input.invalid',
      'optimize.inner is "reflect", which needs a model for the optimizer. Set `model` or `models.optimizer`, or give a function in `optimize.propose`, or choose `optimize.inner: "bootstrap"`.',
    );
  const { attempts, candidate, failed, feedback } = await readForProposal(dependencies, input, settings, signal);
  const prompt = renderPropose({
    modules: candidate.modules,
    maxTokens: Object.fromEntries(Object.entries(settings.moduleLimits).map(([name, limits]) => [name, limits.maxTokens])),
    maxEdits: settings.optimize.maxEdits,
    trajectories: attempts.map((attempt) => describeAttempt(attempt, feedback.texts.get(attempt.row.taskId))),
    failedEdits: failed.flatMap((proposal) => proposal.edits),
    rejectedEdits: failed.at(-1)?.rejected ?? [],
    trajectoryCharacters: roomForTrajectories(optimizer, settings.strategy, settings.subset.contextShare),
  });
  const answer = await askForJson(dependencies, {
    runId: input.runId,
    path: input.path,
    role: 'optimizer',
    settings: optimizer,
    scope: { prompt: PROPOSE_VERSION, candidate: input.candidate.hash, subset: input.list.list, epoch: input.epoch, sample: 0 },
    prompt,
    schema: editsSchema(candidate.modules),
    shape: EDITS,
    signal,
  });
  const dropped = (answer.value === undefined ? answer.unusable : 0) + feedback.dropped;
  const problem = answer.value === undefined ? answer.problem : feedback.problem;
  const usage = addUsage(answer.usage, feedback.usage);
  return finishProposal(dependencies, input, candidate, (answer.value?.edits ?? []).map(asEdit), settings, {
    dropped,
    ...(problem === undefined ? {} : { problem }),
    truncated: prompt.truncated,
    usage,
  });
}

/** What an inner optimizer goes by: the candidate, its attempts with feedback, and the proposals that were rolled back. */
export async function readForProposal(dependencies: ActivityDependencies, input: ProposeInput, settings: RunSettings, signal: AbortSignal) {
  const [attempts, candidate, failed] = await Promise.all([
    readAttempts(dependencies, input),
    dependencies.store.getCandidate(input.candidate.document),
    Promise.all(input.failed.map((reference) => dependencies.store.getObject<Proposal>(reference))),
  ]);
  const feedback: Feedback =
    settings.optimize.feedback === 'model'
      ? await evaluatorFeedback(dependencies, input, settings, candidate, attempts, signal)
      : { texts: new Map<string, string>(), usage: NO_USAGE, dropped: 0 };
  return { attempts, candidate, failed, feedback };
}

/** Applies edits, stores the candidate and the proposal. Shared by every inner optimizer. */
export async function finishProposal(
  dependencies: ActivityDependencies,
  input: ProposeInput,
  candidate: Candidate,
  edits: readonly Edit[],
  settings: RunSettings,
  seen: { readonly dropped: number; readonly problem?: string; readonly truncated: number; readonly usage: Usage; readonly maxEdits?: number },
): Promise<ProposeResult> {
  const { store } = dependencies;
  const { run } = await dependencies.openParts(input.runId);
  const origin = { subset: input.subset, epoch: input.epoch };
  const result = applyEdits(candidate, edits, {
    origin,
    limits: settings.moduleLimits,
    itemId: itemIdFrom(run.input.seed.document),
    maxEdits: seen.maxEdits ?? settings.optimize.maxEdits,
  });
  const before = new Map(
    candidate.modules.flatMap((module) =>
      module.kind === 'instructions' ? [] : module.items.map((item) => [item.id, item.text + (item.answer ?? '')] as const),
    ),
  );
  const touched = result.candidate.modules.flatMap((module) =>
    module.kind === 'instructions' ? [] : module.items.filter((item) => before.get(item.id) !== item.text + (item.answer ?? '')).map((item) => item.id),
  );
  const proposal: Proposal = {
    edits: result.applied,
    rejected: result.rejected,
    touched,
    droppedAnswers: seen.dropped,
    ...(seen.problem === undefined ? {} : { answerProblem: seen.problem }),
    truncated: seen.truncated,
  };
  const changed = candidateReference(result.candidate).hash !== input.candidate.hash;
  const [reference, made] = await Promise.all([
    store.putObject('proposal', proposal as unknown as Json),
    changed ? store.putCandidate({ ...result.candidate, parents: [input.candidate.document] }) : undefined,
  ]);
  const limit = await safetyLimit(dependencies, run);
  return {
    ...(made === undefined ? {} : { candidate: made }),
    proposal: reference,
    usage: seen.usage,
    ...(limit === undefined ? {} : { limit }),
  };
}

interface Feedback {
  /** By task id. */
  readonly texts: ReadonlyMap<string, string>;
  readonly usage: Usage;
  readonly dropped: number;
  readonly problem?: string;
}

/** Words of the evaluator model on every attempt, by task id; what it says of items is kept as evidence. */
async function evaluatorFeedback(
  dependencies: ActivityDependencies,
  input: ProposeInput,
  settings: RunSettings,
  candidate: Candidate,
  attempts: readonly Attempted[],
  signal: AbortSignal,
): Promise<Feedback> {
  const evaluator = settings.models.evaluator ?? settings.models.optimizer;
  if (evaluator === undefined)
    throw new WatersmeetError('input.invalid', 'optimize.feedback is "model", which needs a model. Set `models.evaluator`, or `optimize.feedback: "scorer"`.');
  const room = Math.floor(evaluator.contextTokens * EVALUATOR_SHARE * CHARACTERS_PER_TOKEN);
  const answers = await Promise.all(
    attempts.map(async (attempt) => {
      const described = describeAttempt(attempt, undefined);
      const prompt = renderEvaluate({
        modules: candidate.modules,
        input: described.input,
        ...(described.expected === undefined ? {} : { expected: described.expected }),
        trajectory: trajectoryText(attempt.trajectory, room),
        score: attempt.score.score,
        ...(described.feedback === undefined ? {} : { scorerFeedback: described.feedback }),
      });
      const answer = await askForJson(dependencies, {
        runId: input.runId,
        path: input.path,
        role: 'evaluator',
        settings: evaluator,
        scope: { prompt: EVALUATE_VERSION, trajectory: attempt.row.trajectoryKey, score: contentAddress(attempt.score.score), sample: 0 },
        prompt,
        schema: EVALUATE_SCHEMA,
        form: '{"feedback": ..., "helped": [...], "hurt": [...]}',
        shape: FEEDBACK,
        signal,
      });
      return { taskId: attempt.row.taskId, answer };
    }),
  );
  const known = new Set(candidate.modules.flatMap((module) => (module.kind === 'instructions' ? [] : module.items.map((item) => item.id))));
  await dependencies.store.putEvidence(
    answers.flatMap(({ taskId, answer }) => [
      ...(answer.value?.helped ?? [])
        .filter((itemId) => known.has(itemId))
        .map((itemId) => ({ runId: input.runId, path: input.path, itemId, taskId, verdict: 'helped' as const })),
      ...(answer.value?.hurt ?? [])
        .filter((itemId) => known.has(itemId))
        .map((itemId) => ({ runId: input.runId, path: input.path, itemId, taskId, verdict: 'hurt' as const })),
    ]),
  );
  const problem = answers.findLast(({ answer }) => answer.value === undefined)?.answer.problem;
  return {
    texts: new Map(answers.flatMap(({ taskId, answer }) => (answer.value === undefined ? [] : [[taskId, answer.value.feedback] as const]))),
    usage: answers.reduce((sum, { answer }) => addUsage(sum, answer.usage), NO_USAGE),
    dropped: answers.reduce((sum, { answer }) => sum + (answer.value === undefined ? answer.unusable : 0), 0),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** A subset was sized to its share of the context; all-at-once may fill what the answer and the modules leave. */
function roomForTrajectories(optimizer: ModelSettings, strategy: RunSettings['strategy'], share: number): number {
  const tokens =
    strategy === 'all-at-once'
      ? Math.max(optimizer.contextTokens * 0.5, optimizer.contextTokens - optimizer.maxTokens - 4_000)
      : optimizer.contextTokens * share;
  return Math.floor(tokens * CHARACTERS_PER_TOKEN);
}

function asEdit(edit: z.infer<typeof EDITS>['edits'][number]): Edit {
  const { module, reason, taskIds } = edit;
  const text = edit.text ?? '';
  const answer = edit.answer === null || edit.answer === undefined ? {} : { answer: edit.answer };
  const sorted = taskIds.toSorted();
  switch (edit.kind) {
    case 'add':
      return { kind: 'add', module, text, ...answer, reason, taskIds: sorted };
    case 'revise':
      return { kind: 'revise', module, item: edit.item ?? '', text, ...answer, reason, taskIds: sorted };
    case 'remove':
      return { kind: 'remove', module, item: edit.item ?? '', reason, taskIds: sorted };
    case 'rewrite':
      return { kind: 'rewrite', module, text, reason, taskIds: sorted };
  }
}
