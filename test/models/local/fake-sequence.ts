// A sequence whose answers depend on how the prompt was cut into batches, as the model's last bits do.

import { createHash } from 'node:crypto';
import { MESSAGE_END, type Tokenizer } from '../../../src/models/local/chat-template.js';
import type { Sequence } from '../../../src/models/local/request-queue.js';

export interface FakeSequence extends Sequence {
  /** Every batch that was evaluated, tokens joined by spaces. */
  readonly evaluated: readonly string[];
  /** Makes the next evaluation fail. */
  breakOnce(): void;
}

/** `pause` is awaited before each batch, so that requests can queue up. */
export function fakeSequence(pause: () => Promise<void> = async () => undefined): FakeSequence {
  /** The state after each batch, by the tokens in memory then. */
  const states = new Map<number, string>([[0, '']]);
  const evaluated: string[] = [];
  let position = 0;
  let broken = false;

  async function evaluate(tokens: readonly number[]): Promise<string> {
    await pause();
    if (broken) {
      broken = false;
      // Something is in memory that nobody knows of.
      position += 1;
      throw new Error('the model failed');
    }
    const batch = tokens.join(' ');
    const state = createHash('sha256')
      .update(`${states.get(position) ?? 'nobody evaluated this'}|${batch}`)
      .digest('hex');
    evaluated.push(batch);
    position += tokens.length;
    states.set(position, state);
    return state;
  }

  return {
    evaluated,
    breakOnce: () => (broken = true),
    async keep(tokens) {
      if (tokens > position) throw new Error(`${tokens} tokens cannot be kept of ${position}`);
      for (const boundary of states.keys()) if (boundary > tokens) states.delete(boundary);
      if (!states.has(tokens)) throw new Error(`${tokens} is no boundary of a batch`);
      position = tokens;
    },
    async evaluate(tokens) {
      await evaluate(tokens);
    },
    async *generate(tokens) {
      let state = await evaluate(tokens);
      for (;;) {
        const number = Number.parseInt(state.slice(0, 6), 16);
        const token = number % 11 === 0 ? MESSAGE_END : 97 + (number % 26);
        yield token;
        state = await evaluate([token]);
      }
    },
  };
}

/** One token per UTF-16 unit, 3 higher: 0 to 2 are control tokens. */
export const fakeTokenizer: Tokenizer = {
  encode: (text) => Array.from(text, (character) => character.charCodeAt(0) + 3),
  decode: (tokens) => String.fromCharCode(...tokens.filter((token) => token > 2).map((token) => token - 3)),
};
