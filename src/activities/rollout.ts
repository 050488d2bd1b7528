// One candidate on one task: explore and score, or find both in the store.

import { AgentFailure, type AgentContext, type AgentResult } from '../agents/agent.js';
import { startOwnClock } from '../agents/own-clock.js';
import { modulesAsText } from '../core/modules-as-text.js';
import type { Candidate } from '../core/candidate.js';
import { WatersmeetError } from '../core/failures.js';
import type { Json, JsonObject } from '../core/json.js';
import type { Module } from '../core/module.js';
import { NO_USAGE } from '../core/outcome.js';
import { randomStream } from '../core/random.js';
import type { ModelSettings } from '../core/run-settings.js';
import type { Task, TaskReference } from '../core/task.js';
import type { ModelSession } from '../models/gateway.js';
import { addressOfMembers, canonicalJson } from '../store/content-address.js';
import type { EvaluationRow, StoredScore, StoredTrajectory } from '../store/store.js';
import type { ActivityDependencies, RunParts } from './dependencies.js';

/** What all rollouts of one candidate share. */
export interface RolloutPlan {
  readonly parts: RunParts;
  readonly path: string;
  readonly candidateHash: string;
  readonly modules: Readonly<Record<string, Module>>;
  readonly texts: Readonly<Record<string, string>>;
  /** What their keys share, member by member as canonical JSON. */
  readonly trajectoryKey: Readonly<Record<string, string>>;
  readonly scoreKey: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A finished rollout with all that is stored of it. */
export interface Rollout {
  readonly row: EvaluationRow;
  readonly trajectory: StoredTrajectory;
  readonly score: StoredScore;
}

/** The instant agents see as now: 2026-01-01 UTC. A function of nothing, so that a resumed run sees the same. */
const AGENT_NOW = Date.UTC(2026, 0, 1);

export function planRollouts(options: {
  readonly parts: RunParts;
  readonly path: string;
  readonly candidateHash: string;
  readonly candidate: Candidate;
  readonly signal: AbortSignal;
}): RolloutPlan {
  const modules = Object.fromEntries(options.candidate.modules.map((module) => [module.name, module]));
  const { agent, scorer, run } = options.parts;
  const { settings } = run.input;
  return {
    parts: options.parts,
    path: options.path,
    candidateHash: options.candidateHash,
    modules,
    texts: modulesAsText(options.candidate.modules),
    trajectoryKey: {
      candidate: canonicalJson(options.candidateHash),
      agent: canonicalJson({ kind: agent.kind, version: agent.version, settings: settings.agent as unknown as Json }),
      model: canonicalJson(answeringSettings(settings.models.agent)),
      sample: canonicalJson(0),
    },
    scoreKey: {
      scorer: canonicalJson({ kind: scorer.kind, version: scorer.version, settings: settings.scorer as unknown as Json }),
      judge: canonicalJson(scorer.usesModel ? answeringSettings(settings.models.judge) : null),
    },
    signal: options.signal,
  };
}

/** The parts of a model's settings that its answers depend on; limits and credentials are not among them. */
export function answeringSettings(settings: ModelSettings | undefined): Json {
  if (settings === undefined) return null;
  return {
    model: settings.model,
    endpoint: settings.endpoint,
    maxTokens: settings.maxTokens,
    temperature: settings.temperature,
    ...(settings.extra === undefined ? {} : { extra: settings.extra }),
  };
}

/**
 * Runs or finds the rollout and stores it. Throws what the infrastructure did (the task is then `not-run`: no row is
 * written); whatever the agent does wrong is an outcome.
 */
export async function rollout(dependencies: ActivityDependencies, plan: RolloutPlan, reference: TaskReference, task: Task): Promise<Rollout> {
  const { run } = plan.parts;
  const { store } = dependencies;
  const trajectoryKey = addressOfMembers({ ...plan.trajectoryKey, task: canonicalJson(reference.hash) });
  const scoreKey = addressOfMembers({ ...plan.scoreKey, trajectory: canonicalJson(trajectoryKey) });
  const found = await store.getTrajectory(trajectoryKey);
  const trajectory = found ?? (await attempt(dependencies, plan, reference, task, trajectoryKey));
  // A score is stored with its trajectory: there is none of a new one.
  const score = (found && (await store.getScore(scoreKey))) ?? (await scoreTrajectory(dependencies, plan, task, trajectory, scoreKey));
  const row: EvaluationRow = {
    runId: run.id,
    path: plan.path,
    candidate: plan.candidateHash,
    taskId: reference.id,
    taskHash: reference.hash,
    outcome: score.outcome,
    score: score.score,
    trajectoryKey,
    scoreKey,
    usage: trajectory.usage,
  };
  const rolled = { trajectory, score, row };
  await store.putRollout(rolled);
  return rolled;
}

async function attempt(dependencies: ActivityDependencies, plan: RolloutPlan, reference: TaskReference, task: Task, key: string): Promise<StoredTrajectory> {
  const { agent, run } = plan.parts;
  const modelSettings = run.input.settings.models.agent;
  const limit = new AbortController();
  const abort = () => limit.abort(plan.signal.reason);
  plan.signal.addEventListener('abort', abort, { once: true });
  const scopeContent: JsonObject = { candidate: plan.candidateHash, task: reference.hash, sample: 0 };
  const session =
    modelSettings === undefined
      ? undefined
      : dependencies.gateway.open({ runId: run.id, scope: { role: 'agent', content: scopeContent }, settings: modelSettings, signal: limit.signal });
  const random = randomStream(run.input.settings.seed, `${plan.candidateHash}/${reference.hash}`, 'agent');
  const { expected: _, ...visible } = task;
  const context: AgentContext = {
    task: visible,
    modules: plan.modules,
    texts: plan.texts,
    get openai() {
      if (session === undefined)
        throw new WatersmeetError('agent.broken', 'The agent asked for a model, but the configuration names none. Set `model` in the configuration.');
      return session.openai;
    },
    model: modelSettings,
    get environment() {
      if (plan.parts.environment === undefined)
        throw new WatersmeetError(
          'agent.broken',
          'The agent asked for an environment, but the configuration names none. Set `agent.environment` in the configuration.',
        );
      return plan.parts.environment;
    },
    signal: limit.signal,
    waited: () => session?.waited() ?? 0,
    now: () => AGENT_NOW,
    random: () => random.next(),
  };
  const clock = startClock(run.input.settings.rollout.timeoutSeconds * 1_000, session, limit);
  let result: AgentResult | undefined;
  let failure: string | undefined;
  let left: Json = null;
  try {
    result = await Promise.race([agent.run(context), clock.expired]);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    if (error instanceof AgentFailure && error.trajectory !== undefined) left = error.trajectory;
    if (error instanceof WatersmeetError) throw error;
  } finally {
    clock.stop();
    plan.signal.removeEventListener('abort', abort);
  }
  // The harness decides, not the agent: an outage is never the agent's fault, whatever it returned.
  const outage = session?.infrastructureError();
  if (outage !== undefined) throw outage;
  if (plan.signal.aborted) throw plan.signal.reason;
  const usage = { ...(session?.usage() ?? NO_USAGE), rollouts: 1 };
  return {
    key,
    candidate: plan.candidateHash,
    taskHash: reference.hash,
    trajectory: result?.trajectory ?? left,
    output: result?.output ?? null,
    ...(failure === undefined ? {} : { failure }),
    usage,
  };
}

/** The agent's own time: stands still while its session waits in the durable fetch. */
function startClock(
  limitMilliseconds: number,
  session: ModelSession | undefined,
  controller: AbortController,
): { readonly expired: Promise<never>; stop(): void } {
  let stop: () => void;
  const expired = new Promise<never>((_, reject) => {
    stop = startOwnClock(
      limitMilliseconds,
      () => session?.waited() ?? 0,
      () => {
        const failure = new AgentFailure(`The attempt took longer than ${limitMilliseconds / 1_000} s of the agent's own time.`);
        controller.abort(failure);
        reject(failure);
      },
    );
  });
  expired.catch(() => undefined);
  return { expired, stop: () => stop() };
}

async function scoreTrajectory(
  dependencies: ActivityDependencies,
  plan: RolloutPlan,
  task: Task,
  trajectory: StoredTrajectory,
  key: string,
): Promise<StoredScore> {
  if (trajectory.failure !== undefined) {
    return {
      key,
      trajectoryKey: trajectory.key,
      outcome: 'failed',
      score: 0,
      reason: trajectory.failure,
      feedback: `The attempt failed: ${trajectory.failure}`,
      usage: NO_USAGE,
    };
  }
  const { scorer, run } = plan.parts;
  const judge = run.input.settings.models.judge;
  const session =
    scorer.usesModel && judge !== undefined
      ? dependencies.gateway.open({
          runId: run.id,
          scope: { role: 'judge', content: { scorer: scorer.version, trajectory: trajectory.key } },
          settings: judge,
          signal: plan.signal,
        })
      : undefined;
  try {
    const result = await scorer.score({ task, output: trajectory.output, trajectory: trajectory.trajectory }, session);
    return {
      key,
      trajectoryKey: trajectory.key,
      outcome: 'scored',
      score: result.score,
      ...(result.feedback === undefined ? {} : { feedback: result.feedback }),
      usage: session?.usage() ?? NO_USAGE,
    };
  } finally {
    if (session !== undefined)
      await dependencies.store.putUses(session.uses().map((use) => ({ runId: run.id, path: plan.path, role: 'judge' as const, ...use })));
    const outage = session?.infrastructureError();
    // eslint-disable-next-line no-unsafe-finally -- an outage outranks whatever the scorer made of it
    if (outage !== undefined) throw outage;
  }
}
