// Needs nothing: the judge is a function.

import assert from 'node:assert/strict';
import { createScorer } from '../../../src/benchmarks/scorers/create-scorer.js';
import type { Json } from '../../../src/core/json.js';
import { JUDGE_SCHEMA, JUDGE_VERSION, renderJudge } from '../../../src/prompts/judge.js';
import { completion, fakeSession, type FakeAnswer, type FakeRequest } from '../../agents/fake-session.js';
import { scorerContract } from './contract.js';

const task = { id: 't1', input: 'Why is the sky blue?', expected: 'Rayleigh scattering' };
const judge = () => createScorer({ kind: 'judge', rubric: 'Names the effect.' }, {});
const outputOf = (request: FakeRequest) => /BEGIN OUTPUT\n([\s\S]*)\nEND OUTPUT/.exec(request.messages[1]!.content)![1]!;

scorerContract('judge', {
  create: judge,
  task,
  right: 'Rayleigh scattering',
  wrong: 'The sea',
  session: fakeSession((request) =>
    outputOf(request) === 'Rayleigh scattering' ? '{"score": 1, "feedback": ""}' : '{"score": 0.25, "feedback": "Names no effect of light."}',
  ),
});

describe('judge', () => {
  async function run(answers: readonly FakeAnswer[], output: Json = 'The sea', settings = {}) {
    const session = fakeSession((_, number) => answers[Math.min(number, answers.length) - 1]!, settings);
    const result = await judge()
      .score({ task, output, trajectory: null }, session)
      .catch((error: Error & { failureType?: string }) => ({ error: error.message, type: error.failureType }));
    return { result, requests: session.requests };
  }

  it('shows rubric, task, expected answer and output', async () => {
    const { requests } = await run(['{"score": 1}']);
    assert.equal(requests.length, 1);
    const { messages, ...rest } = requests[0]!;
    assert.deepEqual(rest, {
      model: 'fake',
      temperature: 0,
      max_tokens: 256,
      response_format: { type: 'json_schema', json_schema: { ...JUDGE_SCHEMA, strict: true } },
    });
    assert.deepEqual(
      messages.map((message) => message.role),
      ['system', 'user'],
    );
    assert.equal(
      messages[1]!.content,
      '# Rubric\nNames the effect.\n\nBEGIN TASK\nWhy is the sky blue?\nEND TASK\n\nBEGIN EXPECTED ANSWER\nRayleigh scattering\nEND EXPECTED ANSWER\n\nBEGIN OUTPUT\nThe sea\nEND OUTPUT\n\nJSON only.',
    );
  });

  for (const [answer, result] of [
    ['{"score": 0.5, "feedback": " Half. "}', { score: 0.5, feedback: 'Half.' }],
    ['```json\n{"score": "0.5", "feedback": null}\n```', { score: 0.5 }],
    ['Let me think. {"score": 1, "feedback": ""}', { score: 1 }],
  ] as const) {
    it(`reads ${JSON.stringify(answer)}`, async () => assert.deepEqual((await run([answer])).result, result));
  }

  for (const [answer, problem] of [
    ['Good!', 'it held no valid JSON object.'],
    ['', 'it was empty.'],
    ['{"score": 8}', '"score" has to be a number from 0 to 1, and was 8.'],
    ['{"feedback": "x"}', '"score" has to be a number from 0 to 1, and was missing.'],
    ['{"score": 1, "feedback": 5}', '"feedback" has to be a text.'],
  ] as const) {
    it(`asks once more after ${JSON.stringify(answer)}, and says what was wrong`, async () => {
      const { result, requests } = await run([answer, '{"score": 0.75, "feedback": "Better."}']);
      assert.deepEqual(result, { score: 0.75, feedback: 'Better.' });
      assert.deepEqual(requests[1]!.messages.slice(2), [
        { role: 'assistant', content: answer },
        {
          role: 'user',
          content: `Your answer could not be used: ${problem} Answer again, with the JSON object {"score": NUMBER from 0 to 1, "feedback": TEXT} only.`,
        },
      ]);
    });
  }

  it('is broken, and lowers no score, when it cannot be read twice', async () => {
    const { result, requests } = await run(['Good!']);
    assert.deepEqual(result, {
      error:
        'The judge is broken: for task "t1" the model did not answer as asked, twice: it held no valid JSON object. It answered "Good!". Change the rubric or the judge\'s model.',
      type: 'scorer.broken',
    });
    assert.equal(requests.length, 2);
  });

  it('is broken by a refusal, a prompt that does not fit, a refused request, no model', async () => {
    assert.equal(
      ((await run([{ body: completion(null, { refusal: 'No.' }) }])).result as { error: string }).error,
      'The judge is broken: for task "t1" the model refused: "No.". Change the rubric or the judge\'s model.',
    );
    const refused = async (message: string) => (await run([{ status: 400, body: { error: { message } } }])).result as { error: string; type: string };
    assert.deepEqual(await refused('maximum context length is 8'), {
      error:
        'The judge is broken: for task "t1" the prompt did not fit into the context of 8192 tokens: maximum context length is 8. Change the rubric or the judge\'s model.',
      type: 'scorer.broken',
    });
    assert.match((await refused('Bad temperature')).error, /the endpoint answered: Bad temperature\./);
    await assert.rejects(judge().score({ task, output: 'x', trajectory: null }, undefined), { failureType: 'scorer.broken' });
  });

  it('asks without a schema when the endpoint does not take one', async () => {
    const { result, requests } = await run([{ status: 400, body: { error: { message: "'response_format' is not supported by this model" } } }, '{"score": 1}']);
    assert.deepEqual(result, { score: 1 });
    assert.equal('response_format' in requests[1]!, false);
  });

  it('passes an outage on as it is', async () => {
    const { result } = await run([{ status: 500, body: {} }]);
    assert.deepEqual((result as { type: unknown }).type, undefined);
  });

  it('cuts long outputs in the middle so that the prompt fits', async () => {
    const { requests } = await run(['{"score": 1}'], `${'a'.repeat(50_000)}END`, { contextTokens: 4_096 });
    const length = requests[0]!.messages.reduce((sum, message) => sum + message.content.length, 0);
    assert.ok(length < (4_096 - 256) * 4, String(length));
    assert.match(outputOf(requests[0]!), /^a+\n\[\d+ characters cut\]\na+END$/);
  });

  it('has the version of its prompt in its own', () => assert.equal(judge().version, `1+${JUDGE_VERSION}`));
});

describe('judge prompt', () => {
  it('is a function of its variables, and leaves what is short whole', () => {
    const variables = { rubric: 'R', input: 'i'.repeat(100), output: 'o'.repeat(5_000), characters: 2_000 };
    const prompt = renderJudge(variables);
    assert.deepEqual(renderJudge(variables), prompt);
    assert.equal(prompt.truncated, 1);
    assert.ok(prompt.user.includes('i'.repeat(100)));
    assert.ok(prompt.user.includes('o'.repeat(900)));
    assert.ok(!prompt.user.includes('EXPECTED'));
  });
});
