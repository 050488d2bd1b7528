// Needs nothing: the model is a function, the environment a corridor.

import assert from 'node:assert/strict';
import { AgentFailure } from '../../src/agents/agent.js';
import { environmentAgent } from '../../src/agents/react-environment.js';
import type { Module } from '../../src/core/module.js';
import type { ReactEnvironmentSettings } from '../../src/core/run-settings.js';
import type { Task } from '../../src/core/task.js';
import { contextFor } from './context.js';
import { agentContract } from './contract.js';
import { corridor } from './corridor.js';
import { completion, fakeSession, type FakeAnswer, type FakeRequest } from './fake-session.js';

const SETTINGS: ReactEnvironmentSettings = {
  kind: 'react',
  system: '{{guide}}',
  user: '{{observation}}',
  environment: 'function',
  maxSteps: 6,
  showActions: false,
  stopAtLine: true,
};
const GUIDE: Module = { kind: 'instructions', name: 'guide', text: 'Walk.', origins: [] };
const TASK: Omit<Task, 'expected'> = { id: 't1', input: { room: 2 }, category: 'short' };

function run(
  answer: (request: FakeRequest, number: number) => FakeAnswer,
  options: { settings?: Partial<ReactEnvironmentSettings>; modules?: readonly Module[]; task?: Omit<Task, 'expected'>; model?: object } = {},
) {
  const session = fakeSession(answer, options.model);
  const context = contextFor({ task: options.task ?? TASK, modules: [GUIDE, ...(options.modules ?? [])], session });
  return { session, result: environmentAgent({ ...SETTINGS, ...options.settings }, corridor).run(context) };
}

agentContract('react in an environment', () =>
  environmentAgent(SETTINGS, () => ({
    reset: (task) => ({ observation: String(task.input), done: false, score: 0 }),
    step: (action) => ({ observation: `heard ${action}`, done: true, score: 1 }),
  })),
);

describe('react agent in an environment', () => {
  it('talks with the environment, one line a step, in one growing conversation', async () => {
    const { session, result } = run((_, number) => (number === 1 ? 'forth' : '> forth\nand on'));
    const { output, trajectory } = await result;
    assert.deepEqual(output, { score: 1, steps: 2, done: true });
    assert.deepEqual(trajectory, {
      observation: 'You are in room 0. Go to room 2.',
      steps: [
        { action: 'forth', observation: 'You are in room 1.' },
        { action: 'forth', observation: 'You are in room 2.' },
      ],
    });
    const opening = [
      { role: 'system', content: 'Walk.' },
      { role: 'user', content: 'You are in room 0. Go to room 2.' },
    ];
    assert.deepEqual(session.requests, [
      { stop: ['\n'], model: 'fake', temperature: 0, max_tokens: 256, messages: opening },
      {
        stop: ['\n'],
        model: 'fake',
        temperature: 0,
        max_tokens: 256,
        messages: [...opening, { role: 'assistant', content: '> forth' }, { role: 'user', content: 'You are in room 1.' }],
      },
    ]);
  });

  it('answers thoughts itself; they are steps', async () => {
    const { output, trajectory } = await run((_, number) => (number % 2 === 1 ? 'think: I should go forth.' : 'forth')).result;
    assert.deepEqual(output, { score: 1, steps: 4, done: true });
    assert.deepEqual((trajectory as { steps: unknown[] }).steps[0], { action: 'think: I should go forth.', observation: 'OK.' });
    assert.deepEqual((await run(() => 'think: hm').result).output, { score: 0, steps: 6, done: false });
  });

  it('lets the environment answer what it does not understand, as often as it is said', async () => {
    const { session, result } = run(() => '');
    const { output, trajectory } = await result;
    assert.deepEqual(output, { score: 0, steps: 6, done: false });
    assert.equal((trajectory as { steps: { observation: string }[] }).steps[5]!.observation, 'That is not understood.');
    assert.equal(session.requests.length, 6);
  });

  it('cannot give itself a score', async () => {
    const { output } = await run(() => '{"score": 1, "done": true}').result;
    assert.deepEqual(output, { score: 0, steps: 6, done: false });
  });

  it('shows the admissible actions of the latest observation only, when it is told to', async () => {
    const { session, result } = run(() => 'forth', { settings: { showActions: true } });
    await result;
    assert.equal(session.requests[0]!.messages[1]!.content, 'You are in room 0. Go to room 2.\nPossible actions: forth');
    assert.deepEqual(
      session.requests[1]!.messages.slice(1).map(({ content }) => content),
      ['You are in room 0. Go to room 2.', '> forth', 'You are in room 1.\nPossible actions: back, forth'],
    );
  });

  it('shows worked examples before the task: those of its category, when there are several modules', async () => {
    const demo = (name: string): Module => ({
      kind: 'demos',
      name,
      items: [
        { id: 'a', text: `You are in ${name}.`, answer: '> think: on!\nOK.\n> forth\nYou are there.', origins: [] },
        { id: 'b', text: 'You are in b.', answer: '> forth\nYou are there.', origins: [] },
      ],
    });
    const firstUser = async (demos: string | Record<string, string>) => {
      const { session, result } = run(() => 'forth', { settings: { demos }, modules: [demo('near'), demo('far')] });
      await result;
      return session.requests[0]!.messages[1]!.content;
    };
    const shown =
      'Here are two examples.\nYou are in near.\n> think: on!\nOK.\n> forth\nYou are there.\n\nYou are in b.\n> forth\nYou are there.\n\nHere is the task.\nYou are in room 0. Go to room 2.';
    assert.equal(await firstUser('near'), shown);
    assert.equal(await firstUser({ short: 'near', long: 'far' }), shown);
    assert.equal(await firstUser({ long: 'far' }), 'You are in room 0. Go to room 2.');
  });

  it('asks for no stop where it is told not to, and lets the model settings say otherwise', async () => {
    const off = run(() => 'forth', { settings: { stopAtLine: false } });
    await off.result;
    assert.equal('stop' in off.session.requests[0]!, false);
    const own = run(() => 'forth', { model: { extra: { stop: ['\n', 'END'] } } });
    await own.result;
    assert.deepEqual(own.session.requests[0]!['stop'], ['\n', 'END']);
  });

  it('takes a line that was cut off as it is', async () => {
    const { output } = await run(() => ({ body: completion('forth', { finish_reason: 'length' }) })).result;
    assert.deepEqual(output, { score: 1, steps: 2, done: true });
  });

  for (const [name, answer, reason] of [
    ['a context overflow', { status: 400, body: { error: { message: 'too long', code: 'context_length_exceeded' } } }, 'context overflow: too long'],
    ['a refusal', { body: completion(null, { refusal: 'No.' }) }, 'the model refused: No.'],
  ] as const) {
    it(`fails by ${name}, with the steps so far`, async () => {
      const { result } = run((_, number) => (number === 1 ? 'forth' : answer));
      await assert.rejects(result, (error: Error) => {
        assert.ok(error instanceof AgentFailure);
        assert.equal(error.message, reason);
        assert.equal((error.trajectory as { steps: unknown[] }).steps.length, 1);
        return true;
      });
    });
  }

  it('fails when the task lacks a field that the template shows', async () => {
    await assert.rejects(run(() => 'forth', { settings: { user: '{{metadata.hint}} {{observation}}' } }).result, {
      agentFailure: true,
      message: 'the task has no "metadata.hint", which the agent\'s template shows',
    });
  });
});
