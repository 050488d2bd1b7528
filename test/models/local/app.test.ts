// Needs nothing: the model is a fake.
import assert from 'node:assert/strict';
import { createApp } from '../../../src/models/local/app.js';
import { CACHED_TOKENS_HEADER } from '../../../src/models/local/chat-request.js';
import { RequestQueue } from '../../../src/models/local/request-queue.js';
import { localModelSettings } from '../../../src/models/local/settings.js';
import { fakeSequence, fakeTokenizer } from './fake-sequence.js';

const MODEL = 'SmolLM2-135M-Instruct';

function serve(): (body: unknown) => Promise<Response> {
  const settings = localModelSettings.parse({ weightsPath: 'none', runtimeFolder: 'none', contextTokens: 256, lanes: 1 });
  const queue = new RequestQueue({ lanes: [[fakeSequence()]], tokenizer: fakeTokenizer, maxPasses: 10, maxWaiting: 10 });
  const app = createApp({ settings, tokenizer: fakeTokenizer, queue });
  return async (body) => app.request('/v1/chat/completions', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
}

const question = (content: string, rest: object = {}) => ({
  model: MODEL,
  messages: [
    { role: 'system', content: 'Be brief, be exact.' },
    { role: 'user', content },
  ],
  max_tokens: 8,
  ...rest,
});

describe('POST /v1/chat/completions', () => {
  it('answers with a body that is a function of the request, cold or warm', async () => {
    const post = serve();
    const [cold, warm] = [await post(question('one')), await post(question('one', { temperature: 0.7 }))];
    assert.equal(await cold.text(), await warm.clone().text());
    assert.deepEqual(
      [cold, warm].map((response) => Number(response.headers.get(CACHED_TOKENS_HEADER)) > 0),
      [false, true],
    );
    const body = (await warm.json()) as { readonly id: string; readonly created: number; readonly usage: object };
    assert.match(body.id, /^chatcmpl-[0-9a-f]{24}$/);
    assert.equal(body.created, 0);
    assert.deepEqual(Object.keys(body.usage), ['prompt_tokens', 'completion_tokens', 'total_tokens']);
  });

  it('gives other requests other ids', async () => {
    const post = serve();
    const ids = await Promise.all(
      [question('one'), question('two'), question('one', { max_tokens: 3 }), question('one', { stop: 'x' })].map(
        async (body) => ((await (await post(body)).json()) as { id: string }).id,
      ),
    );
    assert.equal(new Set(ids).size, 4);
  });

  it('streams the same answer, byte for byte each time', async () => {
    const post = serve();
    const whole = (await (await post(question('one'))).json()) as { readonly choices: readonly { readonly message: { readonly content: string } }[] };
    const streams = [await (await post(question('one', { stream: true }))).text(), await (await post(question('one', { stream: true }))).text()];
    assert.equal(streams[0], streams[1]);
    const lines = (streams[0] ?? '').split('\n\n').filter((line) => line !== '');
    assert.equal(lines.at(-1), 'data: [DONE]');
    const content = lines
      .slice(0, -1)
      .map((line) => (JSON.parse(line.slice('data: '.length)) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? '');
    assert.equal(content.join(''), whole.choices[0]?.message.content);
  });

  const refused: readonly { readonly name: string; readonly body: unknown; readonly status: number; readonly code: string | null }[] = [
    { name: 'no JSON', body: '{', status: 400, code: null },
    { name: 'no messages', body: { model: MODEL }, status: 400, code: null },
    { name: 'an unknown role', body: { model: MODEL, messages: [{ role: 'tool', content: 'x' }] }, status: 400, code: null },
    { name: 'several answers', body: question('x', { n: 2 }), status: 400, code: null },
    { name: 'no room for an answer', body: question('x', { max_tokens: 0 }), status: 400, code: null },
    { name: 'another model', body: question('x', { model: 'gpt-4.1' }), status: 404, code: 'model_not_found' },
    { name: 'a prompt longer than the context', body: question('x'.repeat(300), { max_tokens: null }), status: 400, code: 'context_length_exceeded' },
    { name: 'a prompt and a limit longer than the context', body: question('x', { max_tokens: 250 }), status: 400, code: 'context_length_exceeded' },
  ];
  for (const { name, body, status, code } of refused) {
    it(`refuses ${name} with ${status}`, async () => {
      const response = await serve()(body);
      const { error } = (await response.json()) as { readonly error: { readonly message: string; readonly type: string; readonly code: string | null } };
      assert.deepEqual([response.status, error.type, error.code], [status, 'invalid_request_error', code]);
      assert.ok(error.message.length > 10);
    });
  }
});
