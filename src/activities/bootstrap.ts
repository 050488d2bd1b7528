// BootstrapFewShot on one subset: demos from given answers, or from the agent's own successful rollouts. No optimizer model.

import { textOf } from '../core/json.js';
import { bootstrapDemos, type DemoSource } from '../core/optimize/bootstrap.js';
import { WatersmeetError } from '../core/failures.js';
import { NO_USAGE } from '../core/outcome.js';
import type { Task, TaskReference } from '../core/task.js';
import { transcriptOf } from '../core/transcript.js';
import type { ProposeInput, ProposeResult } from './contract.js';
import type { ActivityDependencies } from './dependencies.js';
import type { StoredTrajectory } from '../store/store.js';
import { finishProposal, readAttempts } from './propose.js';
import { tasksOf } from './tasks.js';

export async function bootstrap(dependencies: ActivityDependencies, input: ProposeInput): Promise<ProposeResult> {
  const { run } = await dependencies.openParts(input.runId);
  const { settings } = run.input;
  const candidate = await dependencies.store.getCandidate(input.candidate.document);
  const module = candidate.modules.find((one) => one.kind === 'demos');
  if (module === undefined)
    throw new WatersmeetError(
      'input.invalid',
      'optimize.inner is "bootstrap", which needs a module of kind "demos". Add one to `modules`, or choose `optimize.inner: "reflect"`.',
    );
  const examples = settings.optimize.demosFrom === 'answers' ? await fromAnswers(dependencies, input) : await fromTrajectories(dependencies, input);
  const edits = bootstrapDemos(examples, {
    module: module.name,
    perCategory: settings.optimize.demosPerCategory,
    seed: settings.seed,
    path: `optimize/${input.subset}/epoch-${input.epoch}`,
  });
  return finishProposal(dependencies, input, candidate, edits, settings, { dropped: 0, truncated: 0, usage: NO_USAGE, maxEdits: edits.length });
}

async function fromAnswers(dependencies: ActivityDependencies, input: ProposeInput) {
  const references = await dependencies.store.getObject<readonly TaskReference[]>(input.list.list);
  const tasks = await tasksOf(dependencies.store, references);
  return givenAnswers(tasks);
}

/** Tasks whose given answer may serve as a demo. */
export function givenAnswers(tasks: readonly Task[]): readonly DemoSource[] {
  return tasks.flatMap((task) =>
    task.expected === undefined ? [] : [{ id: task.id, category: task.category, input: textOf(task.input), answer: textOf(task.expected) }],
  );
}

async function fromTrajectories(dependencies: ActivityDependencies, input: ProposeInput) {
  const attempts = await readAttempts(dependencies, input);
  return attempts.map(({ task, trajectory, score }) => ({ id: task.id, category: task.category, ...asExample(task, trajectory), score: score.score }));
}

/** What an agent did in an environment is the example itself: what it was told, then its actions and their observations. */
function asExample(task: Task, { trajectory, output }: StoredTrajectory): { readonly input: string; readonly answer: string } {
  const steps = transcriptOf(trajectory);
  if (steps === undefined || steps.opening === '') return { input: textOf(task.input), answer: textOf(output) };
  return { input: steps.opening, answer: steps.steps };
}
