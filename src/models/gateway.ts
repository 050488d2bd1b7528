// The port through which agents, evaluator, optimizer and merger reach a model.

import type OpenAI from 'openai';
import type { JsonObject } from '../core/json.js';
import type { Role, Usage } from '../core/outcome.js';
import type { ModelSettings } from '../core/run-settings.js';

/** Names the logical use of a model: never a run id, an index, an attempt or a time. */
export interface CallScope {
  readonly role: Role;
  /** {candidate, task, sample} of a rollout; {prompt, content, step, sample} of an evaluator, optimizer or merger call. */
  readonly content: JsonObject;
}

/** One attempt of one scope. Identical requests within it are numbered; they run one after another. */
export interface ModelSession {
  /** The plain `openai` client whose fetch is durable. Its `maxRetries` is 0. */
  readonly openai: OpenAI;
  readonly settings: ModelSettings;
  /** What the session used so far, counted per logical use, also when served from the store. */
  usage(): Usage;
  /** The calls used, for `uses` rows. */
  uses(): readonly { readonly callKey: string; readonly promptTokens: number; readonly completionTokens: number }[];
  /** Set as soon as any call of the session ended in an infrastructure error: the task is then `not-run`, whatever the agent returned. */
  infrastructureError(): Error | undefined;
  /** Milliseconds in which at least one call of this session was waiting in the durable fetch: an agent's own clock stops there. */
  waited(): number;
}

export interface ModelGateway {
  /** A sentence while an endpoint answers nobody. */
  trouble(): string | undefined;
  /** Calls that are being answered now, and the seconds that the last of them may take. */
  inFlight(): { readonly calls: number; readonly seconds: number };
  /** Throws WatersmeetError when no model is configured for the role. */
  open(options: { readonly runId: string; readonly scope: CallScope; readonly settings: ModelSettings; readonly signal: AbortSignal }): ModelSession;
}
