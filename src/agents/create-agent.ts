// The agent of a run, from its settings.

import { WatersmeetError } from '../core/failures.js';
import type { AgentSettings, ModelSettings } from '../core/run-settings.js';
import type { Agent } from './agent.js';
import { chatAgent } from './chat.js';
import { functionAgent, type AgentFunction } from './function-agent.js';

export interface AgentDefinitions {
  /** The agent's model, when it has one. */
  readonly model?: ModelSettings;
  /** Of a function agent. */
  readonly run?: AgentFunction;
  /** Default: whether the model's temperature is above 0. */
  readonly stochastic?: boolean;
}

/** @throws WatersmeetError 'input.invalid' if a chat agent has no model, or a function agent no function. */
export function createAgent(settings: AgentSettings, definitions: AgentDefinitions): Agent {
  const stochastic = definitions.stochastic ?? (definitions.model?.temperature ?? 0) > 0;
  switch (settings.kind) {
    case 'chat':
      if (definitions.model === undefined)
        throw new WatersmeetError('input.invalid', 'A chat agent needs a model, and the configuration names none. Set `model` in the configuration.');
      return chatAgent(settings, { stochastic });
    case 'function':
      if (definitions.run === undefined)
        throw new WatersmeetError('input.invalid', 'The agent is of the kind "function", but no function is given. Set agent.run in the configuration.');
      return functionAgent(definitions.run, { version: settings.version, stochastic });
  }
}
