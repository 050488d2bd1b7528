// Needs nothing.
import assert from 'node:assert/strict';
import { planChunks } from '../../../src/models/local/chunk-plan.js';
import { chooseNext, type Slot, type WaitingRequest } from '../../../src/models/local/schedule.js';

/** A prompt of `length` tokens with the name's code, then one more token. */
const prompt = (name: string, length: number, last = 0) => planChunks([Array.from({ length }, () => name.charCodeAt(0)), [last]], 10);
const request = (name: string, length: number, passedBy = 0): WaitingRequest => ({ chunks: prompt(name, length, 1), passedBy });
const slot = (name: string, length: number, rest: Partial<Slot> = {}): Slot => ({
  lane: 0,
  laneIsIdle: true,
  loaded: name === '' ? [] : prompt(name, length),
  lastUsed: name === '' ? -1 : 0,
  ...rest,
});
const PASSES = 200;

describe('chooseNext', () => {
  it('has nothing to choose without requests or without an idle lane', () => {
    assert.equal(chooseNext([], [slot('a', 100)], PASSES), undefined);
    assert.equal(chooseNext([request('a', 100)], [slot('a', 100, { laneIsIdle: false })], PASSES), undefined);
  });

  it('stays on the loaded prompt while requests for it wait', () => {
    assert.deepEqual(chooseNext([request('b', 100), request('a', 100), request('a', 100)], [slot('a', 100)], PASSES), {
      request: 1,
      slot: 0,
      reused: 10,
      reusedTokens: 100,
    });
  });

  it('prefers the longer common prefix, and among equal ones who came first', () => {
    const slots = [slot('a', 50), slot('b', 100, { lastUsed: 1 })];
    assert.equal(chooseNext([request('a', 50), request('b', 100), request('b', 100)], slots, PASSES)?.request, 1);
    assert.equal(chooseNext([request('c', 50), request('d', 50)], slots, PASSES)?.request, 0);
  });

  it('takes the request that was passed too often, though nothing of it is loaded', () => {
    const slots = [slot('a', 100)];
    assert.equal(chooseNext([request('a', 100), request('b', 100, PASSES - 1)], slots, PASSES)?.request, 0);
    assert.equal(chooseNext([request('a', 100), request('b', 100, PASSES)], slots, PASSES)?.request, 1);
  });

  it('loads a new prompt where the oldest one is', () => {
    assert.equal(chooseNext([request('c', 100)], [slot('a', 100, { lastUsed: 2 }), slot('b', 100, { lastUsed: 1 })], PASSES)?.slot, 1);
    assert.equal(chooseNext([request('c', 100)], [slot('a', 100), slot('', 0)], PASSES)?.slot, 1);
  });

  it('does not give up a long loaded prompt for a few common tokens', () => {
    const shared = { chunks: planChunks([Array.from({ length: 10 }, () => 'a'.charCodeAt(0)), [7, 8, 9]], 10), passedBy: 0 };
    assert.equal(chooseNext([shared], [slot('a', 100, { lastUsed: 2 }), slot('b', 100, { lastUsed: 1 })], PASSES)?.slot, 1);
    assert.deepEqual(chooseNext([shared], [slot('a', 20, { lastUsed: 2 }), slot('b', 100, { lastUsed: 1 })], PASSES), {
      request: 0,
      slot: 1,
      reused: 0,
      reusedTokens: 0,
    });
    assert.deepEqual(chooseNext([shared], [slot('a', 10, { lastUsed: 2 }), slot('b', 100, { lastUsed: 1 })], PASSES), {
      request: 0,
      slot: 0,
      reused: 1,
      reusedTokens: 10,
    });
  });

  describe('with a busy lane that holds the prompt', () => {
    const slots = [slot('a', 100, { lane: 0, laneIsIdle: false }), slot('', 0, { lane: 1 })];

    it('waits for it', () => {
      assert.equal(chooseNext([request('a', 100)], slots, PASSES), undefined);
    });

    it('lets others use the idle lane', () => {
      assert.deepEqual(chooseNext([request('a', 100), request('b', 100)], slots, PASSES), { request: 1, slot: 1, reused: 0, reusedTokens: 0 });
    });

    it('loads the prompt a second time once the work that waits there is more than that', () => {
      const waiting = Array.from({ length: 101 }, () => request('a', 100));
      assert.equal(chooseNext(waiting, slots, PASSES), undefined, 'each has one token more than what is loaded');
      assert.equal(chooseNext([...waiting, request('a', 100)], slots, PASSES)?.request, 101);
    });

    it('does not wait for ever', () => {
      assert.equal(chooseNext([request('a', 100, PASSES)], slots, PASSES)?.slot, 1);
    });
  });
});
