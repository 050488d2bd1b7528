// Needs nothing: the endpoint is a server in this process.

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WatersmeetConfig } from '../../src/config/config.js';
import { resolveConfig } from '../../src/config/resolve-config.js';
import { checkInput, freeBytesOf, LEAST_FREE_BYTES, type PreflightOptions } from '../../src/workers/preflight.js';

const TASKS = Array.from({ length: 40 }, (_, index) => ({ id: `t${index}`, input: `question ${index}`, expected: `answer ${index}` }));

interface Reply {
  readonly status: number;
  readonly body: string;
}

const models = (...ids: readonly string[]): Reply => ({ status: 200, body: JSON.stringify({ object: 'list', data: ids.map((id) => ({ id })) }) });

describe('checkInput', () => {
  let server: Server;
  let baseURL: string;
  let list: Reply;
  let completions: Reply;
  let asked: { readonly url: string; readonly key: string | undefined; readonly body: string }[];

  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (text: Buffer) => (body += text.toString()));
      request.on('end', () => {
        asked.push({ url: `${request.method} ${request.url}`, key: request.headers.authorization, body });
        const reply = request.method === 'GET' ? list : completions;
        if (reply.status === 0) return void request.socket.destroy();
        response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked = [];
    list = models('one', 'two');
    completions = { status: 400, body: '{"error": {"message": "messages is missing"}}' };
  });

  const check = (model: object, options: PreflightOptions = {}, more: Partial<WatersmeetConfig> = {}) =>
    checkInput(
      resolveConfig(
        {
          project: 'p',
          benchmark: { tasks: TASKS },
          agent: { kind: 'chat', user: '{{input}}\n{{rules}}' },
          modules: { rules: { kind: 'playbook', items: [] } },
          scorer: 'exact',
          model: { baseURL, ...model } as never,
          ...more,
        } as WatersmeetConfig,
        { folder: tmpdir() },
      ),
      options,
    );

  for (const [what, reply, name] of [
    ['lists the model', models('one', 'two'), 'two'],
    ['lists it as its latest version (Ollama)', models('qwen3:latest'), 'qwen3'],
    ['lists it with a prefix (Gemini)', models('models/gemini-2.5-flash'), 'gemini-2.5-flash'],
    ['lists patterns (a proxy)', models('openai/*'), 'openai/gpt'],
    ['takes any name (llama.cpp)', { status: 200, body: '{"data": [{"id": "/models/a.gguf", "owned_by": "llamacpp"}]}' }, 'a'],
    ['lists nothing', models(), 'one'],
    ['does not list models', { status: 404, body: 'Not Found' }, 'one'],
    ['closes the connection when it is asked', { status: 0, body: '' }, 'one'],
    ['does not let this key list them', { status: 403, body: '{}' }, 'one'],
    ['is in trouble', { status: 503, body: '<html>' }, 'one'],
    ['answers something else', { status: 200, body: '<html>hello' }, 'one'],
  ] as const) {
    it(`takes an endpoint that ${what}`, async () => {
      list = reply;
      assert.deepEqual((await check({ model: name })).warnings, []);
      assert.deepEqual(
        asked.map(({ url }) => url),
        ['GET /v1/models'],
      );
    });
  }

  it('names the nearest models, or some', async () => {
    list = models('gpt-4.1', 'gpt-4.1-mini', 'gpt-4.1-nano', 'whisper');
    await assert.rejects(check({ model: 'gpt-4.1-mni' }), {
      failureType: 'input.invalid',
      message: /has no model "gpt-4\.1-mni"\. Did you mean "gpt-4\.1-mini", "gpt-4\.1-nano"\?/,
    });
    await assert.rejects(check({ model: 'claude' }), { message: /has no model "claude"\. It has "gpt-4\.1", "gpt-4\.1-mini", "gpt-4\.1-nano" and 1 more\./ });
  });

  it('sends the key that the variable holds, and asks for one that is not set before it asks anybody', async () => {
    await check({ model: 'one', apiKeyVariable: 'KEY' }, { environment: { KEY: 'secret' } });
    assert.equal(asked[0]!.key, 'Bearer secret');
    for (const environment of [{}, { KEY: '' }])
      await assert.rejects(check({ model: 'one', apiKeyVariable: 'KEY' }, { environment }), {
        failureType: 'input.invalid',
        message: /^The environment variable KEY is not set/,
      });
    assert.equal(asked.length, 1);
  });

  it('a refused key is an error only if completions refuse it too: an empty request tells, and costs nothing', async () => {
    list = { status: 401, body: '{}' };
    await check({ model: 'one', apiKeyVariable: 'KEY' }, { environment: { KEY: 'secret' } });
    assert.deepEqual(
      asked.map(({ url, body }) => [url, body]),
      [
        ['GET /v1/models', ''],
        ['POST /v1/chat/completions', '{}'],
      ],
    );
    completions = { status: 401, body: '{}' };
    await assert.rejects(
      check({ model: 'one', apiKeyVariable: 'KEY' }, { environment: { KEY: 'secret' } }),
      (error: Error) => /refuses the key in the environment variable KEY \(401\)/.test(error.message) && !error.message.includes('secret'),
    );
    await assert.rejects(check({ model: 'one' }), /wants a key \(401\), and the configuration names none/);
  });

  it('asks each endpoint once, whatever the number of roles', async () => {
    await check({ model: 'one' }, {}, { models: { optimizer: { model: 'two', baseURL } } as never });
    assert.deepEqual(
      asked.map(({ url }) => url),
      ['GET /v1/models', 'GET /v1/models'],
    );
  });

  it('says so when confirm has too few tasks to show anything', async () => {
    const { warnings } = await check({ model: 'one' }, {}, { confirm: { alpha: 0.000_1 } });
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0]!,
      /^confirm has (\d) tasks: even a champion that wins all of them gets p=0\.\d+, above confirm\.alpha \(0\.0001\), so none can be shown to be better\. Give validation more tasks\.$/,
    );
  });

  it('refuses a disk with less than 200 MB, and looks at the disk that will hold the folder', async () => {
    const folders: string[] = [];
    const freeBytes = (free: number) => (folder: string) => {
      folders.push(folder);
      return Promise.resolve(free);
    };
    await check({ model: 'one' }, { freeBytes: freeBytes(LEAST_FREE_BYTES) });
    assert.deepEqual(folders, [path.join(tmpdir(), '.watersmeet')]);
    asked = [];
    await assert.rejects(check({ model: 'one' }, { freeBytes: freeBytes(LEAST_FREE_BYTES - 1) }), {
      failureType: 'input.invalid',
      message: /has 199 MB free; a run needs at least 200 MB\./,
    });
    assert.deepEqual(asked, []);
    assert.equal((await freeBytesOf(path.join(tmpdir(), 'not', 'there', 'yet'))) > 0, true);
  });

  describe('tries a scorer of the user', () => {
    const scoring = (score: (input: { readonly output: unknown; readonly trajectory: unknown }) => unknown, agent?: object) =>
      check(
        { model: 'one' },
        {},
        { scorer: { kind: 'function', timeoutSeconds: 1, score } as never, ...(agent === undefined ? {} : { agent: agent as never }) },
      );

    it('on the first, the middle and the last task, as a chat agent would leave them', async () => {
      const seen: { readonly output: unknown; readonly trajectory: unknown }[] = [];
      await scoring((input) => {
        seen.push(input);
        return 1;
      });
      assert.deepEqual(
        seen.map(({ output }) => output),
        ['answer 0', 'answer 20', 'answer 39'],
      );
      assert.deepEqual(seen[0]!.trajectory, { messages: [{ role: 'user', content: 'question 0\n' }], output: 'answer 0', finishReason: 'stop' });
    });

    it('one that takes too long is refused', async () => {
      await assert.rejects(
        scoring(() => new Promise(() => undefined)),
        {
          failureType: 'input.invalid',
          message: /for task "t0" it did not answer within 1 s\..* It was tried with the task's expected answer as the output\.$/,
        },
      );
    });

    it('one of a function agent without a model, on what the agent really answers', async () => {
      const tried = (run: () => unknown, score: (input: { output: unknown }) => number) =>
        checkInput(
          resolveConfig(
            {
              project: 'p',
              benchmark: { tasks: TASKS },
              agent: { kind: 'function', run },
              modules: { rules: { kind: 'playbook' } },
              scorer: { kind: 'function', score, timeoutSeconds: 1 },
              optimize: { inner: 'function', propose: () => [] },
            } as unknown as WatersmeetConfig,
            { folder: tmpdir() },
          ),
        );
      assert.deepEqual(
        (
          await tried(
            async () => ({ output: { answer: 1 } }),
            ({ output }) => (output as { answer: number }).answer,
          )
        ).warnings,
        [],
      );
      await assert.rejects(
        tried(
          async () => 'one',
          ({ output }) => Number(output),
        ),
        { failureType: 'input.invalid', message: /for task "t0" it returned NaN\..* It was tried with the agent's own answer as the output\.$/ },
      );
      const { warnings } = await tried(
        async () => {
          throw new Error('boom');
        },
        () => 1,
      );
      assert.match(warnings[0]!, /^The agent failed on task "t0": boom\.$/);
    });

    it('one that does not take what a function agent may never put out is only told of', async () => {
      const agent = { kind: 'function', run: () => ({ output: { answer: 'x' }, trajectory: null }) };
      const { warnings } = await scoring(({ output }) => ((output as { answer: string }).answer.trim() === 'x' ? 1 : 0), agent);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /The scorer is broken: for task "t0" it threw TypeError.*if your agent's output has another shape, that may be why\./);
    });
  });
});
