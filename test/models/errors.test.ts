// Needs nothing.

import assert from 'node:assert/strict';
import { classifyReply, type Asked } from '../../src/models/errors.js';
import { replay } from '../../src/models/response-recording.js';
import type { Reply } from '../../src/models/transport.js';

const CHAT: Asked = { endpoint: 'https://api.example.com/v1', model: 'm', api: 'chat/completions', stream: false };
const STREAM: Asked = { ...CHAT, stream: true };
const RESPONSES: Asked = { ...CHAT, api: 'responses' };
const EMBEDDINGS: Asked = { ...CHAT, api: 'embeddings' };

const answer = {
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'yes' } }],
  usage: { prompt_tokens: 5, completion_tokens: 2 },
};
const response = {
  object: 'response',
  status: 'completed',
  error: null,
  output: [],
  usage: { input_tokens: 5, output_tokens: 2, input_tokens_details: { cached_tokens: 3 } },
};
const chunk = (delta: object) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
const error = (code: string, message = 'No.') => ({ error: { message, type: code, code } });

function reply(status: number, body: object | string, options: { readonly headers?: Record<string, string>; readonly cut?: string } = {}): Reply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers: Record<string, string> = {
    'content-type': typeof body === 'string' && body.startsWith('data:') ? 'text/event-stream; charset=utf-8' : 'application/json',
    ...options.headers,
  };
  return { status, header: (name) => headers[name], body: text, ...(options.cut === undefined ? {} : { cut: options.cut }) };
}

const html = { headers: { 'content-type': 'text/html' } };
const cut = { cut: 'the connection ended' };

describe('what a reply means', () => {
  for (const [name, asked, given, verdict] of [
    // Answers.
    ['an answer', CHAT, reply(200, answer), 'record'],
    ['an answer cut at the token limit', CHAT, reply(200, { choices: [{ finish_reason: 'length', message: { content: '' } }] }), 'record'],
    ['an answer that is a tool call', CHAT, reply(200, { choices: [{ message: { content: null, tool_calls: [{}] } }] }), 'record'],
    ['a response', RESPONSES, reply(200, response), 'record'],
    ['an incomplete response', RESPONSES, reply(200, { ...response, status: 'incomplete' }), 'record'],
    ['embeddings', EMBEDDINGS, reply(200, { data: [{ embedding: [1] }] }), 'record'],
    ['a stream with its end marker', STREAM, reply(200, `${chunk({ content: 'a' })}data: [DONE]\n\n`), 'record'],
    [
      'a stream with carriage returns and comments',
      STREAM,
      reply(200, `${chunk({ content: 'a' })}data: [DONE]\n\n`.replaceAll('\n', '\r\n').replace('data: [DONE]', ': waiting\r\n\r\ndata: [DONE]')),
      'record',
    ],
    ['a stream cut after its end marker', STREAM, reply(200, `${chunk({ content: 'a' })}data: [DONE]`, cut), 'record'],
    [
      'a stream of a response',
      { ...RESPONSES, stream: true },
      reply(200, `data: {"type":"response.created"}\n\ndata: ${JSON.stringify({ type: 'response.completed', response })}\n\n`),
      'record',
    ],
    // Refusals of the request itself.
    ['400', CHAT, reply(400, error('context_length_exceeded')), 'record'],
    ['413', CHAT, reply(413, '<html>too large</html>', html), 'record'],
    ['422', CHAT, reply(422, { detail: 'bad field' }), 'record'],
    // What passes.
    ['408', CHAT, reply(408, ''), 'transient'],
    ['409', CHAT, reply(409, error('conflict')), 'transient'],
    ['429', CHAT, reply(429, error('rate_limit_exceeded')), 'overloaded'],
    ['500', CHAT, reply(500, error('server_error')), 'transient'],
    ['502 in HTML', CHAT, reply(502, '<html>bad gateway</html>', html), 'transient'],
    ['503', CHAT, reply(503, ''), 'overloaded'],
    ['529', CHAT, reply(529, error('overloaded_error')), 'overloaded'],
    ['a status that means nothing here', CHAT, reply(418, ''), 'transient'],
    ['400 in HTML, from a proxy', CHAT, reply(400, '<html>Bad Request</html>', html), 'transient'],
    ['400 cut', CHAT, reply(400, error('x'), cut), 'transient'],
    ['a cut body', CHAT, reply(200, JSON.stringify(answer).slice(0, 40), cut), 'transient'],
    ['a body that is whole, but its connection was cut', CHAT, reply(200, answer, cut), 'transient'],
    ['a body that is no JSON', CHAT, reply(200, 'ok', html), 'transient'],
    ['a list', CHAT, reply(200, [1]), 'transient'],
    ['an empty body', CHAT, reply(200, ''), 'transient'],
    ['204', CHAT, reply(204, ''), 'transient'],
    ['no choices', CHAT, reply(200, { choices: [] }), 'transient'],
    ['a choice without a message', CHAT, reply(200, { choices: [{ text: 'a' }] }), 'transient'],
    ['a choice with an error', CHAT, reply(200, { choices: [{ error: { code: 502, message: 'gone' }, message: { content: 'a' } }] }), 'transient'],
    ['an answer beside an error', CHAT, reply(200, { ...answer, ...error('server_error') }), 'transient'],
    ['an error as text', CHAT, reply(200, { error: 'busy' }), 'transient'],
    ['a failed response', RESPONSES, reply(200, { ...response, status: 'failed', error: { code: 'server_error', message: 'no' } }), 'transient'],
    ['a queued response', RESPONSES, reply(200, { ...response, status: 'queued' }), 'transient'],
    ['an answer of another endpoint', RESPONSES, reply(200, answer), 'transient'],
    ['embeddings without numbers', EMBEDDINGS, reply(200, { data: [{}] }), 'transient'],
    ['a stream without its end marker', STREAM, reply(200, chunk({ content: 'a' })), 'transient'],
    ['a stream that ends at once', STREAM, reply(200, 'data: [DONE]\n\n'), 'transient'],
    ['a stream with an error', STREAM, reply(200, `${chunk({ content: 'a' })}data: {"error":{"message":"busy"}}\n\ndata: [DONE]\n\n`), 'transient'],
    ['a stream with half an event', STREAM, reply(200, `${chunk({ content: 'a' })}data: {"choi`, cut), 'transient'],
    [
      'a stream whose response failed',
      { ...RESPONSES, stream: true },
      reply(200, `data: ${JSON.stringify({ type: 'response.failed', response: { ...response, status: 'failed', error: { message: 'no' } } })}\n\n`),
      'transient',
    ],
    ['JSON instead of a stream', STREAM, reply(200, answer), 'transient'],
    ['a stream instead of JSON', CHAT, reply(200, `${chunk({ content: 'a' })}data: [DONE]\n\n`), 'transient'],
    // What a person has to mend.
    ['401', CHAT, reply(401, error('invalid_api_key')), 'provider.key'],
    ['401 cut', CHAT, reply(401, '{"err', cut), 'provider.key'],
    ['403', CHAT, reply(403, ''), 'provider.key'],
    ['402', CHAT, reply(402, error('payment_required')), 'provider.quota'],
    ['429 for want of quota', CHAT, reply(429, error('insufficient_quota')), 'provider.quota'],
    ['400 for want of money', CHAT, reply(400, error('billing_hard_limit_reached')), 'provider.quota'],
    ['404', CHAT, reply(404, error('model_not_found')), 'provider.model'],
    ['404 in HTML', CHAT, reply(404, '<html>', html), 'provider.model'],
    ['405', CHAT, reply(405, ''), 'provider.model'],
    ['a redirection', CHAT, reply(301, ''), 'provider.model'],
    ['400 for an unknown model', CHAT, reply(400, error('model_not_found')), 'provider.model'],
    [
      '400 for a wrong key (Gemini)',
      CHAT,
      reply(400, [{ error: { code: 400, status: 'INVALID_ARGUMENT', message: 'API key not valid. Please pass a valid API key.' } }]),
      'provider.key',
    ],
    ['400 for an unknown model (DeepSeek)', CHAT, reply(400, error('invalid_request_error', 'Model Not Exist')), 'provider.model'],
    ['200 with an error about quota', CHAT, reply(200, error('insufficient_quota')), 'provider.quota'],
  ] as const) {
    it(`${name}: ${verdict}`, () => {
      const found = classifyReply(asked, given, 0);
      const kind = found.kind === 'transient' && found.overloaded ? 'overloaded' : found.kind === 'fatal' ? found.error.failureType : found.kind;
      assert.equal(kind, verdict, JSON.stringify(found));
    });
  }

  it('reads what was used, in the words of each endpoint', () => {
    const usage = (asked: Asked, given: Reply) => {
      const verdict = classifyReply(asked, given, 0);
      return verdict.kind === 'record' ? verdict.usage : verdict;
    };
    assert.deepEqual(usage(CHAT, reply(200, answer)), { promptTokens: 5, completionTokens: 2, completionCharacters: 3 });
    assert.deepEqual(usage(CHAT, reply(200, { ...answer, usage: { ...answer.usage, prompt_tokens_details: { cached_tokens: 4 } } })), {
      promptTokens: 5,
      completionTokens: 2,
      cachedTokens: 4,
      completionCharacters: 3,
    });
    assert.deepEqual(usage(CHAT, reply(200, answer, { headers: { 'x-watersmeet-cached-tokens': '3' } })), {
      promptTokens: 5,
      completionTokens: 2,
      cachedTokens: 3,
      completionCharacters: 3,
    });
    assert.deepEqual(usage(RESPONSES, reply(200, response)), { promptTokens: 5, completionTokens: 2, cachedTokens: 3, completionCharacters: 2 });
    assert.deepEqual(
      usage(
        STREAM,
        reply(
          200,
          `${chunk({ content: 'ab' })}${chunk({ content: 'c' })}data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":1}}\n\ndata: [DONE]\n\n`,
        ),
      ),
      { promptTokens: 7, completionTokens: 1, completionCharacters: 3 },
    );
    assert.deepEqual(usage(CHAT, reply(200, { choices: answer.choices, usage: { prompt_tokens: null } })), { completionCharacters: 3 });
    assert.deepEqual(usage(CHAT, reply(400, error('x'))), { promptTokens: 0, completionTokens: 0, cachedTokens: 0, completionCharacters: 0 });
  });

  it('says what, where and why in one line', () => {
    const verdict = classifyReply(CHAT, reply(404, error('model_not_found', 'The model\n`m` does not exist.')), 0);
    assert.equal(
      verdict.kind === 'fatal' ? verdict.error.message : '',
      'https://api.example.com/v1 does not serve the model "m" at chat/completions (404: The model `m` does not exist).',
    );
  });

  it('passes on how long to wait', () => {
    const verdict = classifyReply(CHAT, reply(429, '', { headers: { 'retry-after': '3' } }), 0);
    assert.deepEqual(verdict, { kind: 'transient', reason: 'status 429', overloaded: true, retryAfter: 3_000 });
  });
});

describe('a recorded refusal', () => {
  it('reaches the client with its words, also where the endpoint does not put them under "error"', async () => {
    const answered = async (body: string) => (await replay({ status: 422, contentType: 'application/json', body }).json()) as unknown;
    assert.deepEqual(await answered('{"detail": "too long"}'), { error: { message: '{"detail": "too long"}' } });
    assert.deepEqual(await answered('{"error": {"message": "too long"}}'), { error: { message: 'too long' } });
    assert.deepEqual(await answered('{"object": "error", "message": "too long"}'), { error: { message: 'too long' } });
  });
});
