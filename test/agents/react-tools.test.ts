// Needs nothing: the model is a function.

import assert from 'node:assert/strict';
import { z } from 'zod';
import { AgentFailure, type AgentResult } from '../../src/agents/agent.js';
import { toolAgent } from '../../src/agents/react-tools.js';
import { tool, type Tool } from '../../src/agents/tool.js';
import { WatersmeetError } from '../../src/core/failures.js';
import { randomStream } from '../../src/core/random.js';
import type { ReactToolsSettings } from '../../src/core/run-settings.js';
import { contextFor } from './context.js';
import { agentContract } from './contract.js';
import { callingTools, completion, fakeSession, type FakeAnswer, type FakeRequest } from './fake-session.js';

const SETTINGS: ReactToolsSettings = {
  kind: 'react',
  system: '{{guide}}',
  user: '{{input}}',
  tools: ['add', 'slow', 'broken'],
  maxSteps: 5,
  toolTimeoutSeconds: 30,
  toolResultCharacters: 100,
};
const GUIDE = [{ kind: 'instructions' as const, name: 'guide', text: 'Be brief.', origins: [] }];

const add = tool({
  name: 'add',
  description: 'Adds two numbers.',
  parameters: z.object({ left: z.number(), right: z.number() }),
  run: ({ left, right }) => left + right,
});

type Script = (request: FakeRequest, number: number) => FakeAnswer;

function runWith(
  script: Script,
  options: { settings?: Partial<ReactToolsSettings>; tools?: readonly Tool[]; signal?: AbortSignal; waited?: () => number } = {},
) {
  const session = fakeSession(script);
  const context = contextFor({ modules: GUIDE, session, ...(options.signal === undefined ? {} : { signal: options.signal }) });
  const agent = toolAgent({ ...SETTINGS, ...options.settings }, { tools: options.tools ?? [add], folder: '/data' });
  const stream = randomStream(1, 'test', 'agent');
  return { session, result: agent.run({ ...context, random: () => stream.next(), ...(options.waited === undefined ? {} : { waited: options.waited }) }) };
}

/** The results of the tool messages of a request, in order. */
function results(request: FakeRequest | undefined): readonly string[] {
  return (request?.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => content);
}

/** Calls once as told, then answers `done`; returns what the model was told of the calls. */
async function toldOf(calls: Parameters<typeof callingTools>[0], options: Parameters<typeof runWith>[1] = {}): Promise<readonly string[]> {
  const { session, result } = runWith((_, number) => (number === 1 ? callingTools(calls) : 'done'), options);
  assert.equal((await result).output, 'done');
  return results(session.requests[1]);
}

agentContract('react with tools', () => toolAgent(SETTINGS, { tools: [add], folder: '/data' }));

describe('react agent with tools', () => {
  it('tells the model of the tools, runs what it calls, and takes the text without calls as the answer', async () => {
    const { session, result } = runWith((_, number) =>
      number === 1 ? callingTools([{ id: 'c1', name: 'add', arguments: '{"left":2,"right":3}' }], 'Let me add.') : 'It is 5.',
    );
    const { output, trajectory } = await result;
    assert.equal(output, 'It is 5.');
    assert.deepEqual((trajectory as { steps: unknown }).steps, [
      { text: 'Let me add.', calls: [{ tool: 'add', arguments: { left: 2, right: 3 }, result: '5' }] },
    ]);
    const asked = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'a question' },
    ];
    const [first, second] = session.requests;
    assert.deepEqual(first, {
      model: 'fake',
      messages: asked,
      temperature: 0,
      max_tokens: 256,
      tools: [
        {
          type: 'function',
          function: {
            name: 'add',
            description: 'Adds two numbers.',
            parameters: { type: 'object', properties: { left: { type: 'number' }, right: { type: 'number' } }, required: ['left', 'right'] },
          },
        },
      ],
    });
    assert.deepEqual(second!.messages, [
      ...asked,
      { role: 'assistant', content: 'Let me add.', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'add', arguments: '{"left":2,"right":3}' } }] },
      { role: 'tool', tool_call_id: 'c1', content: '5' },
    ]);
  });

  it('runs the calls of one answer at the same time, and tells them in order', async () => {
    const begun: string[] = [];
    let releaseFirst = () => {};
    const waits = tool({
      name: 'slow',
      description: 'Waits for the other.',
      parameters: z.object({ id: z.string() }),
      run: async ({ id }) => {
        begun.push(id);
        if (id === 'a') await new Promise<void>((resolve) => (releaseFirst = resolve));
        else releaseFirst();
        return `${id} is done`;
      },
    });
    const told = await toldOf(
      [
        { id: 'c1', name: 'slow', arguments: '{"id":"a"}' },
        { id: 'c2', name: 'slow', arguments: '{"id":"b"}' },
      ],
      { tools: [waits] },
    );
    assert.deepEqual(begun, ['a', 'b']);
    assert.deepEqual(told, ['a is done', 'b is done']);
  });

  const wrong: readonly (readonly [string, Parameters<typeof callingTools>[0][number], RegExp])[] = [
    ['a tool that is not there', { id: 'c', name: 'subtract', arguments: '{}' }, /^There is no tool "subtract". There are: add\.$/],
    [
      'arguments that do not fit',
      { id: 'c', name: 'add', arguments: '{"left":"two","right":3}' },
      /^The arguments do not fit: left: .*expected number.*Correct them/,
    ],
    ['arguments that are no JSON', { id: 'c', name: 'add', arguments: '{"left":' }, /^The arguments were no JSON object: \{"left":/],
    ['arguments that are no object', { id: 'c', name: 'add', arguments: '[1]' }, /^The arguments were no JSON object: \[1\]/],
    ['no arguments', { id: 'c', name: 'add', arguments: '' }, /^The arguments do not fit: left: /],
  ];
  for (const [name, call, words] of wrong) {
    it(`tells the model of ${name}, and goes on`, async () => {
      const told = await toldOf([call]);
      assert.equal(told.length, 1);
      assert.match(told[0]!, words);
    });
  }

  it('sends back arguments that every endpoint can read', async () => {
    const { session, result } = runWith((_, number) => (number === 1 ? callingTools([{ id: 'c', name: 'add', arguments: '{"left":' }]) : 'done'));
    await result;
    assert.match(JSON.stringify(session.requests[1]!.messages), /"arguments":"\{\}"/);
  });

  it('says so when arguments were cut off at the token limit', async () => {
    const { session, result } = runWith((_, number) =>
      number === 1 ? callingTools([{ id: 'c', name: 'add', arguments: '{"left": 1, "ri' }], null, 'length') : 'done',
    );
    await result;
    assert.match(results(session.requests[1])[0]!, /^The arguments were cut off at the token limit/);
  });

  it('tells the model what a tool throws, and that it failed in the trajectory', async () => {
    const broken = tool({
      name: 'broken',
      description: 'Fails.',
      parameters: z.object({}),
      run: () => {
        throw new Error('no such file');
      },
    });
    const { session, result } = runWith((_, number) => (number === 1 ? callingTools([{ id: 'c', name: 'broken', arguments: '{}' }]) : 'done'), {
      tools: [broken],
    });
    const { trajectory } = await result;
    assert.deepEqual(results(session.requests[1]), ['The tool failed: no such file']);
    assert.match(JSON.stringify(trajectory), /"failed":true/);
  });

  it('ends a tool that takes too long, by its signal', async () => {
    let reason: unknown;
    const slow = tool({
      name: 'slow',
      description: 'Never ends.',
      parameters: z.object({}),
      run: (_, { signal }) =>
        new Promise<string>(() => {
          signal.addEventListener('abort', () => (reason = signal.reason));
        }),
    });
    const told = await toldOf([{ id: 'c', name: 'slow', arguments: '{}' }], { tools: [slow], settings: { toolTimeoutSeconds: 0.02 } });
    assert.deepEqual(told, ['The tool failed: it did not answer within 0.02 s']);
    assert.match(String(reason), /did not answer within/);
  });

  it('does not count the time a tool waits for a model', async () => {
    const begun = performance.now();
    const slow = tool({
      name: 'slow',
      description: 'Asks a model.',
      parameters: z.object({}),
      run: () => new Promise<string>((resolve) => setTimeout(() => resolve('seen'), 60)),
    });
    const told = await toldOf([{ id: 'c', name: 'slow', arguments: '{}' }], {
      tools: [slow],
      settings: { toolTimeoutSeconds: 0.02 },
      waited: () => Math.max(0, performance.now() - begun - 5),
    });
    assert.deepEqual(told, ['seen']);
  });

  it('gives a tool the task, the folder, the model and numbers that do not depend on the other calls', async () => {
    const drawn: number[] = [];
    const dice = tool({
      name: 'dice',
      description: 'Rolls.',
      parameters: z.object({ times: z.number() }),
      run: ({ times }, context) => {
        assert.deepEqual([context.task.id, context.folder, context.model.model], ['t1', '/data', 'fake']);
        assert.equal('expected' in context.task, false);
        for (let time = 0; time < times; time++) drawn.push(context.random());
        return 'ok';
      },
    });
    const roll = (id: string, times: number) => ({ id, name: 'dice', arguments: JSON.stringify({ times }) });
    await toldOf([roll('c1', 1), roll('c2', 1)], { tools: [dice] });
    await toldOf([roll('c1', 3), roll('c2', 1)], { tools: [dice] });
    assert.notEqual(drawn[0], drawn[1]);
    assert.equal(drawn[0], drawn[2]);
    assert.equal(drawn[1], drawn[5]);
  });

  it('shows a text as it is, all else as JSON, and long results cut with a note', async () => {
    const values: readonly unknown[] = ['plain "text"', { a: [1] }, undefined, '', 'x'.repeat(250)];
    const give = tool({
      name: 'give',
      description: 'Gives.',
      parameters: z.object({ index: z.number() }),
      run: ({ index }) => values[index] as string,
    });
    const told = await toldOf(
      values.map((_, index) => ({ id: `c${index}`, name: 'give', arguments: JSON.stringify({ index }) })),
      { tools: [give] },
    );
    assert.deepEqual(told, ['plain "text"', '{"a":[1]}', '(no result)', '(no result)', `${'x'.repeat(100)}\n[cut: the first 100 of 250 characters]`]);
  });

  it('makes its last call without tools, and says so', async () => {
    const { session, result } = runWith((request) =>
      request['tool_choice'] === 'none' ? 'I think 5.' : callingTools([{ id: 'c', name: 'add', arguments: '{"left":1,"right":1}' }]),
    );
    assert.equal((await result).output, 'I think 5.');
    assert.equal(session.requests.length, 5);
    assert.deepEqual(
      session.requests.map((request) => request['tool_choice']),
      [undefined, undefined, undefined, undefined, 'none'],
    );
    assert.match(session.requests[4]!.messages.at(-1)!.content, /last step/);
  });

  it('fails, with its steps, when there is no answer in the last step either', async () => {
    const { result } = runWith(() => callingTools([{ id: 'c', name: 'add', arguments: '{"left":1,"right":1}' }]));
    await assert.rejects(result, (error: Error) => {
      assert.ok(error instanceof AgentFailure);
      assert.equal(error.message, 'no answer within 5 steps');
      assert.equal((error.trajectory as { steps: unknown[] }).steps.length, 4);
      return true;
    });
  });

  for (const [text, output] of [
    ['I looked. FINAL ANSWER: 42 ', '42'],
    ['Final answer: 1\nNo: final answer: 2', '2'],
    ['It is 42.', 'It is 42.'],
  ] as const) {
    it(`takes ${JSON.stringify(output)} of ${JSON.stringify(text)} when the answer follows given words`, async () => {
      const { result } = runWith(() => text, { settings: { answerAfter: 'FINAL ANSWER:' } });
      const found: AgentResult = await result;
      assert.equal(found.output, output);
      assert.ok(JSON.stringify(found.trajectory).includes(JSON.stringify(text).slice(1, -1)));
    });
  }

  it('takes an answer cut off by the token limit as it is, and says so', async () => {
    const { trajectory, output } = await runWith(() => ({ body: completion('half an ans', { finish_reason: 'length' }) })).result;
    assert.deepEqual([output, (trajectory as { finishReason: string }).finishReason], ['half an ans', 'length']);
  });

  const failures: readonly (readonly [string, FakeAnswer, RegExp])[] = [
    ['a refusal', { body: completion(null, { refusal: 'No.' }) }, /^the model refused: No\./],
    ['a context overflow', { status: 400, body: { error: { message: 'too long', code: 'context_length_exceeded' } } }, /^context overflow: too long/],
    ['an endpoint that takes no tools', { status: 400, body: { error: { message: 'tools are not supported' } } }, /^the endpoint refused the request: tools/],
  ];
  for (const [name, answer, reason] of failures) {
    it(`fails by ${name} in the middle, with the steps so far`, async () => {
      const { result } = runWith((_, number) => (number === 1 ? callingTools([{ id: 'c', name: 'add', arguments: '{"left":1,"right":1}' }]) : answer));
      await assert.rejects(result, (error: Error) => {
        assert.ok(error instanceof AgentFailure);
        assert.match(error.message, reason);
        assert.match(JSON.stringify(error.trajectory), /"tool":"add"/);
        return true;
      });
    });
  }

  it('passes on an outage that a tool met, and ends when a tool says that the attempt has failed', async () => {
    const throwing = (error: Error) =>
      tool({
        name: 'broken',
        description: 'Throws.',
        parameters: z.object({}),
        run: () => {
          throw error;
        },
      });
    const call = () => callingTools([{ id: 'c', name: 'broken', arguments: '{}' }]);
    const outage = new WatersmeetError('provider.unavailable', 'the search is down');
    await assert.rejects(runWith(call, { tools: [throwing(outage)] }).result, (error) => error === outage);
    await assert.rejects(
      runWith(call, { tools: [throwing(new AgentFailure('it deleted the file'))] }).result,
      (error: Error) => error instanceof AgentFailure && error.message === 'it deleted the file' && JSON.stringify(error.trajectory).includes('a question'),
    );
  });

  it('ends with the attempt while a tool runs, and tells the tool', async () => {
    const controller = new AbortController();
    let toldTool = false;
    const slow = tool({
      name: 'slow',
      description: 'Is interrupted.',
      parameters: z.object({}),
      run: (_, { signal }) =>
        new Promise<string>(() => {
          signal.addEventListener('abort', () => (toldTool = true));
          controller.abort(new Error('over'));
        }),
    });
    const { session, result } = runWith(() => callingTools([{ id: 'c', name: 'slow', arguments: '{}' }]), { tools: [slow], signal: controller.signal });
    await assert.rejects(result, { message: 'over' });
    assert.equal(toldTool, true);
    assert.equal(session.requests.length, 1);
  });

  it('is another version with other tools', () => {
    const version = (tools: readonly Tool[]) => toolAgent(SETTINGS, { tools, folder: '/' }).version;
    const versions = [
      version([add]),
      version([{ ...add, description: 'Sums.' }]),
      version([{ ...add, version: '2' }]),
      version([{ ...add, parameters: z.object({}) }]),
    ];
    assert.equal(new Set(versions).size, 4);
    assert.equal(version([add]), versions[0]);
  });
});
