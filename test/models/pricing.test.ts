// Needs nothing.

import assert from 'node:assert/strict';
import { costOf, estimateCall, estimatePromptTokens } from '../../src/models/pricing.js';

const PRICE = { input: 2, output: 8, cachedInput: 0.5 };

describe('pricing', () => {
  for (const [name, price, counts, dollars] of [
    ['prompt and completion', { input: 2, output: 8 }, { promptTokens: 1_000_000, cachedTokens: 0, completionTokens: 500_000 }, 6],
    ['cached input by its own price', PRICE, { promptTokens: 1_000_000, cachedTokens: 400_000, completionTokens: 0 }, 1.4],
    [
      'cached input without a price of its own as other input',
      { input: 2, output: 8 },
      { promptTokens: 1_000_000, cachedTokens: 400_000, completionTokens: 0 },
      2,
    ],
    ['never more cached than prompt tokens', PRICE, { promptTokens: 1_000_000, cachedTokens: 9_000_000, completionTokens: 0 }, 0.5],
    ['an unpriced model', undefined, { promptTokens: 1_000_000, cachedTokens: 0, completionTokens: 1_000_000 }, 0],
  ] as const) {
    it(`charges ${name}`, () => assert.ok(Math.abs(costOf(price, counts) - dollars) < 1e-12));
  }

  const settings = { price: PRICE, maxTokens: 300 };
  const messages = [{ role: 'user', content: 'x'.repeat(3_985) }];

  for (const [name, api, body, tokens] of [
    ['the characters of the prompt / 4 and the limit of the configuration', 'chat/completions', { messages }, [1_000, 300]],
    ['the limit of the request', 'chat/completions', { messages, max_tokens: 50 }, [1_000, 50]],
    ['its newer name', 'chat/completions', { messages, max_completion_tokens: 60 }, [1_000, 60]],
    ['the limit of a response', 'responses', { input: 'x'.repeat(4_000), max_output_tokens: 70 }, [1_000, 70]],
    ['as many answers as are asked for', 'chat/completions', { messages, n: 3 }, [1_000, 900]],
    ['no answer for embeddings', 'embeddings', { input: ['x'.repeat(4_000)] }, [1_000, 0]],
  ] as const) {
    it(`expects ${name}`, () => {
      const [promptTokens, completionTokens] = tokens;
      const estimate = estimateCall(settings, api, body);
      // The names of fields count with their content: a few characters.
      assert.ok(Math.abs(estimate.promptTokens - promptTokens) <= 2, `${estimate.promptTokens}`);
      assert.equal(estimate.completionTokens, completionTokens);
      assert.equal(estimate.tokens, estimate.promptTokens + completionTokens);
      assert.equal(estimate.cost, (estimate.promptTokens * 2 + completionTokens * 8) / 1e6);
    });
  }

  it('counts tools and schemas of the answer as prompt, fields that are none not', () => {
    const bare = estimatePromptTokens({ messages: [] });
    assert.equal(estimatePromptTokens({ messages: [], user: 'x'.repeat(400) }), bare);
    assert.ok(estimatePromptTokens({ messages: [], tools: [{ description: 'x'.repeat(400) }] }) >= bare + 100);
    assert.ok(estimatePromptTokens({ messages: [], response_format: { schema: 'x'.repeat(400) } }) >= bare + 100);
  });

  it('does not count the characters of an image', () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(1_000_000)}` } };
    assert.ok(estimatePromptTokens({ messages: [{ role: 'user', content: [image] }] }) < 1_100);
  });
});
