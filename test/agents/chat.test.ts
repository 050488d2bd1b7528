// Needs nothing: the model is a function.

import assert from 'node:assert/strict';
import { AgentFailure } from '../../src/agents/agent.js';
import { chatAgent, chatMessages, checkTemplates, type ChatAgentSettings } from '../../src/agents/chat.js';
import type { Module } from '../../src/core/module.js';
import { contextFor } from './context.js';
import { agentContract } from './contract.js';
import { completion, fakeSession } from './fake-session.js';

const instructions: Module = { kind: 'instructions', name: 'guide', text: 'Answer with one word.', origins: [] };
const playbook: Module = {
  kind: 'playbook',
  name: 'house-rules',
  items: [
    { id: 'i1', text: 'Ports are not cities.', origins: [] },
    { id: 'i2', text: 'Dates first.\nThen names.', origins: [] },
  ],
};
const demos: Module = {
  kind: 'demos',
  name: 'examples',
  items: [
    { id: 'd1', text: 'Where is my box?', answer: 'tracking', origins: [] },
    { id: 'd2', text: 'How much is it?', answer: 'quote', origins: [] },
  ],
};

const settings: ChatAgentSettings = { kind: 'chat', system: '{{guide}}\n\n{{ house-rules }}', user: 'Message: {{input}}', demos: 'examples' };

agentContract('chat', () => chatAgent({ kind: 'chat', system: '{{guide}}', user: '{{input}}' }));

describe('chat agent', () => {
  it('sends system, demos as turns, and the question last', async () => {
    const session = fakeSession(() => 'tracking');
    const result = await chatAgent(settings).run(contextFor({ modules: [instructions, playbook, demos], session }));
    assert.deepEqual(session.requests, [
      {
        model: 'fake',
        messages: [
          { role: 'system', content: 'Answer with one word.\n\n- Ports are not cities.\n- Dates first.\n  Then names.' },
          { role: 'user', content: 'Message: Where is my box?' },
          { role: 'assistant', content: 'tracking' },
          { role: 'user', content: 'Message: How much is it?' },
          { role: 'assistant', content: 'quote' },
          { role: 'user', content: 'Message: a question' },
        ],
        temperature: 0,
        max_tokens: 256,
      },
    ]);
    assert.deepEqual(result, { output: 'tracking', trajectory: { messages: session.requests[0]!.messages, output: 'tracking', finishReason: 'stop' } });
  });

  it('keeps the same beginning for all tasks, whatever the question', () => {
    const [first, second] = ['one', 'two'].map((input) =>
      chatMessages(settings, contextFor({ task: { id: input, input }, modules: [instructions, playbook, demos] })),
    );
    assert.deepEqual(first!.slice(0, -1), second!.slice(0, -1));
  });

  it('sends no system message when it is empty', () => {
    const messages = chatMessages(
      settings,
      contextFor({
        modules: [
          { ...instructions, text: ' ' },
          { ...playbook, items: [] },
          { ...demos, items: [] },
        ],
      }),
    );
    assert.deepEqual(messages, [{ role: 'user', content: 'Message: a question' }]);
  });

  it('shows fields of input and metadata, numbers and objects as JSON', () => {
    const task = { id: 't1', input: { question: 'Why?', facts: ['a', 'b'], 'due.date': '2026-01-01', place: { city: 'Rome' } }, metadata: { level: 3 } };
    const user = '{{input.question}} {{input.facts}} {{input.due.date}} {{input.place.city}} {{metadata.level}} {{input.place}}';
    assert.deepEqual(chatMessages({ kind: 'chat', user }, contextFor({ task })), [
      { role: 'user', content: 'Why? ["a","b"] 2026-01-01 Rome 3 {"city":"Rome"}' },
    ]);
  });

  it('fills a template once: braces in inputs and modules stay as they are, as do $ patterns', () => {
    const modules: readonly Module[] = [{ ...instructions, text: 'Write {{input}} and $& as they are.' }];
    const task = { id: 't1', input: "{{guide}} $1 $' $$" };
    assert.deepEqual(chatMessages({ kind: 'chat', system: '{{guide}}', user: '{{input}}' }, contextFor({ task, modules })), [
      { role: 'system', content: 'Write {{input}} and $& as they are.' },
      { role: 'user', content: "{{guide}} $1 $' $$" },
    ]);
  });

  it('asks demos as the question is asked when they have its fields, else as they are', () => {
    const examples: Module = {
      ...demos,
      items: [
        { id: 'd1', text: '{"question":"Q1"}', answer: 'A1', origins: [] },
        { id: 'd2', text: 'plain', answer: 'A2', origins: [] },
        { id: 'd3', text: '{"other":1}', answer: 'A3', origins: [] },
      ],
    };
    const task = { id: 't1', input: { question: 'Q' } };
    const contents = (user: string) =>
      chatMessages({ kind: 'chat', user, demos: 'examples' }, contextFor({ task, modules: [instructions, examples] })).map((message) => message.content);
    assert.deepEqual(contents('Q: {{input.question}}'), ['Q: Q1', 'A1', 'plain', 'A2', '{"other":1}', 'A3', 'Q: Q']);
    assert.deepEqual(contents('{{guide}} Q: {{input.question}}').slice(0, 2), ['{"question":"Q1"}', 'A1']);
  });

  it('sends max_completion_tokens instead of max_tokens when the settings have it, and all extra fields as they are', async () => {
    const session = fakeSession(() => 'x', { temperature: 0.7, extra: { max_completion_tokens: 99, reasoning_effort: 'low' } });
    await chatAgent(settings).run(contextFor({ modules: [instructions, playbook, demos], session }));
    const { messages: _, ...rest } = session.requests[0]!;
    assert.deepEqual(rest, { model: 'fake', temperature: 0.7, max_completion_tokens: 99, reasoning_effort: 'low' });
  });

  const run = (body: unknown, status = 200) =>
    chatAgent({ kind: 'chat', user: '{{input}}' }).run(contextFor({ session: fakeSession(() => ({ status, body })) }));
  const failsWith = (reason: string) => (error: unknown) =>
    error instanceof AgentFailure &&
    error.agentFailure &&
    (assert.equal(error.message, reason), assert.ok(JSON.stringify(error.trajectory).includes('a question')), true);

  it('takes an answer cut off by the token limit as it is, and says so', async () => {
    const { output, trajectory } = await run(completion('half an ans', { finish_reason: 'length' }));
    assert.equal(output, 'half an ans');
    assert.equal((trajectory as { finishReason: string }).finishReason, 'length');
  });

  it('takes an answer without content as an empty text', async () => {
    assert.equal((await run(completion(null))).output, '');
  });

  it('joins the parts of an answer that comes as a list', async () => {
    const parts = [
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'fo' },
      { type: 'text', text: 'ur' },
    ];
    assert.equal((await run(completion(parts as never))).output, 'four');
  });

  it('fails by a refusal', async () => {
    await assert.rejects(run(completion(null, { refusal: 'I cannot help with that.' })), failsWith('the model refused: I cannot help with that.'));
  });

  it('fails by a content filter', async () => {
    await assert.rejects(run(completion('', { finish_reason: 'content_filter' })), failsWith("the endpoint's content filter withheld the answer"));
  });

  for (const [provider, body] of [
    ['OpenAI', { error: { message: "This model's maximum context length is 8192 tokens.", code: 'context_length_exceeded', type: 'invalid_request_error' } }],
    ['llama.cpp', { error: { message: 'the request exceeds the available context size', type: 'exceed_context_size_error', code: 400 } }],
    [
      'vLLM',
      { error: { message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens", type: 'BadRequestError', code: 400 } },
    ],
    ['Anthropic', { error: { message: 'prompt is too long: 210000 tokens > 200000 maximum', type: 'invalid_request_error' } }],
  ] as const) {
    it(`fails by a context overflow (${provider})`, async () => {
      await assert.rejects(run(body, 400), (error: Error) => error instanceof AgentFailure && error.message.startsWith('context overflow: '));
    });
  }

  for (const status of [400, 413, 422]) {
    it(`fails with the provider's sentence when a request is refused with ${status}`, async () => {
      await assert.rejects(
        run({ error: { message: 'Unsupported value: temperature.' } }, status),
        failsWith('the endpoint refused the request: Unsupported value: temperature.'),
      );
    });
  }

  for (const status of [401, 404, 429, 500]) {
    it(`does not take ${status} for its own failure`, async () => {
      await assert.rejects(run({ error: { message: 'no' } }, status), (error: Error) => !(error instanceof AgentFailure));
    });
  }

  it('fails when the task lacks a field that the template shows', async () => {
    const agent = chatAgent({ kind: 'chat', user: '{{input.question}}' });
    await assert.rejects(agent.run(contextFor()), { message: 'the task has no "input.question", which the agent\'s template shows', agentFailure: true });
  });

  it('ends with the attempt', async () => {
    const controller = new AbortController();
    controller.abort(new Error('over'));
    await assert.rejects(
      chatAgent({ kind: 'chat', user: '{{input}}' }).run(contextFor({ signal: controller.signal })),
      (error: Error) => !(error instanceof AgentFailure),
    );
  });
});

describe('checkTemplates', () => {
  const modules = [instructions, playbook, demos];
  const check = (more: Partial<ChatAgentSettings>, tasks: Parameters<typeof checkTemplates>[2] = [], given: readonly Module[] = modules) =>
    checkTemplates({ ...settings, ...more }, given, tasks);
  const says = (sentence: string) => ({ failureType: 'input.invalid', message: sentence });

  it('accepts templates that show the task and every module', () => {
    check({});
    check({ user: '{{guide}} {{input.question}} {{metadata.level}}' }, [{ id: 't1', input: { question: 'Q' }, metadata: { level: 0 } }]);
  });

  it('names an unknown placeholder', () => {
    assert.throws(
      () => check({ user: '{{input}} {{guise}}' }),
      says(
        'agent.user has the unknown placeholder {{guise}}. Use {{input}}, {{input.field}}, {{metadata.field}} or the name of a module (modules: guide, house-rules, examples).',
      ),
    );
    assert.throws(
      () => check({ system: '{{expected}}' }, [], []),
      says(
        'agent.system has the unknown placeholder {{expected}}. Use {{input}}, {{input.field}}, {{metadata.field}} or the name of a module (there are no modules).',
      ),
    );
  });

  it('names a placeholder that is not closed', () => {
    assert.throws(
      () => check({ user: 'Q: {{input}} {{guide' }),
      says('agent.user has a placeholder that is not closed: {{guide. Write {{name}}; text with double braces of its own belongs into a module.'),
    );
  });

  it('wants the task to be shown', () => {
    assert.throws(() => check({ user: 'Answer.' }), says('Neither agent.system nor agent.user shows the task. Put {{input}} into agent.user.'));
  });

  it('wants every module to be shown', () => {
    assert.throws(
      () => check({ system: '{{guide}}' }),
      says('The agent never sees the module "house-rules". Put {{house-rules}} into agent.system or agent.user.'),
    );
    const { demos: _, ...rest } = settings;
    assert.throws(
      () => checkTemplates(rest, modules),
      says('The agent never sees the module "examples". Set agent.demos to "examples", or put {{examples}} into agent.system.'),
    );
  });

  it('wants agent.demos to be a demos module', () => {
    assert.throws(
      () => check({ demos: 'samples' }),
      says('agent.demos names the module "samples", which does not exist (modules: guide, house-rules, examples).'),
    );
    assert.throws(
      () => check({ demos: 'guide' }),
      says('agent.demos names the module "guide", which is of the kind instructions. Name a module of the kind demos.'),
    );
  });

  it('keeps the words of the task for the task', () => {
    assert.throws(
      () => check({}, [], [{ ...instructions, name: 'input' }]),
      says('A module is called "input", which is the task\'s own word in templates. Rename the module.'),
    );
  });

  it('names the task that lacks a field', () => {
    assert.throws(
      () => check({ user: '{{input.question}}' }, [{ id: 't7', input: 'text' }]),
      says('Task "t7" has no "input.question", which the agent\'s template shows. Add it to the benchmark, or take {{input.question}} out of the template.'),
    );
  });
});
