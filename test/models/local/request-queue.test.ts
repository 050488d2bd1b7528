// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planChunks } from '../../../src/models/local/chunk-plan.js';
import { RequestQueue, type Completion, type Work } from '../../../src/models/local/request-queue.js';
import { fakeSequence, fakeTokenizer, type FakeSequence } from './fake-sequence.js';

const chunksOf = (segments: readonly string[]) =>
  planChunks(
    segments.map((segment) => fakeTokenizer.encode(segment)),
    4,
  );
const workOf = (segments: readonly string[], rest: Partial<Work> = {}): Work => ({
  chunks: chunksOf(segments),
  maxTokens: 6,
  stop: [],
  signal: new AbortController().signal,
  ...rest,
});
const queueOf = (lanes: readonly (readonly FakeSequence[])[], rest: { readonly maxPasses?: number; readonly maxWaiting?: number } = {}) =>
  new RequestQueue({ lanes, tokenizer: fakeTokenizer, maxPasses: 200, maxWaiting: 1_000, ...rest });
const bodyOf = ({ text, finishReason, promptTokens, completionTokens }: Completion) => ({ text, finishReason, promptTokens, completionTokens });
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('RequestQueue', () => {
  it('gives each request the answer of a fresh model, in any order, with any number of lanes and slots', async () => {
    const segment = fc.string({ unit: fc.constantFrom('x', 'y'), minLength: 1, maxLength: 9 });
    const requests = fc.array(fc.array(segment, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(requests, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), async (prompts, lanes, slots) => {
        const alone = await Promise.all(prompts.map((prompt) => queueOf([[fakeSequence()]]).complete(workOf(prompt))));
        const shared = queueOf(Array.from({ length: lanes }, () => Array.from({ length: slots }, () => fakeSequence(turn))));
        const together = await Promise.all(prompts.map((prompt) => shared.complete(workOf(prompt))));
        assert.deepEqual(together.map(bodyOf), alone.map(bodyOf));
      }),
      { numRuns: 60 },
    );
  });

  it('evaluates a shared prefix once and says how much of it was in memory', async () => {
    const sequence = fakeSequence();
    const queue = queueOf([[sequence]]);
    const first = await queue.complete(workOf(['system-prompt', 'one'], { maxTokens: 1 }));
    const before = sequence.evaluated.length;
    const second = await queue.complete(workOf(['system-prompt', 'two'], { maxTokens: 1 }));
    assert.deepEqual([first.cachedTokens, second.cachedTokens], [0, 'system-prompt'.length]);
    assert.equal(sequence.evaluated.length - before, 1, 'only the last chunk');
  });

  it('never counts what was generated as a prompt in memory', async () => {
    const queue = queueOf([[fakeSequence()]]);
    const { text } = await queue.complete(workOf(['12345678']));
    const second = await queue.complete(workOf([`12345678${text}${text}`]));
    assert.equal(second.cachedTokens, 8);
  });

  it('serves what is loaded before what came earlier', async () => {
    const order: string[] = [];
    const queue = queueOf([[fakeSequence(turn)]]);
    await Promise.all(
      ['aaaaaaaa', 'bbbbbbbb', 'aaaaaaaa', 'aaaaaaaa'].map((prefix, index) =>
        queue.complete(workOf([prefix, 'q'], { onStart: () => order.push(`${prefix[0] ?? ''}${index}`) })),
      ),
    );
    assert.deepEqual(order, ['a0', 'a2', 'a3', 'b1']);
  });

  it('lets a request be passed a bounded number of times', async () => {
    const order: number[] = [];
    const queue = queueOf([[fakeSequence(turn)]], { maxPasses: 2 });
    await Promise.all(
      ['aaaaaaaa', 'bbbbbbbb', 'aaaaaaaa', 'aaaaaaaa', 'aaaaaaaa'].map((prefix, index) =>
        queue.complete(workOf([prefix, 'q'], { onStart: () => order.push(index) })),
      ),
    );
    assert.deepEqual(order, [0, 2, 3, 1, 4]);
  });

  it('shows the text in pieces that make up the whole', async () => {
    const pieces: string[] = [];
    const { text } = await queueOf([[fakeSequence()]]).complete(workOf(['prompt'], { maxTokens: 5, onText: (piece) => pieces.push(piece) }));
    assert.equal(pieces.join(''), text);
  });

  it('stops at a stop sequence and at the limit', async () => {
    const prompt = ['a prompt with a long answer'];
    const free = await queueOf([[fakeSequence()]]).complete(workOf(prompt, { maxTokens: 5 }));
    assert.deepEqual([free.finishReason, free.completionTokens], ['length', 5]);
    const stop = free.text.slice(2, 3);
    const stopped = await queueOf([[fakeSequence()]]).complete(workOf(prompt, { maxTokens: 5, stop: [stop] }));
    assert.equal(stopped.finishReason, 'stop');
    assert.equal(stopped.text, free.text.slice(0, free.text.indexOf(stop)));
  });

  it('drops a waiting request whose caller went away', async () => {
    const sequence = fakeSequence(turn);
    const queue = queueOf([[sequence]]);
    const gone = new AbortController();
    const first = queue.complete(workOf(['first']));
    const second = queue.complete(workOf(['second'], { signal: gone.signal }));
    gone.abort(new Error('gone'));
    await assert.rejects(second, /gone/);
    await first;
    assert.equal(queue.statistics().cancelled, 1);
    assert.ok(!sequence.evaluated.includes(fakeTokenizer.encode('seco').join(' ')));
  });

  it('ends a running request whose caller went away, and answers the next one rightly', async () => {
    const queue = queueOf([[fakeSequence(turn)]]);
    const gone = new AbortController();
    await assert.rejects(queue.complete(workOf(['prompt', 'one'], { signal: gone.signal, onStart: () => gone.abort(new Error('gone')) })), /gone/);
    const [next, alone] = [await queue.complete(workOf(['prompt', 'two'])), await queueOf([[fakeSequence()]]).complete(workOf(['prompt', 'two']))];
    assert.deepEqual(bodyOf(next), bodyOf(alone));
  });

  it('answers rightly after the model failed', async () => {
    const sequence = fakeSequence();
    const queue = queueOf([[sequence]]);
    await queue.complete(workOf(['prompt', 'zero']));
    sequence.breakOnce();
    await assert.rejects(queue.complete(workOf(['prompt', 'one'])), /the model failed/);
    const [next, alone] = [await queue.complete(workOf(['prompt', 'two'])), await queueOf([[fakeSequence()]]).complete(workOf(['prompt', 'two']))];
    assert.deepEqual(bodyOf(next), bodyOf(alone));
    assert.equal(queue.statistics().failed, 1);
  });

  it('refuses more than may wait', async () => {
    const queue = queueOf([[fakeSequence(turn)]], { maxWaiting: 1 });
    const served = [queue.complete(workOf(['one'])), queue.complete(workOf(['two']))];
    await assert.rejects(queue.complete(workOf(['three'])), { name: 'ApiProblem', status: 429 });
    await Promise.all(served);
  });
});
