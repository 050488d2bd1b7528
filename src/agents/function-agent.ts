// The user's own function as an agent.

import type { Json } from '../core/json.js';
import { AgentFailure, type Agent, type AgentContext } from './agent.js';
import { plainJson } from './plain-json.js';

/** Returns the output, or `{output, trajectory}`: an object with no other fields than these two. */
export type AgentFunction = (context: AgentContext) => Promise<Json | { readonly output: Json; readonly trajectory?: Json }>;

/**
 * What the function returns is copied as JSON. What it throws is its own failure; a returned value that JSON does not have (undefined, a
 * function, NaN, a cycle), or that is larger than LARGEST_JSON, as well.
 *
 * @param options.version hash of the project files that the function's module imports, or the user's own word.
 * @param options.stochastic whether the same task and modules may be answered differently.
 */
export function functionAgent(run: AgentFunction, options: { readonly version: string; readonly stochastic?: boolean }): Agent {
  return {
    kind: 'function',
    version: options.version,
    stochastic: options.stochastic ?? false,
    run: async (context) => {
      let returned: unknown;
      try {
        returned = await run(context);
      } catch (error) {
        throw error instanceof Error ? error : new AgentFailure(`the agent threw ${String(error)}`);
      }
      if (!isResult(returned)) {
        const output = asJson(returned, 'what the agent returned is');
        return { output, trajectory: { output } };
      }
      const output = asJson(returned.output, "the agent's output is");
      return { output, trajectory: returned.trajectory === undefined ? { output } : asJson(returned.trajectory, "the agent's trajectory is") };
    },
  };
}

function isResult(value: unknown): value is { readonly output: unknown; readonly trajectory?: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    'output' in value &&
    Object.keys(value).every((key) => key === 'output' || key === 'trajectory')
  );
}

function asJson(value: unknown, what: string): Json {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new AgentFailure(`${what} ${value}, which is not JSON`);
  let plain: Json | undefined;
  try {
    plain = plainJson(value);
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new AgentFailure(error instanceof RangeError ? `${what} too large: ${reason}` : `${what} not JSON: ${reason}`);
  }
  if (plain === undefined) throw new AgentFailure(`${what} ${value === undefined ? 'undefined' : `a ${typeof value}`}, which is not JSON`);
  return plain;
}
