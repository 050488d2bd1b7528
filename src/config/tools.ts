// What a tool of a configuration has to be.

import { parametersSchema, type Tool } from '../agents/tool.js';
import { describe } from './problems.js';
import { reasonIn } from '../core/sentences.js';

/** What the endpoints take. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** What is wrong with it, each the end of a sentence that begins with its place. */
export function toolProblems(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`must be a tool, tool({ name, description, parameters, run }), but is ${describe(value)}.`];
  const { name, description, parameters, run } = value as Readonly<Record<string, unknown>>;
  const problems: string[] = [];
  if (typeof name !== 'string' || !NAME.test(name))
    problems.push(`needs a name of letters, digits, "_" and "-", at most 64 of them, but its name is ${describe(name)}.`);
  if (typeof description !== 'string' || description.trim() === '') problems.push('needs a description: it is all that the model knows of the tool.');
  if (typeof run !== 'function') problems.push('needs run, a function of (args, context).');
  if (!isObjectSchema(parameters))
    problems.push("needs parameters, a z.object({ ... }) of zod 4: import { z } from 'watersmeet' (a schema of zod 3, or a plain JSON Schema, is none).");
  else {
    try {
      parametersSchema(value as Tool);
    } catch (error) {
      problems.push(`has parameters that cannot be written as JSON Schema, which the model needs: ${reasonIn(error)}.`);
    }
  }
  return problems;
}

/** Also of another copy of zod 4. */
function isObjectSchema(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('_zod' in value)) return false;
  const { def } = value._zod as { readonly def?: { readonly type?: unknown } };
  return def?.type === 'object';
}
