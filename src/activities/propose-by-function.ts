// Edits by the user's own function: its trials are rollouts like any others, recorded, counted and found again.

import { checkEdits, type Attempt, type ProposeContext, type ProposeFunction, type Trial } from '../agents/propose-function.js';
import { BATCH_SIZE } from '../core/batches.js';
import { amountOf, covers } from '../core/budget.js';
import type { Candidate } from '../core/candidate.js';
import type { Edit } from '../core/edit.js';
import { WatersmeetError } from '../core/failures.js';
import { modulesAsText } from '../core/modules-as-text.js';
import { applyEdits } from '../core/optimize/apply-edits.js';
import { addUsage, NO_USAGE, type Usage } from '../core/outcome.js';
import { randomStream } from '../core/random.js';
import { mean } from '../core/statistics/mean.js';
import type { Task, TaskReference } from '../core/task.js';
import { candidateReference } from '../store/content-address.js';
import type { Attempted } from './attempt-text.js';
import type { ProposeInput, ProposeResult } from './contract.js';
import type { ActivityDependencies, RunParts } from './dependencies.js';
import { runTasks } from './evaluate-batch.js';
import { itemIdFrom } from './item-id.js';
import { finishProposal, readForProposal } from './propose.js';
import { planRollouts, type Rollout } from './rollout.js';
import { safetyLimit } from './safety-limits.js';

export async function proposeByFunction(dependencies: ActivityDependencies, input: ProposeInput, signal: AbortSignal): Promise<ProposeResult> {
  const parts = await dependencies.openParts(input.runId);
  const { settings } = parts.run.input;
  const { propose } = parts;
  if (propose === undefined)
    throw new WatersmeetError('proposer.broken', 'optimize.inner is "function", but this process has no function. Set optimize.propose in the configuration.');
  const { attempts, candidate, failed, feedback } = await readForProposal(dependencies, input, settings, signal);
  const modules = Object.fromEntries(candidate.modules.map((module) => [module.name, module]));
  const trials = new Trials({ dependencies, parts, input, candidate, attempts, signal });
  const random = randomStream(settings.seed, input.path, 'propose');
  const returned = await answer(propose, input, trials, {
    modules,
    texts: modulesAsText(candidate.modules),
    attempts: attempts.map((attempt) => {
      const words = feedback.texts.get(attempt.row.taskId);
      return { ...describe(attempt.task, attempt), ...(words === undefined ? {} : { feedback: words }) };
    }),
    failedEdits: failed.map((proposal) => proposal.edits).filter((edits) => edits.length > 0),
    subset: input.subset,
    epoch: input.epoch,
    maxEdits: settings.optimize.maxEdits,
    evaluate: (edits, options) => trials.run(checkEdits(edits, 'optimize.propose tried', modules), options?.tasks),
    random: () => random.next(),
    signal,
  });
  const edits = checkEdits(returned, `optimize.propose returned (${placeOf(input)})`, modules);
  return finishProposal(dependencies, input, candidate, edits, settings, {
    dropped: feedback.dropped,
    ...(feedback.problem === undefined ? {} : { problem: feedback.problem }),
    truncated: 0,
    usage: addUsage(feedback.usage, trials.usage),
  });
}

/** What the function returns; its own errors are the proposer's fault, what the infrastructure did to its trials is not. */
async function answer(propose: ProposeFunction, input: ProposeInput, trials: Trials, context: ProposeContext): Promise<unknown> {
  const { signal } = context;
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  stopped.catch(() => undefined);
  try {
    return await Promise.race([propose(context), stopped, trials.failed]);
  } catch (error) {
    if (trials.outage !== undefined) throw trials.outage;
    if (signal.aborted) throw signal.reason;
    if (error instanceof WatersmeetError) throw error;
    const { message, frame } =
      error instanceof Error ? { message: `${error.name}: ${error.message}`, frame: firstFrame(error) } : { message: String(error), frame: '' };
    throw new WatersmeetError('proposer.broken', `optimize.propose failed (${placeOf(input)}): ${message}${frame}`, { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
    await trials.close();
  }
}

function placeOf({ subset, epoch }: ProposeInput): string {
  return subset === 'repair' ? `repair, round ${epoch}` : `subset ${subset}, epoch ${epoch}`;
}

/** ` (at file:line:column)`, where it was thrown. */
function firstFrame(error: Error): string {
  const place = /^\s+at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:\\).*?:\d+:\d+)\)?$/m.exec(error.stack ?? '')?.[1];
  return place === undefined ? '' : ` (at ${place})`;
}

interface TrialsOptions {
  readonly dependencies: ActivityDependencies;
  readonly parts: RunParts;
  readonly input: ProposeInput;
  readonly candidate: Candidate;
  /** The present candidate's. */
  readonly attempts: readonly Attempted[];
  readonly signal: AbortSignal;
}

/**
 * The trials of one proposal, one after another: what they use, and which of them the budget has room for, is a function of
 * what was asked for, not of what ended first or was in the store already.
 */
class Trials {
  readonly #options: TrialsOptions;
  readonly #order: readonly string[];
  readonly #references: ReadonlyMap<string, TaskReference>;
  readonly #tasks: ReadonlyMap<string, Task>;
  /** Attempts by candidate and task. */
  readonly #known = new Map<string, Map<string, Attempt>>();
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;
  #outage: { readonly error: unknown } | undefined;
  #fail: (error: unknown) => void = () => {};
  usage: Usage = NO_USAGE;
  /** Rejects when the infrastructure failed a trial. */
  readonly failed: Promise<never>;

  constructor(options: TrialsOptions) {
    this.#options = options;
    const { attempts, input } = options;
    this.#order = attempts.map(({ task }) => task.id);
    this.#tasks = new Map(attempts.map(({ task }) => [task.id, task]));
    this.#references = new Map(attempts.map(({ row, task }) => [task.id, { id: task.id, hash: row.taskHash }]));
    this.#known.set(input.candidate.hash, new Map(attempts.map((attempt) => [attempt.task.id, describe(attempt.task, attempt)])));
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
  }

  /** What the infrastructure did; the function may have caught it. */
  get outage(): unknown {
    return this.#outage?.error;
  }

  /** Nothing new is started; what runs is recorded. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last.catch(() => undefined);
  }

  run(edits: readonly Edit[], taskIds: readonly string[] = this.#order): Promise<Trial | undefined> {
    const unknown = taskIds.find((id) => !this.#tasks.has(id));
    if (unknown !== undefined)
      throw new WatersmeetError('proposer.broken', `optimize.propose tried edits on task ${JSON.stringify(unknown)}, which is none of the context's attempts.`);
    if (taskIds.length === 0)
      throw new WatersmeetError('proposer.broken', 'optimize.propose tried edits on an empty list of tasks: name at least one, or leave `tasks` out.');
    const asked = new Set(taskIds);
    const order = this.#order.filter((id) => asked.has(id));
    const trial = this.#last.catch(() => undefined).then(() => this.#trial(edits, order));
    this.#last = trial;
    trial.catch((error: unknown) => {
      this.#outage ??= { error };
      this.#fail(error);
    });
    return trial;
  }

  async #trial(edits: readonly Edit[], order: readonly string[]): Promise<Trial | undefined> {
    const { candidate, input, parts } = this.#options;
    const { settings, seed } = parts.run.input;
    const edited = applyEdits(candidate, edits, {
      origin: { subset: input.subset, epoch: input.epoch },
      limits: settings.moduleLimits,
      itemId: itemIdFrom(seed.document),
      maxEdits: settings.optimize.maxEdits,
    });
    const { hash, tokens } = candidateReference(edited.candidate);
    const known = this.#known.get(hash) ?? new Map<string, Attempt>();
    this.#known.set(hash, known);
    const missing = order.filter((id) => !known.has(id));
    if (missing.length > 0) {
      if (!this.#hasRoom(missing.length)) return undefined;
      await this.#rollouts(edited.candidate, hash, missing, known);
      // A safety limit leaves just enough to finish the run.
      this.#closed ||= (await safetyLimit(this.#options.dependencies, parts.run)) !== undefined;
    }
    const attempts = order.map((id) => known.get(id)!);
    return { mean: mean(attempts.map(({ score }) => score)), attempts, rejected: edited.rejected, tokens };
  }

  /** Plan limits: what the subset's share leaves; tokens at what a rollout of this proposal used so far. */
  #hasRoom(rollouts: number): boolean {
    if (this.#closed) return false;
    const { room } = this.#options.input;
    const used = amountOf(this.usage);
    return room === undefined || covers(room, used, { rollouts, tokens: Math.ceil((used.tokens / Math.max(1, used.rollouts)) * rollouts) });
  }

  async #rollouts(candidate: Candidate, hash: string, ids: readonly string[], known: Map<string, Attempt>): Promise<void> {
    const { dependencies, parts, input, signal } = this.#options;
    const plan = planRollouts({ parts, path: `${input.path}/trials`, candidateHash: hash, candidate, signal });
    for (let from = 0; from < ids.length; from += BATCH_SIZE) {
      const reason = dependencies.stopReason(parts.run.id);
      if (reason !== undefined) throw new WatersmeetError(reason, `Nothing new is started: ${reason}.`);
      signal.throwIfAborted();
      const batch = ids.slice(from, from + BATCH_SIZE);
      const references = batch.map((id) => this.#references.get(id)!);
      const tasks = batch.map((id) => this.#tasks.get(id)!);
      const rollouts = await runTasks(dependencies, plan, `${plan.path}@${hash.slice(0, 12)}+${batch[0]}`, references, tasks);
      for (const [index, rollout] of rollouts.entries()) {
        this.usage = addUsage(this.usage, rollout.row.usage);
        known.set(batch[index]!, describe(tasks[index]!, rollout));
      }
    }
  }
}

function describe(task: Task, { trajectory, score }: Pick<Rollout, 'trajectory' | 'score'>): Attempt {
  return {
    task,
    output: trajectory.output,
    trajectory: trajectory.trajectory,
    score: score.score,
    ...(score.feedback === undefined ? {} : { feedback: score.feedback }),
    ...(trajectory.failure === undefined ? {} : { failure: trajectory.failure }),
  };
}
