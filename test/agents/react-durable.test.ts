// Needs a fake endpoint in a process of its own. Agents with several calls, over the durable fetch.

import assert from 'node:assert/strict';
import { z } from 'zod';
import type { AgentResult } from '../../src/agents/agent.js';
import { toolAgent } from '../../src/agents/react-tools.js';
import { tool } from '../../src/agents/tool.js';
import type { ReactToolsSettings } from '../../src/core/run-settings.js';
import type { ModelSession } from '../../src/models/gateway.js';
import { Harness } from '../models/support.js';
import { startFakeEndpoint, type FakeEndpoint } from '../support/start-fake-endpoint.js';
import type { FakeEndpointOptions } from '../support/fake-endpoint.js';
import { contextFor } from './context.js';

const SETTINGS: ReactToolsSettings = {
  kind: 'react',
  user: 'Add: {{input}}',
  tools: ['add'],
  maxSteps: 8,
  toolTimeoutSeconds: 30,
  toolResultCharacters: 1_000,
  answerAfter: 'FINAL ANSWER:',
};

/** Rounds of 4, 2 and 1 sums, and the answer: four calls of the model. */
const QUESTION = '1 + 2 + 3 + 4 + 5 + 6 + 7 + 8';
const CALLS = 4;

let added = 0;
const add = tool({
  name: 'add',
  description: 'Adds two numbers.',
  parameters: z.object({ left: z.number(), right: z.number() }),
  run: async ({ left, right }) => {
    added++;
    // In any order.
    await new Promise((resolve) => setTimeout(resolve, left % 3));
    return left + right;
  },
});

function answer(session: ModelSession): Promise<AgentResult> {
  const context = contextFor({ task: { id: 't1', input: QUESTION } });
  return toolAgent(SETTINGS, { tools: [add], folder: '/' }).run({
    ...context,
    openai: session.openai,
    model: session.settings,
    waited: () => session.waited(),
  });
}

describe('an agent with tools over the durable fetch', () => {
  let endpoint: FakeEndpoint;
  const start = async (options: Partial<FakeEndpointOptions> = {}) => (endpoint = await startFakeEndpoint({ brain: 'adder', ...options }));
  afterEach(() => endpoint.stop());

  it('calls, adds and answers', async () => {
    await start();
    const session = new Harness(endpoint.baseURL).open();
    added = 0;
    const { output, trajectory } = await answer(session);
    assert.equal(output, '36');
    assert.deepEqual([added, session.usage().calls], [7, CALLS]);
    const { steps } = trajectory as { readonly steps: readonly { readonly calls: readonly { readonly result: string }[] }[] };
    assert.deepEqual(
      steps.map(({ calls }) => calls.map(({ result }) => result)),
      [['3', '7', '11', '15'], ['10', '26'], ['36'], []],
    );
  });

  it('killed in the middle of a rollout, sends nothing again that was answered, and ends the same', async () => {
    await start({ faults: [{ kind: 'hang', arrivals: [3] }], onRequest: [{ arrival: 3, when: 'before', line: 'third' }] });
    const first = new Harness(endpoint.baseURL, { bootId: 'first' });
    const killed = answer(first.open()).catch(() => undefined);
    await endpoint.line('third');
    const second = new Harness(endpoint.baseURL, { bootId: 'second', store: first.store });
    const session = second.open();
    const resumed = await answer(session);
    const { byCall } = await endpoint.counts();
    // Only the call that was in flight went out twice.
    assert.deepEqual(
      Object.values(byCall).toSorted((left, right) => left - right),
      [1, 1, 1, 2],
    );
    assert.equal(first.store.lost.length, 1);
    assert.equal(session.usage().calls, CALLS);

    const undisturbed = await answer(new Harness(endpoint.baseURL).open());
    assert.deepEqual(resumed, undisturbed);
    // A third life finds all of it.
    const { arrivals } = await endpoint.counts();
    assert.deepEqual(await answer(new Harness(endpoint.baseURL, { bootId: 'third', store: first.store }).open()), undisturbed);
    assert.equal((await endpoint.counts()).arrivals, arrivals);
    first.stops.set('run-1', 'run.cancelled');
    await killed;
  });

  it('is not disturbed by an endpoint that fails for a moment', async () => {
    await start({
      faults: [
        { kind: 'server-error', arrivals: [2] },
        { kind: 'cut', arrivals: [4] },
      ],
    });
    const session = new Harness(endpoint.baseURL).open();
    assert.equal((await answer(session)).output, '36');
    assert.equal(session.usage().calls, CALLS);
  });

  it('is told of calls that were cut off at the token limit, and goes on', async () => {
    await start({ faults: [{ kind: 'truncated', arrivals: [1] }] });
    const { output, trajectory } = await answer(new Harness(endpoint.baseURL).open());
    assert.equal(output, '0');
    assert.match(JSON.stringify(trajectory), /cut off at the token limit/);
  });
});
