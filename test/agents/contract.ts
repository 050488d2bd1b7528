// What holds for every agent.

import assert from 'node:assert/strict';
import canonicalize from 'canonicalize';
import type { Agent } from '../../src/agents/agent.js';
import type { Module } from '../../src/core/module.js';
import { contextFor } from './context.js';
import { fakeSession } from './fake-session.js';

/** @param create makes an agent that shows the module `guide` to its model (or reads it) and answers with a text. */
export function agentContract(name: string, create: () => Agent): void {
  describe(`agent contract: ${name}`, () => {
    const guide = (text: string): readonly Module[] => [{ kind: 'instructions', name: 'guide', text, origins: [] }];

    it('says what it is', () => {
      const agent = create();
      assert.notEqual(agent.kind, '');
      assert.notEqual(agent.version, '');
      assert.equal(typeof agent.stochastic, 'boolean');
    });

    it('leaves an output and a trajectory that can be stored', async () => {
      const result = await create().run(contextFor({ modules: guide('Be brief.') }));
      assert.equal(typeof canonicalize(result.output), 'string');
      assert.equal(typeof canonicalize(result.trajectory), 'string');
    });

    it('can be stored even when the model answers with half a character', async () => {
      const session = fakeSession(() => 'cut \ud83d');
      const result = await create().run(contextFor({ modules: guide('Be brief.'), session }));
      assert.equal(typeof canonicalize(result.output), 'string');
      assert.equal(typeof canonicalize(result.trajectory), 'string');
    });

    it('does the same for the same context', async () => {
      const agent = create();
      const first = await agent.run(contextFor({ modules: guide('Be brief.') }));
      const second = await agent.run(contextFor({ modules: guide('Be brief.') }));
      assert.deepEqual(second, first);
    });

    it('keeps nothing between attempts that run at the same time', async () => {
      const agent = create();
      const inputs = ['one', 'two', 'three', 'four'];
      const session = fakeSession((request) => `echo of ${request.messages.at(-1)!.content}`);
      const results = await Promise.all(inputs.map((input) => agent.run(contextFor({ task: { id: input, input }, modules: guide('Be brief.'), session }))));
      for (const [index, result] of results.entries()) assert.match(JSON.stringify(result), new RegExp(`echo of [^"]*${inputs[index]}`));
    });

    it('passes an outage on as it is', async () => {
      const session = fakeSession(() => ({ status: 503, body: { error: { message: 'overloaded' } } }));
      await assert.rejects(
        create().run(contextFor({ modules: guide('Be brief.'), session })),
        (error: Error) => !('agentFailure' in error) && /503/.test(error.message),
      );
    });
  });
}
