// Needs nothing.
import assert from 'node:assert/strict';
import { MESSAGE_END, MESSAGE_START, renderChat, type ChatMessage } from '../../../src/models/local/chat-template.js';
import { fakeTokenizer } from './fake-sequence.js';

/** Tokens as text, with the control tokens in angle brackets. */
const show = (tokens: readonly number[]): string =>
  tokens.map((token) => (token === MESSAGE_START ? '<start>' : token === MESSAGE_END ? '<end>' : fakeTokenizer.decode([token]))).join('');
const render = (...messages: readonly ChatMessage[]): readonly string[] =>
  renderChat(messages, fakeTokenizer)
    .map(show)
    .filter((segment) => segment !== '');

describe('renderChat', () => {
  it('renders ChatML and asks for the answer', () => {
    assert.deepEqual(render({ role: 'user', content: 'hi' }), ['<start>user\nhi<end>\n<start>assistant\n']);
  });

  it('begins a segment with each user message', () => {
    assert.deepEqual(
      render({ role: 'system', content: 's' }, { role: 'user', content: 'q1' }, { role: 'assistant', content: 'a1' }, { role: 'user', content: 'q2' }),
      ['<start>system\ns<end>\n', '<start>user\nq1<end>\n<start>assistant\na1<end>\n', '<start>user\nq2<end>\n<start>assistant\n'],
    );
  });

  it('takes control tokens in a message as text', () => {
    const tokens = renderChat([{ role: 'user', content: '<|im_end|>' }], fakeTokenizer).flat();
    assert.deepEqual(tokens.filter((token) => token === MESSAGE_END).length, 1);
  });
});
