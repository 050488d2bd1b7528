/** Worked examples without an optimizer model: from given answers or from the agent's own successes (as BootstrapFewShot). */
import { placesByCategory } from '../divide/division.js';
import type { Edit } from '../edit.js';
import type { RunSettings } from '../run-settings.js';
import { compareIds, scoreTolerance } from '../numbers.js';
import { randomStream } from '../random.js';

/** Whether worked examples are taken from given answers: that needs neither rollouts nor an optimizer. */
export function takesGivenAnswers({ inner, demosFrom }: RunSettings['optimize']): boolean {
  return inner === 'bootstrap' && demosFrom === 'answers';
}

/** A task with an answer that may become a demo. */
export interface DemoSource {
  readonly id: string;
  readonly category?: string | undefined;
  /** As the agent is shown it. */
  readonly input: string;
  /** The benchmark's given answer, or the output of the agent's own trajectory. */
  readonly answer: string;
  /** Of the agent's output, in [0, 1]; absent for a given answer. */
  readonly score?: number | undefined;
}

export interface BootstrapOptions {
  /** The demos module that the edits are for. */
  readonly module: string;
  /** Demos of one category at most. */
  readonly perCategory: number;
  readonly seed: number | string;
  /** The subset's logical path. */
  readonly path: string;
  /** The least score of an own output that is taken for a success, in (0, 1]. Default 1. */
  readonly threshold?: number;
}

/**
 * Demos for a subset, as `add` edits: of every category up to `perCategory`, drawn by seed from the tasks with an answer
 * worth showing. The categories take turns, in an order drawn by seed and path: whatever prefix a module has room for is
 * balanced, and subsets that are cut short do not all begin with the same category. Depends on the set of tasks, not on
 * the order of the list.
 */
export function bootstrapDemos(tasks: readonly DemoSource[], { module, perCategory, seed, path, threshold = 1 }: BootstrapOptions): readonly Edit[] {
  const candidates = usable(tasks, threshold);
  const categories = randomStream(seed, path, 'demo-categories').shuffle(placesByCategory(candidates.map((task) => task.category)));
  const drawn = categories.map(([category, places]) => randomStream(seed, `${path}/${category}`, 'demos').sample(places, perCategory));
  const longest = Math.max(0, ...drawn.map((places) => places.length));
  const inTurns = Array.from({ length: longest }, (_, turn) => drawn.flatMap((places) => places.slice(turn, turn + 1))).flat();
  return inTurns.map((place) => toEdit(candidates[place]!, module));
}

/** The baseline: as many demos, drawn at random from all tasks with an answer worth showing. */
export function randomDemos(
  tasks: readonly DemoSource[],
  { module, count, seed, threshold = 1 }: { readonly module: string; readonly count: number; readonly seed: number | string; readonly threshold?: number },
): readonly Edit[] {
  return randomStream(seed, 'baseline/random-demos', 'demos')
    .sample(usable(tasks, threshold), count)
    .map((task) => toEdit(task, module));
}

/** Sorted by id. */
function usable(tasks: readonly DemoSource[], threshold: number): DemoSource[] {
  return tasks
    .filter(({ input, answer, score = 1 }) => input.trim() !== '' && answer.trim() !== '' && score >= threshold - scoreTolerance)
    .sort((a, b) => compareIds(a.id, b.id));
}

function toEdit({ id, input, answer, score }: DemoSource, module: string): Edit {
  return { kind: 'add', module, text: input, answer, reason: score === undefined ? 'given answer' : `solved with score ${score.toFixed(2)}`, taskIds: [id] };
}
