// The port of what an agent may call: a name, a description and parameters for the model, and code that runs.

import type OpenAI from 'openai';
import { z } from 'zod';
import type { Json } from '../core/json.js';
import type { ModelSettings } from '../core/run-settings.js';
import type { Task } from '../core/task.js';

/** What a tool gets beside its arguments. */
export interface ToolContext {
  /** Without the expected answer. */
  readonly task: Omit<Task, 'expected'>;
  /** Absolute: where the benchmark's files are; the configuration's folder for tasks that are written in it. Attachments lie here. */
  readonly folder: string;
  /** Aborted when the tool takes too long, the run is cancelled or the attempt's time is up. */
  readonly signal: AbortSignal;
  /** The agent's model, durable: what was answered once is not asked again. For tools that ask a model, about an image for instance. */
  readonly openai: OpenAI;
  readonly model: ModelSettings;
  /** Milliseconds; a function of the scope, as the agent's. */
  now(): number;
  /** In [0, 1); a stream of this call of this tool, seeded by the scope. */
  random(): number;
}

/** A tool as an agent has it. `tool` makes one. */
export interface Tool {
  /** Letters, digits, `_` and `-`, at most 64: what the endpoints take. */
  readonly name: string;
  /** For the model: what it does, and when to use it. */
  readonly description: string;
  /** An object of zod (version 4); its JSON Schema is what the model sees. */
  readonly parameters: z.ZodObject;
  /** Of tools whose code is no part of a configuration: changes when what they answer does. Default '1'. */
  readonly version?: string;
  /**
   * Arguments are checked already. A text is shown to the model as it is, anything else as JSON. What it throws is told to the
   * model as the call's result; only a WatersmeetError ends the attempt (an outage of what the tool needs is not the agent's fault).
   */
  run(args: Readonly<Record<string, unknown>>, context: ToolContext): Promise<Json> | Json;
}

/** A tool as it is written: its arguments have the types of its parameters. */
export interface ToolDefinition<Parameters extends z.ZodObject> extends Omit<Tool, 'parameters' | 'run'> {
  readonly parameters: Parameters;
  run(args: z.output<Parameters>, context: ToolContext): Promise<Json> | Json;
}

/**
 * Types a tool's arguments by its parameters.
 *
 * @example
 * ```ts
 * const add = tool({
 *   name: 'add',
 *   description: 'Adds two numbers.',
 *   parameters: z.object({ left: z.number(), right: z.number() }),
 *   run: ({ left, right }) => left + right,
 * });
 * ```
 */
export function tool<Parameters extends z.ZodObject>(definition: ToolDefinition<Parameters>): Tool {
  // Whoever runs it has checked the arguments.
  return definition as unknown as Tool;
}

/** What the model sees of a tool's parameters. Throws zod's error for a type that JSON Schema does not have (a date, a map). */
export function parametersSchema({ parameters }: Tool): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(parameters, { io: 'input' });
  return schema;
}
