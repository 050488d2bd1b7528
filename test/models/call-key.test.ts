// Needs nothing.

import assert from 'node:assert/strict';
import { failureTypeOf } from '../../src/core/failures.js';
import { callKey, keyScope, normaliseEndpoint, readRequest } from '../../src/models/call-key.js';

const IDENTITY = {
  endpoint: 'https://e/v1',
  path: 'chat/completions',
  body: { model: 'm', messages: [{ role: 'user', content: 'a' }] },
  scope: { role: 'agent', candidate: 'c', task: 't', sample: 0 },
};

function failure(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return failureTypeOf(error);
  }
  return undefined;
}

describe('call key', () => {
  it('is fixed for ever', () => {
    assert.equal(callKey(IDENTITY, 0), 'e7fc0fe375f705669ab74b687a35dca95cce6887a90694b9077c555b35e52b76');
  });

  it('does not depend on the order of fields', () => {
    assert.equal(callKey({ ...IDENTITY, body: { messages: [{ content: 'a', role: 'user' }], model: 'm' } }, 0), callKey(IDENTITY, 0));
  });

  it('depends on everything else', () => {
    const keys = [
      callKey(IDENTITY, 0),
      callKey(IDENTITY, 1),
      callKey({ ...IDENTITY, endpoint: 'https://f/v1' }, 0),
      callKey({ ...IDENTITY, path: 'responses' }, 0),
      callKey({ ...IDENTITY, body: { ...IDENTITY.body, temperature: 1 } }, 0),
      callKey({ ...IDENTITY, scope: { ...IDENTITY.scope, sample: 1 } }, 0),
      callKey({ ...IDENTITY, scope: keyScope({ role: 'optimizer', content: { candidate: 'c', task: 't', sample: 0 } }) }, 0),
    ];
    assert.equal(new Set(keys).size, keys.length);
  });

  it('takes base URLs with and without a last slash as one, and nothing that is no base URL', () => {
    assert.equal(normaliseEndpoint('HTTPS://Api.Example.com:443/v1//'), 'https://api.example.com/v1');
    assert.equal(normaliseEndpoint('local'), 'local');
    for (const endpoint of ['', 'api.example.com/v1', 'ftp://e/v1', 'https://e/v1?key=1', 'https://me:secret@e/v1'])
      assert.equal(
        failure(() => normaliseEndpoint(endpoint)),
        'input.invalid',
        endpoint,
      );
  });

  it('reads what the client asks for', () => {
    const init = { method: 'POST', body: '{"stream":true}' };
    assert.deepEqual(readRequest('https://e/v1', 'https://e/v1/chat/completions?v=1', init), {
      api: 'chat/completions',
      path: 'chat/completions?v=1',
      body: { stream: true },
      text: init.body,
      stream: true,
    });
  });

  it('serves nothing else', () => {
    const body = '{}';
    for (const [url, init] of [
      ['https://e/v1/models', { method: 'GET' }],
      ['https://e/v1/chat/completions', { method: 'GET' }],
      ['https://e/v1/responses/r1/cancel', { method: 'POST', body }],
      ['https://e/v1/files', { method: 'POST', body }],
      ['https://other/v1/chat/completions', { method: 'POST', body }],
      ['https://e/v1/responses', { method: 'POST', body: '{"background":true}' }],
      ['https://e/v1/chat/completions', { method: 'POST', body: 'text' }],
      ['https://e/v1/chat/completions', { method: 'POST', body: new Uint8Array(1) }],
    ] as const) {
      assert.equal(
        failure(() => readRequest('https://e/v1', url, init)),
        'agent.broken',
        url,
      );
    }
  });
});
