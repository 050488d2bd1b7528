// Needs nothing.

import assert from 'node:assert/strict';
import { createAgent } from '../../src/agents/create-agent.js';
import { functionAgent, type AgentFunction } from '../../src/agents/function-agent.js';
import { contextFor } from './context.js';
import { agentContract } from './contract.js';
import { FAKE_MODEL } from './fake-session.js';

const ask: AgentFunction = async ({ openai, model, task, texts }) => {
  const completion = await openai.chat.completions.create({
    model: model!.model,
    messages: [{ role: 'user', content: `${texts['guide']} ${task.input as string}` }],
  });
  return completion.choices[0]!.message.content;
};

agentContract('function', () => functionAgent(ask, { version: 'v1' }));

describe('function agent', () => {
  const run = (agent: AgentFunction) => functionAgent(agent, { version: 'v1' }).run(contextFor());

  it('returns an output alone', async () => {
    assert.deepEqual(await run(async () => ({ answer: 5 })), { output: { answer: 5 }, trajectory: { output: { answer: 5 } } });
  });

  it('returns an output with a trajectory', async () => {
    assert.deepEqual(await run(async () => ({ output: 'x', trajectory: [{ role: 'user' }] })), { output: 'x', trajectory: [{ role: 'user' }] });
    assert.deepEqual(await run(async () => ({ output: null })), { output: null, trajectory: { output: null } });
  });

  it('takes an object with more fields as the output', async () => {
    assert.deepEqual((await run(async () => ({ output: 'x', unit: 'kg' }))).output, { output: 'x', unit: 'kg' });
  });

  it('copies, and leaves out what JSON does not have', async () => {
    const steps: unknown[] = [{ tool: undefined, at: new Date(0) }];
    const result = await run(async () => ({ output: 'x', trajectory: steps as never }));
    steps.push('later');
    assert.deepEqual(result.trajectory, [{ at: '1970-01-01T00:00:00.000Z' }]);
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  for (const [what, value, sentence] of [
    ['undefined', undefined, 'what the agent returned is undefined, which is not JSON'],
    ['NaN', Number.NaN, 'what the agent returned is NaN, which is not JSON'],
    ['a function', () => 1, 'what the agent returned is a function, which is not JSON'],
    ['a cycle', cycle, 'what the agent returned is not JSON: Converting circular structure to JSON'],
    ['an undefined output', { output: undefined }, "the agent's output is undefined, which is not JSON"],
    [
      'a text too large to keep',
      'x'.repeat(50_000_000),
      'what the agent returned is too large: 50,000,000 characters of output or trajectory, where 4,000,000 are kept at most',
    ],
    [
      'a trajectory too large to keep',
      { output: 1, trajectory: Array.from({ length: 5 }, () => 'x'.repeat(1_000_000)) },
      "the agent's trajectory is too large: 5,000,016 characters of output or trajectory, where 4,000,000 are kept at most",
    ],
  ] as const) {
    it(`fails when it returns ${what}`, async () => {
      await assert.rejects(
        run(async () => value as never),
        { agentFailure: true, message: sentence },
      );
    });
  }

  it('passes on what it throws', async () => {
    await assert.rejects(
      run(async () => {
        throw new TypeError('x is not a function');
      }),
      { name: 'TypeError', message: 'x is not a function' },
    );
    await assert.rejects(
      run((() => {
        throw new TypeError('at once');
      }) as never),
      { message: 'at once' },
    );
    await assert.rejects(
      run(async () => {
        throw 'a word';
      }),
      { agentFailure: true, message: 'the agent threw a word' },
    );
  });
});

describe('createAgent', () => {
  it('makes chat agents, stochastic by the temperature of their model', () => {
    const settings = { kind: 'chat', user: '{{input}}' } as const;
    assert.equal(createAgent(settings, { model: FAKE_MODEL }).stochastic, false);
    assert.equal(createAgent(settings, { model: { ...FAKE_MODEL, temperature: 0.2 } }).stochastic, true);
    assert.equal(createAgent(settings, { model: { ...FAKE_MODEL, temperature: 0.2 }, stochastic: false }).stochastic, false);
    assert.throws(() => createAgent(settings, {}), {
      failureType: 'input.invalid',
      message: 'A chat agent needs a model, and the configuration names none. Set `model` in the configuration.',
    });
  });

  it('makes function agents', () => {
    const settings = { kind: 'function', version: 'abc' } as const;
    assert.equal(createAgent(settings, { run: ask }).version, 'abc');
    assert.throws(() => createAgent(settings, {}), {
      failureType: 'input.invalid',
      message: 'The agent is of the kind "function", but no function is given. Set agent.run in the configuration.',
    });
  });
});
