// Needs nothing: a fake endpoint in a process of its own.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderPropose } from '../../src/prompts/propose.js';
import { classifier } from '../support/brains/classifier.js';
import { type FakeEndpoint, readArrivals, startFakeEndpoint } from '../support/start-fake-endpoint.js';

async function post(endpoint: FakeEndpoint, body: object, call = 'k'): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${endpoint.baseURL}/chat/completions`, {
    method: 'POST',
    headers: { 'x-watersmeet-call': call, authorization: 'Bearer right' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const BODY = { model: 'm', messages: [{ role: 'user', content: 'a' }] };

describe('fake endpoint', () => {
  let endpoint: FakeEndpoint;
  afterEach(() => endpoint.stop());

  it('answers as a function of seed and body, and hits the same arrivals with the same seed', async () => {
    const seen: string[] = [];
    for (const seed of [1, 1, 2]) {
      endpoint = await startFakeEndpoint({ seed, faults: [{ kind: 'server-error', share: 0.5 }] });
      const replies = [];
      for (let arrival = 0; arrival < 12; arrival++) replies.push(await post(endpoint, BODY));
      await endpoint.stop();
      const statuses = replies.map((reply) => reply.status).join(' ');
      assert.match(statuses, /200/);
      assert.match(statuses, /500/);
      assert.equal(new Set(replies.filter((reply) => reply.status === 200).map((reply) => reply.text)).size, 1);
      seen.push(statuses, replies.find((reply) => reply.status === 200)?.text ?? '');
    }
    assert.deepEqual(seen.slice(0, 2), seen.slice(2, 4));
    assert.notEqual(seen[4], seen[0]);
    assert.notEqual(seen[5], seen[1]);
  });

  it('goes on counting where its log ends', async () => {
    endpoint = await startFakeEndpoint();
    await post(endpoint, BODY, 'one');
    await post(endpoint, BODY, 'two');
    await endpoint.stop();
    assert.deepEqual(
      [...readArrivals(endpoint.log)],
      [
        ['one', 1],
        ['two', 1],
      ],
    );
    endpoint = await startFakeEndpoint({ log: endpoint.log, faults: [{ kind: 'quota', arrivals: [3] }] });
    assert.equal((await post(endpoint, BODY, 'two')).status, 429);
    const { arrivals, byCall } = await endpoint.counts();
    assert.deepEqual([arrivals, byCall], [3, { one: 1, two: 2 }]);
  });

  it('tells when a request arrives and when it is answered', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-hooks-'));
    endpoint = await startFakeEndpoint({
      apiKey: 'right',
      onRequest: [
        { arrival: 1, when: 'before', line: 'arrived', touch: path.join(folder, 'before'), pause: 100 },
        { arrival: 1, when: 'after', line: 'answered', touch: path.join(folder, 'after') },
      ],
    });
    const reply = post(endpoint, BODY);
    await endpoint.line('arrived');
    assert.deepEqual([existsSync(path.join(folder, 'before')), existsSync(path.join(folder, 'after'))], [true, false]);
    await endpoint.line('answered');
    assert.equal((await reply).status, 200);
    assert.equal(existsSync(path.join(folder, 'after')), true);
  });
});

describe('classifier brain', () => {
  const ask = (...messages: readonly (readonly [string, string])[]) =>
    classifier({ seed: 1, body: {}, messages: messages.map(([role, content]) => ({ role, content })) });

  it('follows the rule with the longest keyword of the task', () => {
    const rules = ['system', 'Be brief.\n1. RULE card -> card\n2. RULE lost card -> lost or stolen'] as const;
    assert.equal(ask(rules, ['user', 'My card is here']), 'card');
    assert.equal(ask(rules, ['user', 'My LOST CARD']), 'lost or stolen');
    assert.match(ask(rules, ['user', 'Where is my money?']), /^wrong-\d$/);
    assert.equal(ask(['user', 'RULE card -> yes\n\nMy card is here']), 'yes');
    assert.match(ask(['user', 'RULE card -> yes\n\nNothing']), /^wrong-\d$/, 'the keyword in the rule itself does not count');
  });

  it('adds rules for the first three failed tasks of the real prompt', () => {
    const prompt = renderPropose({
      modules: [
        { kind: 'instructions', name: 'style', text: 'Be brief.', origins: [] },
        { kind: 'playbook', name: 'rules', items: [{ id: 'i1', text: 'RULE passport -> identity', origins: [] }] },
      ],
      maxTokens: {},
      maxEdits: 3,
      trajectories: [
        { taskId: 't0', input: 'no answer is known', output: 'wrong-1', score: 0 },
        { taskId: 't1', input: 'my passport is gone', expected: 'lost', output: 'wrong-1', score: 0, feedback: 'Expected: something' },
        { taskId: 't2', input: 'it was solved', expected: 'x', output: 'x', score: 1 },
        { taskId: 't3', input: 'a refund', expected: 'money', output: 'wrong-2', score: 0.5 },
        { taskId: 't4', input: 'a refund again', expected: 'money', output: 'wrong-2', score: 0 },
        { taskId: 't5', input: 'another', expected: 'y', output: 'wrong-3', score: 0 },
      ],
      failedEdits: [],
      rejectedEdits: [],
      trajectoryCharacters: 100_000,
    });
    const answer = classifier({
      seed: 1,
      messages: [
        { role: 'system', content: prompt.system },
        { role: 'user', content: prompt.user },
      ],
      body: {},
    });
    const { edits } = JSON.parse(answer) as { edits: { kind: string; module: string; text: string; taskIds: string[] }[] };
    assert.deepEqual(
      edits.map(({ kind, module, text, taskIds }) => [kind, module, text, taskIds]),
      [
        ['add', 'rules', 'RULE gone -> lost', ['t1']],
        ['add', 'rules', 'RULE refund -> money', ['t3']],
        ['add', 'rules', 'RULE again -> money', ['t4']],
      ],
    );
  });

  it('knows an optimizer call by the schema, and failed tasks as lines', () => {
    const answer = classifier({
      seed: 1,
      messages: [{ role: 'user', content: 'TASK pay the invoice EXPECTED billing' }],
      body: { response_format: { type: 'json_schema', json_schema: { name: 'watersmeet_edits' } } },
    });
    assert.match(answer, /"text":"RULE invoice -> billing"/);
  });
});
