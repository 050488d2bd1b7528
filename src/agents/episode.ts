// One episode in an environment, whoever decides: a model (react-environment.ts), or rules of one's own.

import { WatersmeetError } from '../core/failures.js';
import type { AgentContext, AgentResult } from './agent.js';
import type { Environment, EnvironmentFactory, EnvironmentState } from './environment.js';
import { plainJson } from './plain-json.js';

export interface EpisodeStep {
  readonly action: string;
  readonly observation: string;
}

/** The episode so far, for whoever decides. */
export interface Episode {
  /** What was told first. */
  readonly observation: string;
  readonly steps: readonly EpisodeStep[];
  /** What holds now: the last observation, its admissible actions, the score so far. */
  readonly state: EnvironmentState;
}

export interface EpisodeOptions {
  /** Called once. */
  readonly environment: EnvironmentFactory;
  /** Steps at most, from 1; thoughts count. */
  readonly maxSteps: number;
  /** The next action; undefined gives up, and the score stays as it is. */
  act(episode: Episode): Promise<string | undefined> | string | undefined;
  /** What is answered to actions that are not meant for the environment, such as thoughts; undefined passes the action on. */
  readonly answerInstead?: (action: string) => string | undefined;
}

/** The output of an episode, which the scorer of kind `environment` reads: made here, from what the environment said. */
export interface EpisodeOutput {
  readonly score: number;
  readonly steps: number;
  readonly done: boolean;
}

/**
 * Plays until the environment is done, the steps are used up, or the actor gives up. The output is an EpisodeOutput, the
 * trajectory {observation, steps: [{action, observation}]}.
 *
 * @throws WatersmeetError 'agent.broken' for whatever is the environment's own fault: it throws, or answers with anything but a state. A broken
 * environment parks the run; it never lowers a score. What `act` throws is passed on.
 */
export async function playEpisode(context: Pick<AgentContext, 'task' | 'random' | 'signal'>, options: EpisodeOptions): Promise<AgentResult> {
  const ask = askerOf(context);
  const environment = await ask('making it', () => options.environment({ random: context.random, signal: context.signal }));
  let closing: unknown;
  let result: AgentResult;
  try {
    result = await play(ask, environment, context, options);
  } finally {
    // Also when the attempt is over; and whatever went wrong before counts more than what goes wrong here.
    closing = await Promise.resolve()
      .then(() => environment.close?.())
      .then(
        () => undefined,
        (error: unknown) => ask.broken('close()', `threw ${described(error)}`, error),
      );
  }
  if (closing !== undefined) throw closing;
  return result;
}

async function play(ask: Asker, environment: Environment, { task }: Pick<AgentContext, 'task'>, options: EpisodeOptions): Promise<AgentResult> {
  let state = checked(ask, 'reset()', await ask('reset()', () => environment.reset(task)));
  const { observation } = state;
  const steps: EpisodeStep[] = [];
  while (!state.done && steps.length < options.maxSteps) {
    const action = await options.act({ observation, steps, state });
    if (action === undefined) break;
    const instead = options.answerInstead?.(action);
    if (instead === undefined) {
      const call = `step(${JSON.stringify(action)})`;
      state = checked(ask, call, await ask(call, () => environment.step(action)));
    } else {
      state = { ...state, observation: instead };
    }
    steps.push({ action, observation: state.observation });
  }
  return {
    output: { score: state.score, steps: steps.length, done: state.done } satisfies EpisodeOutput,
    trajectory: plainJson({ observation, steps }) ?? null,
  };
}

interface Asker {
  <T>(call: string, run: () => Promise<T> | T): Promise<T>;
  readonly broken: (call: string, problem: string, cause?: unknown) => WatersmeetError;
}

/** Tells what an environment throws as its own fault, but for the end of the attempt. */
function askerOf({ task, signal }: Pick<AgentContext, 'task' | 'signal'>): Asker {
  const broken = (call: string, problem: string, cause?: unknown) =>
    new WatersmeetError('agent.broken', `The environment is broken: for task "${task.id}" ${call} ${problem}.`, cause === undefined ? {} : { cause });
  const ask = async <T>(call: string, run: () => Promise<T> | T): Promise<T> => {
    signal.throwIfAborted();
    try {
      return await run();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof WatersmeetError) throw error;
      throw broken(call, `threw ${described(error)}`, error);
    }
  };
  return Object.assign(ask, { broken });
}

function checked(ask: Asker, call: string, state: EnvironmentState): EnvironmentState {
  const given: unknown = state;
  const { observation, admissible, done, score } = (typeof given === 'object' && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
  if (typeof observation !== 'string') throw ask.broken(call, `answered without an observation, a text`);
  if (typeof done !== 'boolean') throw ask.broken(call, `answered without done, true or false`);
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) throw ask.broken(call, `gave the score ${String(score)}, which is no number from 0 to 1`);
  if (admissible !== undefined && !(Array.isArray(admissible) && admissible.every((action) => typeof action === 'string')))
    throw ask.broken(call, `gave admissible actions that are no list of texts`);
  // A copy: an environment may go on with the same object.
  return { observation, ...(admissible === undefined ? {} : { admissible: [...(admissible as readonly string[])] }), done, score };
}

function described(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
