// Needs the local model. Measures it: `node dist/test/models/local/measure.js [settings as JSON]`. No test.
import { ensureLocalModel } from '../../../src/downloads/local-model.js';
import { CACHED_TOKENS_HEADER } from '../../../src/models/local/chat-request.js';
import { startLocalModel } from '../../../src/models/local/client.js';
import type { LocalModelOptions } from '../../../src/models/local/settings.js';

interface Answer {
  readonly milliseconds: number;
  readonly cachedTokens: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

const options = JSON.parse(process.argv[2] ?? '{}') as Partial<LocalModelOptions>;
const model = await startLocalModel({ ...(await ensureLocalModel()), ...options });

async function ask(system: string, user: string, maxTokens: number): Promise<Answer> {
  const started = performance.now();
  const body = JSON.stringify({
    model: model.model,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    max_tokens: maxTokens,
  });
  const response = await fetch(`${await model.baseURL()}/chat/completions`, { method: 'POST', body });
  const { usage } = (await response.json()) as { readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number } };
  return {
    milliseconds: performance.now() - started,
    cachedTokens: Number(response.headers.get(CACHED_TOKENS_HEADER)),
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
  };
}

const demos = (desk: number, count: number): string =>
  `Desk ${desk}. Name the topic.\n${Array.from({ length: count }, (_, index) => `Message: my card number ${index * 7_919} was lost\nTopic: card_lost\n`).join('')}`;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const cold = await ask(demos(0, 24), 'my card is gone', 1);
const warm: Answer[] = [];
for (let index = 0; index < 9; index += 1) warm.push(await ask(demos(0, 24), `message ${index}: my card`, 4));
const short = await ask('Be brief.', 'Hello.', 1);
const long = await ask('Be brief.', 'Tell a long story about a ship.', 60);
const started = performance.now();
const PROMPTS = 4;
const EACH = 12;
const many = await Promise.all(Array.from({ length: PROMPTS * EACH }, (_, index) => ask(demos(1 + (index % PROMPTS), 8), `message ${index}: my card`, 4)));
const seconds = (performance.now() - started) / 1_000;

console.log({
  settings: { lanes: model.settings.lanes, threads: model.settings.threads, prefixes: model.settings.prefixes, chunkTokens: model.settings.chunkTokens },
  promptTokensPerSecond: Math.round((cold.promptTokens / cold.milliseconds) * 1_000),
  generatedTokensPerSecond: Math.round(((long.completionTokens - 1) / (long.milliseconds - short.milliseconds)) * 1_000),
  warmMilliseconds: {
    median: Math.round(median(warm.map(({ milliseconds }) => milliseconds))),
    n: warm.length,
    promptTokens: warm.at(-1)?.promptTokens,
    ofTheseInMemory: warm.at(-1)?.cachedTokens,
    generated: warm.at(-1)?.completionTokens,
  },
  together: {
    requests: many.length,
    prompts: PROMPTS,
    requestsPerSecond: Number((many.length / seconds).toFixed(1)),
    inMemory: `${Math.round((100 * sum(many, 'cachedTokens')) / sum(many, 'promptTokens'))} %`,
  },
});
await model.stop();

function sum(answers: readonly Answer[], key: 'cachedTokens' | 'promptTokens'): number {
  return answers.reduce((total, answer) => total + answer[key], 0);
}
