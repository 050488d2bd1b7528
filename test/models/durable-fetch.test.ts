// Needs nothing: a fake endpoint in a process of its own.

import assert from 'node:assert/strict';
import { APIUserAbortError, BadRequestError } from 'openai';
import { failureTypeOf, WatersmeetError } from '../../src/core/failures.js';
import type { FakeEndpointOptions, Fault } from '../support/fake-endpoint.js';
import { type FakeEndpoint, readArrivals, startFakeEndpoint } from '../support/start-fake-endpoint.js';
import { ask, fastClock, Harness, KEY, MemoryCalls, settled, until } from './support.js';

const endpoints: FakeEndpoint[] = [];

async function start(options: Partial<FakeEndpointOptions> = {}): Promise<FakeEndpoint> {
  const endpoint = await startFakeEndpoint(options);
  endpoints.push(endpoint);
  return endpoint;
}

/** The failure type that reaches the caller (within the client's own error), or its error's name. */
async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'answered';
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return failureTypeOf(cause) ?? (error as Error).constructor.name;
  }
}

function reply(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Fault {
  return { kind: 'reply', arrivals: [1], status, body, headers };
}

describe('durable fetch', () => {
  afterEach(async () => {
    await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.stop()));
  });

  describe('records, sends again or stops', () => {
    const first = { arrivals: [1] } as const;
    const error = (code: string) => JSON.stringify({ error: { message: 'No.', code } });
    for (const [name, fault, sends, outcome, recorded] of [
      ['an answer', undefined, 1, 'answered', 200],
      ['an answer cut at the token limit', { kind: 'truncated', ...first }, 1, 'answered', 200],
      ['an answer with broken JSON in its text', { kind: 'malformed', ...first }, 1, 'answered', 200],
      ['400', reply(400, error('context_length_exceeded')), 1, 'BadRequestError', 400],
      ['413', reply(413, error('too_large')), 1, 'APIError', 413],
      ['422', reply(422, error('unprocessable')), 1, 'UnprocessableEntityError', 422],
      ['408', reply(408, ''), 2, 'answered', 200],
      ['409', reply(409, ''), 2, 'answered', 200],
      ['429', { kind: 'rate-limit', ...first }, 2, 'answered', 200],
      ['429 with Retry-After', { kind: 'rate-limit', retryAfter: '2', ...first }, 2, 'answered', 200],
      ['500', { kind: 'server-error', ...first }, 2, 'answered', 200],
      ['503', reply(503, 'busy'), 2, 'answered', 200],
      ['a connection that ends before the first line', { kind: 'refuse', ...first }, 2, 'answered', 200],
      ['a body that is cut', { kind: 'cut', ...first }, 2, 'answered', 200],
      ['a hanging endpoint', { kind: 'hang', ...first }, 2, 'answered', 200],
      ['a 200 that is no JSON', reply(200, '<html>'), 2, 'answered', 200],
      ['a 200 with half of its JSON', reply(200, '{"choices": [{"mess'), 2, 'answered', 200],
      ['a 200 of another shape', reply(200, '{"data": []}'), 2, 'answered', 200],
      ['a 200 with an error', reply(200, error('overloaded')), 2, 'answered', 200],
      ['401', { kind: 'unauthorized', ...first }, 1, 'provider.key', undefined],
      ['403', reply(403, ''), 1, 'provider.key', undefined],
      ['404', reply(404, error('model_not_found')), 1, 'provider.model', undefined],
      ['429 for want of quota', { kind: 'quota', ...first }, 1, 'provider.quota', undefined],
      ['a long outage', { kind: 'server-error', from: 1 }, undefined, 'provider.unavailable', undefined],
      ['an endpoint that hangs for long', { kind: 'hang', from: 1 }, undefined, 'provider.unavailable', undefined],
      ['a Retry-After beyond all patience', { kind: 'rate-limit', retryAfter: '3600', ...first }, 1, 'provider.unavailable', undefined],
    ] as const satisfies readonly (readonly [string, Fault | undefined, number | undefined, string, number | undefined])[]) {
      it(`${name}: ${sends ?? 'several'} sent, ${outcome}`, async () => {
        const endpoint = await start(fault === undefined ? {} : { faults: [fault] });
        // Seconds of a clock that runs 50 times as fast: a busy machine takes its time to answer.
        const harness = new Harness(endpoint.baseURL, { settings: { timeoutSeconds: (fault as Fault | undefined)?.kind === 'hang' ? 10 : 1_000 } });
        const session = harness.open();
        assert.equal(await failureOf(ask(session, 'a')), outcome);
        const { arrivals, byCall } = await endpoint.counts();
        if (sends === undefined) assert.ok(arrivals >= 2, `${arrivals} sent`);
        else assert.equal(arrivals, sends);
        assert.equal(Object.keys(byCall).length, 1, 'each send carries the same key');
        assert.deepEqual(
          [...harness.store.records.values()].map((call) => call.status),
          recorded === undefined ? [] : [recorded],
        );
        assert.equal(harness.store.claims.size, 0, 'a claim is recorded or given back');
        const outage = session.infrastructureError();
        assert.equal(outage === undefined ? undefined : failureTypeOf(outage), outcome.startsWith('provider.') ? outcome : undefined);
        // A second attempt finds what was recorded, and sends nothing.
        if (recorded !== undefined) {
          assert.equal(await failureOf(ask(harness.open(), 'a')), outcome);
          assert.equal((await endpoint.counts()).arrivals, arrivals);
        }
      });
    }
  });

  it('answers from the record with status, type and body, also after a restart', async () => {
    const endpoint = await start();
    const harness = new Harness(endpoint.baseURL);
    const text = await ask(harness.open(), 'a');
    await endpoint.stop();
    const later = new Harness('http://127.0.0.1:9/v1', { store: harness.store, bootId: 'next-boot', settings: { endpoint: endpoint.baseURL } });
    const response = await later
      .open()
      .openai.chat.completions.create({ model: 'fake-model', messages: [{ role: 'user', content: 'a' }], max_tokens: 100 })
      .asResponse();
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.equal(((await response.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content, text);
  });

  it('counts identical requests of a session, one after another, and finds each of them again', async () => {
    const endpoint = await start({ latency: { kind: 'fixed', milliseconds: 20 } });
    const harness = new Harness(endpoint.baseURL);
    const session = harness.open();
    await Promise.all([ask(session, 'a'), ask(session, 'a'), ask(session, 'a'), ask(session, 'b')]);
    const { arrivals, byCall, maxInFlight } = await endpoint.counts();
    assert.deepEqual([arrivals, Object.keys(byCall).length, maxInFlight], [4, 4, 2]);
    const again = harness.open();
    for (const question of ['b', 'a', 'a', 'a']) await ask(again, question);
    assert.equal((await endpoint.counts()).arrivals, 4);
    assert.deepEqual(new Set(again.uses().map((use) => use.callKey)), new Set(session.uses().map((use) => use.callKey)));
    await ask(again, 'a');
    assert.equal((await endpoint.counts()).arrivals, 5, 'the fourth of its kind is new');
  });

  it('counts what a session used, also when it is answered from the record', async () => {
    const endpoint = await start();
    const harness = new Harness(endpoint.baseURL);
    const sessions = [harness.open(), harness.open()];
    for (const session of sessions) {
      assert.deepEqual(session.usage(), { rollouts: 0, calls: 0, promptTokens: 0, completionTokens: 0 });
      await ask(session, 'what is it?');
      await ask(session, 'what else?');
      // echo answers with 69 characters.
      assert.deepEqual(session.usage(), { rollouts: 0, calls: 2, promptTokens: 3 + 3, completionTokens: 18 + 18 });
      assert.deepEqual(
        session.uses().map(({ promptTokens, completionTokens }) => [promptTokens, completionTokens]),
        [
          [3, 18],
          [3, 18],
        ],
      );
    }
    assert.equal((await endpoint.counts()).arrivals, 2);
  });

  it('sends a call once that two sessions ask for at the same time', async () => {
    const endpoint = await start({ latency: { kind: 'fixed', milliseconds: 50 } });
    const harness = new Harness(endpoint.baseURL);
    const answers = await Promise.all([ask(harness.open(), 'a'), ask(harness.open(), 'a'), ask(harness.open({ runId: 'run-2' }), 'a')]);
    assert.equal(new Set(answers).size, 1);
    assert.equal((await endpoint.counts()).arrivals, 1);
    assert.equal(harness.store.requests.length, 1);
  });

  it('claims before it sends, and sends nothing without a claim', async () => {
    const endpoint = await start();
    const store = new MemoryCalls();
    store.claimCall = async () => {
      throw new WatersmeetError('store.disk', 'The disk is full.');
    };
    const session = new Harness(endpoint.baseURL, { store }).open();
    assert.equal(await failureOf(ask(session, 'a')), 'store.disk');
    assert.equal((await endpoint.counts()).arrivals, 0);
    assert.equal(failureTypeOf(session.infrastructureError()), 'store.disk');
  });

  it('does not hand on an answer that could not be recorded, and does not send it again when it can', async () => {
    const endpoint = await start();
    const store = new MemoryCalls();
    const record = store.recordCall.bind(store);
    let full = true;
    store.recordCall = (call) => {
      if (full) throw new WatersmeetError('store.disk', 'The disk is full.');
      return record(call);
    };
    const harness = new Harness(endpoint.baseURL, { store });
    for (let attempt = 0; attempt < 2; attempt++) assert.equal(await failureOf(ask(harness.open(), 'a')), 'store.disk');
    full = false;
    await ask(harness.open(), 'a');
    assert.equal(store.records.size, 1);
    assert.equal((await endpoint.counts()).arrivals, 1);
  });

  it('takes over the claim of a dead process, and books one lost call', async () => {
    const endpoint = await start();
    const first = new Harness(endpoint.baseURL);
    const dead = first.open();
    await ask(dead, 'a');
    const [key = ''] = dead.uses().map((use) => use.callKey);
    const claim = first.store.requests[0];
    assert.equal(claim?.key, key);
    const harness = new Harness(endpoint.baseURL, { bootId: 'next-boot' });
    harness.store.claims.set(key, { ...claim, bootId: 'dead-boot' });
    await ask(harness.open(), 'a');
    assert.deepEqual(harness.store.lost, [key]);
    assert.equal((await endpoint.counts()).byCall[key], 2);
    assert.equal(readArrivals(endpoint.log).get(key), 2);
  });

  it('sends again what this process had claimed and could not give back', async () => {
    const endpoint = await start({ faults: [{ kind: 'server-error', arrivals: [1] }] });
    const store = new MemoryCalls();
    store.releaseCall = async () => {
      throw new WatersmeetError('store.disk', 'The disk is full.');
    };
    const harness = new Harness(endpoint.baseURL, { store });
    assert.equal(await failureOf(ask(harness.open(), 'a')), 'store.disk');
    assert.match(await ask(harness.open(), 'a'), /^echo/);
  });

  it('waits for a call that another living process has', async () => {
    const endpoint = await start();
    const store = new MemoryCalls();
    const claimCall = store.claimCall.bind(store);
    let looks = 0;
    store.claimCall = async (claim) => (++looks < 3 ? { state: 'foreign', bootId: 'other' } : claimCall(claim));
    assert.match(await ask(new Harness(endpoint.baseURL, { store }).open(), 'a'), /^echo/);
    assert.equal(looks, 3);
  });

  it('records a call whose session was abandoned', async () => {
    const endpoint = await start({ latency: { kind: 'fixed', milliseconds: 100 } });
    const harness = new Harness(endpoint.baseURL);
    const abandon = new AbortController();
    const session = harness.open({ signal: abandon.signal });
    const answer = failureOf(ask(session, 'a'));
    await until(async () => (await endpoint.counts()).arrivals === 1);
    abandon.abort(new Error('the host died'));
    assert.notEqual(await answer, 'answered');
    assert.equal(session.infrastructureError()?.message, 'the host died');
    assert.equal(harness.store.records.size, 0, 'the caller does not wait for it');
    await until(() => harness.store.records.size === 1);
    await ask(harness.open(), 'a');
    assert.equal((await endpoint.counts()).arrivals, 1);
  });

  it('does not send again for nobody', async () => {
    const endpoint = await start({ faults: [{ kind: 'rate-limit', retryAfter: '10', from: 1 }] });
    const harness = new Harness(endpoint.baseURL, { retryForSeconds: 1_000 });
    const abandon = new AbortController();
    const answer = failureOf(ask(harness.open({ signal: abandon.signal }), 'a'));
    await until(async () => (await endpoint.counts()).arrivals === 1);
    abandon.abort(new Error('gone'));
    await answer;
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal((await endpoint.counts()).arrivals, 1);
  });

  it('leaves it to the agent to give up a request, and records it all the same', async () => {
    const endpoint = await start({ latency: { kind: 'fixed', milliseconds: 100 } });
    const harness = new Harness(endpoint.baseURL);
    const session = harness.open();
    const patience = new AbortController();
    const answer = ask(session, 'a', { signal: patience.signal });
    await until(async () => (await endpoint.counts()).arrivals === 1);
    patience.abort();
    await assert.rejects(answer, APIUserAbortError);
    assert.equal(session.infrastructureError(), undefined);
    await ask(session, 'b');
    await until(() => harness.store.records.size === 2);
  });

  it('calls it an outage when the agent gives up a request that the endpoint had failed', async () => {
    const endpoint = await start({ faults: [{ kind: 'rate-limit', retryAfter: '900', from: 1 }] });
    const harness = new Harness(endpoint.baseURL, { retryForSeconds: 1_000 });
    const session = harness.open();
    const patience = new AbortController();
    const answer = ask(session, 'a', { signal: patience.signal });
    await until(() => harness.store.requests.length === 1 && harness.store.claims.size === 0);
    await settled();
    patience.abort();
    await assert.rejects(answer, APIUserAbortError);
    assert.equal(failureTypeOf(session.infrastructureError()), 'provider.unavailable');
  });

  it("does not call the agent's own time limit an outage", async () => {
    const endpoint = await start({ faults: [{ kind: 'hang', from: 1 }] });
    const limit = new AbortController();
    const session = new Harness(endpoint.baseURL).open({ signal: limit.signal });
    const answer = failureOf(ask(session, 'a'));
    await until(async () => (await endpoint.counts()).arrivals === 1);
    limit.abort(Object.assign(new Error('too slow'), { agentFailure: true }));
    await answer;
    assert.equal(session.infrastructureError(), undefined);
  });

  describe('when the run stops', () => {
    for (const reason of ['run.stopping', 'run.paused'] as const) {
      it(`${reason}: sends nothing new and records what is in flight`, async () => {
        const endpoint = await start({ latency: { kind: 'fixed', milliseconds: 150 } });
        const harness = new Harness(endpoint.baseURL, { settings: { concurrency: 1 } });
        const sent = ask(harness.open(), 'a');
        await until(async () => (await endpoint.counts()).arrivals === 1);
        const queued = failureOf(ask(harness.open(), 'queued'));
        const other = ask(harness.open({ runId: 'run-2' }), 'of another run');
        await settled();
        harness.stops.set('run-1', reason);
        const late = harness.open();
        assert.equal(await failureOf(ask(late, 'late')), reason);
        assert.equal(failureTypeOf(late.infrastructureError()), reason);
        assert.equal(await queued, reason);
        assert.equal(harness.store.records.size, 0, 'whoever waits in the queue learns it before the call in flight ends');
        assert.match(await sent, /^echo/);
        assert.match(await other, /^echo/);
        assert.equal(await failureOf(ask(harness.open(), 'late, when nothing is in flight')), reason);
        assert.deepEqual([harness.store.records.size, (await endpoint.counts()).arrivals, harness.store.claims.size], [2, 2, 0]);
      });
    }

    it('still answers from the record', async () => {
      const endpoint = await start();
      const harness = new Harness(endpoint.baseURL);
      const text = await ask(harness.open(), 'a');
      harness.stops.set('run-1', 'run.paused');
      assert.equal(await ask(harness.open(), 'a'), text);
    });

    it('ends the wait between two sends', async () => {
      const endpoint = await start({ faults: [{ kind: 'rate-limit', retryAfter: '900', from: 1 }] });
      const harness = new Harness(endpoint.baseURL, { retryForSeconds: 1_000 });
      const answer = failureOf(ask(harness.open(), 'a'));
      await until(() => harness.store.requests.length === 1 && harness.store.claims.size === 0);
      await settled();
      harness.stops.set('run-1', 'run.stopping');
      assert.equal(await answer, 'run.stopping');
      assert.equal((await endpoint.counts()).arrivals, 1);
    });

    for (const [name, how] of [
      ['by the stop control', 'control'],
      ['by the signal of the session', 'signal'],
    ] as const) {
      it(`cancelled ${name}: aborts the call in flight, which is not recorded`, async () => {
        const endpoint = await start({ faults: [{ kind: 'hang', from: 1 }] });
        const harness = new Harness(endpoint.baseURL, { settings: { timeoutSeconds: 100_000 } });
        const cancel = new AbortController();
        const session = harness.open({ signal: cancel.signal });
        const answer = failureOf(ask(session, 'a'));
        await until(async () => (await endpoint.counts()).arrivals === 1);
        if (how === 'control') harness.stops.set('run-1', 'run.cancelled');
        else cancel.abort(new WatersmeetError('run.cancelled', 'Cancelled.'));
        assert.notEqual(await answer, 'answered');
        assert.equal(failureTypeOf(session.infrastructureError()), 'run.cancelled');
        await until(() => harness.store.claims.size === 0);
        assert.equal(harness.store.records.size, 0);
      });
    }

    it('cancelled: another run that waits for the same call gets its answer', async () => {
      const endpoint = await start({ latency: { kind: 'fixed', milliseconds: 150 } });
      const harness = new Harness(endpoint.baseURL);
      const led = failureOf(ask(harness.open(), 'a'));
      await until(async () => (await endpoint.counts()).arrivals === 1);
      const joined = ask(harness.open({ runId: 'run-2' }), 'a');
      await settled();
      harness.stops.set('run-1', 'run.cancelled');
      assert.match(await joined, /^echo/);
      await led;
      assert.equal((await endpoint.counts()).arrivals, 1);
    });

    it('another run that had joined a stopped call sends it itself', async () => {
      const endpoint = await start({ faults: [{ kind: 'rate-limit', retryAfter: '10', arrivals: [1] }] });
      const harness = new Harness(endpoint.baseURL, { retryForSeconds: 1_000 });
      const led = failureOf(ask(harness.open(), 'a'));
      await until(async () => (await endpoint.counts()).arrivals === 1);
      const joined = ask(harness.open({ runId: 'run-2' }), 'a');
      await settled();
      harness.stops.set('run-1', 'run.stopping');
      assert.equal(await led, 'run.stopping');
      assert.match(await joined, /^echo/);
      assert.deepEqual(
        harness.store.requests.map((claim) => claim.runId),
        ['run-1', 'run-2'],
      );
    });
  });

  it('sends nothing more in a session after an outage', async () => {
    const endpoint = await start({ faults: [{ kind: 'unauthorized', arrivals: [1] }] });
    const session = new Harness(endpoint.baseURL).open();
    assert.equal(await failureOf(ask(session, 'a')), 'provider.key');
    assert.equal(await failureOf(ask(session, 'b')), 'provider.key');
    assert.equal((await endpoint.counts()).arrivals, 1);
  });

  it('waits as long as Retry-After says, in seconds and as a date', async () => {
    for (const wait of ['seconds', 'date'] as const) {
      const clock = fastClock(50);
      const retryAfter = wait === 'seconds' ? '6' : new Date(clock.now() + 90_000).toUTCString();
      const endpoint = await start({ faults: [{ kind: 'rate-limit', retryAfter, arrivals: [1] }] });
      const begun = clock.now();
      await ask(new Harness(endpoint.baseURL, { clock, retryForSeconds: 300 }).open(), 'a');
      assert.ok(clock.now() - begun >= 6_000, `${clock.now() - begun}`);
    }
  });

  it('sends everybody away who waits for an endpoint that is down', async () => {
    const endpoint = await start({ faults: [{ kind: 'hang', from: 1 }] });
    const harness = new Harness(endpoint.baseURL, { settings: { concurrency: 1, timeoutSeconds: 30 } });
    const clock = fastClock(50);
    const begun = clock.now();
    const failures = await Promise.all(Array.from({ length: 20 }, (_, number) => failureOf(ask(harness.open(), `${number}`))));
    assert.deepEqual(new Set(failures), new Set(['provider.unavailable']));
    assert.ok(clock.now() - begun < 20 * 30_000, 'not one after another');
  });

  it('asks where the endpoint is before each send: a local model that crashed comes back at another port', async () => {
    const endpoint = await start();
    let asked = 0;
    const harness = new Harness(endpoint.baseURL, {
      settings: { endpoint: 'local' },
      resolveEndpoint: async () => {
        asked++;
        if (asked === 1) throw new Error('it does not start');
        return { baseURL: asked === 2 ? 'http://127.0.0.1:9/v1' : endpoint.baseURL, apiKey: '' };
      },
    });
    assert.match(await ask(harness.open(), 'a'), /^echo/);
    assert.equal(asked, 3);
    assert.equal(harness.store.requests[0]?.endpoint, 'local');
  });

  it('passes on a missing key as it is', async () => {
    const harness = new Harness('http://127.0.0.1:9/v1', {
      resolveEndpoint: async () => {
        throw new WatersmeetError('provider.key', 'The variable is not set.');
      },
    });
    assert.equal(await failureOf(ask(harness.open(), 'a')), 'provider.key');
    assert.equal(harness.store.requests.length, 0);
  });

  describe('streams', () => {
    async function read(session: ReturnType<Harness['open']>): Promise<string> {
      let text = '';
      for await (const chunk of await session.openai.chat.completions.create({ model: 'fake-model', messages: [{ role: 'user', content: 'a' }], stream: true }))
        text += chunk.choices[0]?.delta.content ?? '';
      return text;
    }

    it('records a stream with its end marker, and replays it as one', async () => {
      const endpoint = await start();
      const harness = new Harness(endpoint.baseURL);
      const session = harness.open();
      const text = await read(session);
      assert.match(text, /^echo [0-9a-f]{64}$/);
      assert.equal(await read(harness.open()), text);
      assert.equal((await endpoint.counts()).arrivals, 1);
      assert.equal([...harness.store.records.values()][0]?.contentType, 'text/event-stream');
      assert.equal(session.usage().completionTokens, 18);
    });

    for (const kind of ['cut', 'no-end-marker'] as const) {
      it(`${kind}: sends again and records the whole one only`, async () => {
        const endpoint = await start({ faults: [{ kind, arrivals: [1] } as Fault] });
        const harness = new Harness(endpoint.baseURL);
        assert.match(await read(harness.open()), /^echo [0-9a-f]{64}$/);
        assert.equal((await endpoint.counts()).arrivals, 2);
        assert.match([...harness.store.records.values()][0]?.body ?? '', /data: \[DONE\]\n\n$/);
      });
    }

    it('of responses, and responses in one piece', async () => {
      const endpoint = await start();
      const harness = new Harness(endpoint.baseURL);
      for (let attempt = 0; attempt < 2; attempt++) {
        const session = harness.open();
        const whole = await session.openai.responses.create({ model: 'fake-model', input: 'a' });
        assert.match(whole.output_text, /^echo/);
        let text = '';
        for await (const event of await session.openai.responses.create({ model: 'fake-model', input: 'a', stream: true }))
          if (event.type === 'response.output_text.delta') text += event.delta;
        assert.match(text, /^echo/);
        assert.equal(session.usage().completionTokens, 36);
      }
      assert.equal((await endpoint.counts()).arrivals, 2);
    });
  });

  it('serves embeddings', async () => {
    const endpoint = await start();
    const harness = new Harness(endpoint.baseURL);
    const embed = async () =>
      (await harness.open().openai.embeddings.create({ model: 'fake-model', input: ['a', 'b'] })).data.map((element) => element.embedding);
    const vectors = await embed();
    assert.equal(vectors.length, 2);
    assert.deepEqual(await embed(), vectors);
    assert.equal((await endpoint.counts()).arrivals, 1);
  });

  it('says clearly what it does not serve', async () => {
    const endpoint = await start();
    const session = new Harness(endpoint.baseURL).open();
    assert.equal(await failureOf(Promise.resolve(session.openai.models.list())), 'agent.broken');
    assert.match(session.infrastructureError()?.message ?? '', /GET models, but the durable client serves only POST chat\/completions, responses, embeddings/);
    assert.equal((await endpoint.counts()).arrivals, 0);
  });

  it('takes nothing from ambient variables, and sends no header but its own', async () => {
    const ambient = {
      OPENAI_API_KEY: 'sk-ambient',
      OPENAI_ADMIN_KEY: 'sk-admin',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/paid',
      OPENAI_ORG_ID: 'org-ambient',
      OPENAI_PROJECT_ID: 'project-ambient',
      OPENAI_WEBHOOK_SECRET: 'ambient',
      OPENAI_CUSTOM_HEADERS: 'x-ambient: ambient',
      OPENAI_LOG: 'debug',
    };
    const before = { ...process.env };
    Object.assign(process.env, ambient);
    try {
      const endpoint = await start({ keepRequests: true, apiKey: KEY });
      const session = new Harness(endpoint.baseURL).open();
      await ask(session, 'a');
      const [request] = await endpoint.requests();
      assert.deepEqual(Object.keys(request?.headers ?? {}).sort(), [
        'accept',
        'authorization',
        'connection',
        'content-length',
        'content-type',
        'host',
        'user-agent',
        'x-watersmeet-call',
      ]);
      assert.equal(request?.headers.authorization, `Bearer ${KEY}`);
      assert.equal(request?.headers['x-watersmeet-call'], session.uses()[0]?.callKey);
      assert.ok(!JSON.stringify(request).includes('ambient'));
      const { openai } = session;
      assert.deepEqual(
        [openai.organization, openai.project, openai.adminAPIKey, openai.webhookSecret, openai.maxRetries, openai.logLevel],
        [null, null, null, null, 0, 'off'],
      );
    } finally {
      for (const name of Object.keys(ambient)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  it("keeps the key out of store, errors and the agent's sight", async () => {
    const endpoint = await start({
      faults: [
        { kind: 'unauthorized', arrivals: [1] },
        { kind: 'reply', arrivals: [2], status: 400, body: JSON.stringify({ error: { message: `You sent ${KEY}.` } }) },
      ],
    });
    const harness = new Harness(endpoint.baseURL);
    const refused = harness.open();
    assert.equal(await failureOf(ask(refused, 'a')), 'provider.key');
    assert.match(refused.infrastructureError()?.message ?? '', /refused the key \(401: Incorrect API key provided: \*\*\*\)/);
    await assert.rejects(ask(harness.open(), 'b'), (error) => error instanceof BadRequestError && error.message.includes('You sent ***.'));
    assert.ok(!JSON.stringify([...harness.store.records.values(), ...harness.store.requests]).includes(KEY));
    assert.notEqual(refused.openai.apiKey, KEY);
  });

  it('measures the time a session waited, calls at the same time counted once', async () => {
    const endpoint = await start({ latency: { kind: 'fixed', milliseconds: 60 } });
    const clock = fastClock(1);
    const session = new Harness(endpoint.baseURL, { clock }).open();
    assert.equal(session.waited(), 0);
    const begun = clock.now();
    const both = Promise.all([ask(session, 'a'), ask(session, 'b')]);
    await until(() => session.waited() >= 10);
    await both;
    const waited = session.waited();
    assert.ok(waited >= 55 && waited <= clock.now() - begun, `${waited}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(session.waited(), waited);
  });

  it('keeps to the concurrency of the model', async () => {
    const endpoint = await start({ latency: { kind: 'fixed', milliseconds: 10 } });
    const harness = new Harness(endpoint.baseURL, { settings: { concurrency: 3 } });
    await Promise.all(Array.from({ length: 12 }, (_, number) => ask(harness.open(), `${number}`)));
    assert.equal((await endpoint.counts()).maxInFlight, 3);
  });

  it('loses and doubles nothing under a mixture of faults', async () => {
    const endpoint = await start({
      latency: { kind: 'shuffled', least: 0, most: 20 },
      faults: [
        { kind: 'server-error', share: 0.1 },
        { kind: 'cut', share: 0.1 },
        { kind: 'rate-limit', share: 0.1 },
        { kind: 'refuse', share: 0.05 },
      ],
    });
    const harness = new Harness(endpoint.baseURL, { retryForSeconds: 1_000, settings: { concurrency: 16 } });
    const scopes = Array.from({ length: 60 }, (_, task) => ({ role: 'agent' as const, content: { candidate: 'c', task: `t${task}`, sample: 0 } }));
    const answers = await Promise.all(scopes.map((scope) => ask(harness.open({ scope }), 'a')));
    assert.equal(new Set(answers).size, 1);
    assert.deepEqual([harness.store.records.size, harness.store.claims.size], [60, 0]);
    const { arrivals } = await endpoint.counts();
    assert.deepEqual(await Promise.all(scopes.map((scope) => ask(harness.open({ scope }), 'a'))), answers);
    assert.equal((await endpoint.counts()).arrivals, arrivals);
  });

  describe('money', () => {
    // 100 tokens of completion at most, a cent each; a prompt of one token is free.
    const settings = { price: { input: 0, output: 10_000 } };

    it('sends nothing that could cost more than is left with what is in flight: it waits for that', async () => {
      const endpoint = await start({ latency: { kind: 'fixed', milliseconds: 50 } });
      const harness = new Harness(endpoint.baseURL, { settings, moneyLimit: () => 3 });
      const outcomes = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((question) => failureOf(ask(harness.open(), question))));
      // Each reserves a dollar and costs 18 cents in the end: three fit at once, and then there is room again.
      assert.deepEqual(outcomes, ['answered', 'answered', 'answered', 'answered', 'answered']);
      assert.ok((await endpoint.counts()).maxInFlight <= 3);
      assert.equal(harness.store.spentAsked, 1);
      assert.ok(Math.abs([...harness.store.records.values()].reduce((sum, call) => sum + call.cost, 0) - 5 * 0.18) < 1e-9);
    });

    it('counts what was really paid', async () => {
      const endpoint = await start();
      const harness = new Harness(endpoint.baseURL, { settings, moneyLimit: () => 1.2 });
      const outcomes = [];
      for (const question of ['a', 'b', 'c']) outcomes.push(await failureOf(ask(harness.open(), question)));
      assert.deepEqual(outcomes, ['answered', 'answered', 'limit.money'], '0.36 are spent, 1.00 more is too much');
    });

    it('says what was spent', async () => {
      const endpoint = await start();
      const session = new Harness(endpoint.baseURL, { settings, moneyLimit: () => 0.5 }).open();
      await failureOf(ask(session, 'a'));
      assert.equal(session.infrastructureError()?.message, 'The run has spent $0.00 and reserved $0.00 of its $0.50; the next call may cost $1.00.');
      assert.equal((await endpoint.counts()).arrivals, 0);
    });

    it('gives back what a failed call had reserved', async () => {
      const endpoint = await start({ faults: [{ kind: 'server-error', arrivals: [1, 2, 3] }] });
      const harness = new Harness(endpoint.baseURL, { settings, moneyLimit: () => 1 });
      assert.equal(await failureOf(ask(harness.open(), 'a')), 'answered');
    });

    it('counts what the store holds from before, and no limit or price as none', async () => {
      const endpoint = await start();
      const store = new MemoryCalls();
      store.spent = async () => ({ recorded: 1.5, reserved: 1 });
      const limits = new Map<string, number>([['run-1', 3]]);
      const harness = new Harness(endpoint.baseURL, { store, settings, moneyLimit: (runId) => limits.get(runId) });
      assert.equal(await failureOf(ask(harness.open(), 'a')), 'limit.money');
      assert.equal(await failureOf(ask(harness.open({ runId: 'run-2' }), 'b')), 'answered');
      limits.set('run-1', 3.5);
      assert.equal(await failureOf(ask(harness.open(), 'a')), 'answered');
      limits.set('run-1', 0);
      const { price: _, ...unpriced } = harness.settings;
      const free = new Harness(endpoint.baseURL, { store, settings: unpriced, moneyLimit: () => 0 });
      assert.equal(await failureOf(ask(free.open(), 'c')), 'answered');
    });

    it('does not count the claim of a dead process twice when it is taken over', async () => {
      const endpoint = await start();
      const probe = new Harness(endpoint.baseURL, { settings });
      await ask(probe.open(), 'a');
      const claim = probe.store.requests[0];
      assert.ok(claim !== undefined);
      const harness = new Harness(endpoint.baseURL, { settings, moneyLimit: () => 2.2 });
      harness.store.claims.set(claim.key, { ...claim, bootId: 'dead-boot' });
      assert.equal(await failureOf(ask(harness.open(), 'a')), 'answered');
      // 0.18 spent, nothing reserved: two more at the same time fit.
      assert.deepEqual(await Promise.all(['b', 'c'].map((question) => failureOf(ask(harness.open(), question)))), ['answered', 'answered']);
    });
  });
});
