// The agent of a run, from its settings.

import { WatersmeetError } from '../core/failures.js';
import type { AgentSettings, ModelSettings } from '../core/run-settings.js';
import type { Agent } from './agent.js';
import { chatAgent } from './chat.js';
import { versionWith, type EnvironmentFactory } from './environment.js';
import { functionAgent, type AgentFunction } from './function-agent.js';
import { environmentAgent } from './react-environment.js';
import { toolAgent } from './react-tools.js';
import type { Tool } from './tool.js';

export interface AgentDefinitions {
  /** The agent's model, when it has one. */
  readonly model?: ModelSettings;
  /** Of a function agent. */
  readonly run?: AgentFunction;
  /** Default: whether the model's temperature is above 0. */
  readonly stochastic?: boolean;
  /** Of an agent with tools: all that its settings name, and the folder they are given. */
  readonly tools?: { readonly list: readonly Tool[]; readonly folder: string };
  /** Of an agent in an environment, or of a function that plays in one. */
  readonly environment?: EnvironmentFactory;
}

/** @throws WatersmeetError 'input.invalid' if what the kind of agent needs is not given: a model, a function, tools, an environment. */
export function createAgent(settings: AgentSettings, definitions: AgentDefinitions): Agent {
  const stochastic = definitions.stochastic ?? (definitions.model?.temperature ?? 0) > 0;
  if (settings.kind !== 'function' && definitions.model === undefined)
    throw new WatersmeetError('input.invalid', `A ${settings.kind} agent needs a model, and the configuration names none. Set \`model\` in the configuration.`);
  switch (settings.kind) {
    case 'chat':
      return chatAgent(settings, { stochastic });
    case 'function':
      if (definitions.run === undefined)
        throw new WatersmeetError('input.invalid', 'The agent is of the kind "function", but no function is given. Set agent.run in the configuration.');
      return functionAgent(definitions.run, { version: versionWith(settings.version, definitions.environment), stochastic });
    case 'react': {
      if ('environment' in settings) return environmentAgent(settings, given(definitions.environment, 'agent.environment', 'environment'), { stochastic });
      const { list, folder } = given(definitions.tools, 'agent.tools', 'tools');
      return toolAgent(settings, { tools: list, folder, stochastic });
    }
  }
}

function given<T>(value: T | undefined, key: string, what: string): T {
  if (value !== undefined) return value;
  throw new WatersmeetError('input.invalid', `The agent's ${what} ${what === 'tools' ? 'are' : 'is'} not given. Set ${key} in the configuration.`);
}
