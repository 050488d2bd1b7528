// Needs nothing.

import assert from 'node:assert/strict';
import { z } from 'zod';
import { parametersSchema, tool } from '../../src/agents/tool.js';

describe('a tool', () => {
  const add = tool({
    name: 'add',
    description: 'Adds two numbers.',
    parameters: z.object({ left: z.number(), right: z.number().default(1).describe('what is added') }),
    run: ({ left, right }) => left + right,
  });

  it('shows the model what it has to give, not what is filled in', () => {
    assert.deepEqual(parametersSchema(add), {
      type: 'object',
      properties: { left: { type: 'number' }, right: { default: 1, description: 'what is added', type: 'number' } },
      required: ['left'],
    });
  });

  it('cannot have parameters that JSON does not have', () => {
    assert.throws(() => parametersSchema({ ...add, parameters: z.object({ at: z.date() }) }), /Date cannot be represented/);
  });
});
