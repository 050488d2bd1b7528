// Needs the local model: its files in the cache, or the network once. Takes about half a minute.
import assert from 'node:assert/strict';
import { ensureLocalModel } from '../../../src/downloads/local-model.js';
import { CACHED_TOKENS_HEADER } from '../../../src/models/local/chat-request.js';
import { startLocalModel, type LocalModel } from '../../../src/models/local/client.js';
import type { LocalModelOptions } from '../../../src/models/local/settings.js';

const MINUTE = 60_000;

interface Asked {
  readonly status: number;
  readonly text: string;
  readonly cachedTokens: number;
}

async function ask(model: LocalModel, body: object): Promise<Asked> {
  const response = await fetch(`${await model.baseURL()}/chat/completions`, { method: 'POST', body: JSON.stringify({ model: model.model, ...body }) });
  return { status: response.status, text: await response.text(), cachedTokens: Number(response.headers.get(CACHED_TOKENS_HEADER)) };
}

/** Three prompts with demos, ten questions each, so that prefixes come and go in two places of memory. */
const DEMOS = [
  ['I lost my card at the station', 'card'],
  ['why was I charged twice?', 'payment'],
  ['the exchange rate looks wrong', 'rate'],
] as const;
const QUESTIONS = [
  'my card is gone',
  'what is the rate for dollars',
  'a payment I do not know',
  'the transfer has not arrived',
  'where is my new card',
  'I was charged a fee',
  'change my PIN',
  'the ATM kept my card',
  'refund please',
  'too expensive',
];
const REQUESTS = [1, 2, 3].flatMap((count) =>
  QUESTIONS.map((content) => ({
    messages: [
      { role: 'system', content: `Desk ${count}: name the topic of the message.` },
      ...DEMOS.slice(0, count).flatMap(([user, assistant]) => [
        { role: 'user', content: user },
        { role: 'assistant', content: assistant },
      ]),
      { role: 'user', content },
    ],
    max_tokens: 4,
  })),
);

/** Lehmer's generator (Park and Miller 1988): the same orders in every run. */
function shuffled(length: number, seed: number): readonly number[] {
  let state = seed;
  const keyed = Array.from({ length }, (_, index) => ({ index: index % REQUESTS.length, key: (state = (state * 48_271) % 2_147_483_647) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ index }) => index);
}

describe('the local model', function () {
  this.timeout(10 * MINUTE);
  let files: LocalModelOptions;
  const started: LocalModel[] = [];
  const start = async (options: Partial<LocalModelOptions>): Promise<LocalModel> => {
    const model = await startLocalModel({ ...files, contextTokens: 1_024, ...options });
    started.push(model);
    return model;
  };

  before(async () => {
    files = await ensureLocalModel();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((model) => model.stop()));
  });

  it('gives 100 requests in shuffled order, cold and warm, on one lane or two, the same bytes', async () => {
    const answers = new Map<number, string>();
    let warm = 0;
    const note = (index: number, { status, text, cachedTokens }: Asked): void => {
      assert.equal(status, 200, text);
      warm += cachedTokens > 0 ? 1 : 0;
      assert.equal(text, answers.get(index) ?? text, `request ${index} was answered otherwise before`);
      answers.set(index, text);
    };
    // One place in memory that each next prompt takes: mostly cold, one after another.
    const alone = await start({ lanes: 1, prefixes: 1 });
    for (const index of shuffled(REQUESTS.length, 7)) note(index, await ask(alone, REQUESTS[index] ?? {}));
    await alone.stop();
    const together = await start({ lanes: 2, prefixes: 4 });
    await Promise.all(shuffled(70, 11).map(async (index) => note(index, await ask(together, REQUESTS[index] ?? {}))));
    assert.equal(answers.size, REQUESTS.length);
    assert.ok(warm >= 60, `only ${warm} of 100 found something in memory`);
    assert.ok(new Set(answers.values()).size > 10, 'the requests are not all alike');
  });

  it('starts its server again when it died, and ends it on request', async () => {
    const model = await start({ lanes: 1, prefixes: 1 });
    const [first] = REQUESTS;
    const before = await ask(model, first ?? {});
    const dead = model.pid ?? 0;
    process.kill(dead, 'SIGKILL');
    while (model.pid === dead) await new Promise((resolve) => setTimeout(resolve, 10));
    const after = await ask(model, first ?? {});
    assert.equal(after.text, before.text);
    assert.notEqual(model.pid, dead);
    await model.stop();
    assert.equal(model.pid, undefined);
    await assert.rejects(model.baseURL(), { failureType: 'provider.unavailable' });
  });
});
