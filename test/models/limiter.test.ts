// Needs nothing.

import assert from 'node:assert/strict';
import { createLimiter, createLimiters, type Limiter, type Permit } from '../../src/models/limiter.js';
import { ManualClock, settled } from './support.js';

/** Asks for permits by number and keeps those granted, in order. */
function queue(limiter: Limiter) {
  const granted: number[] = [];
  const permits = new Map<number, Permit>();
  const errors = new Map<number, unknown>();
  return {
    granted,
    errors,
    ask: (number: number, tokens = 0, signal?: AbortSignal) => {
      limiter.acquire(tokens, signal).then(
        (permit) => {
          granted.push(number);
          permits.set(number, permit);
        },
        (error: unknown) => errors.set(number, error),
      );
    },
    permit: (number: number) => permits.get(number) as Permit,
  };
}

describe('limiter', () => {
  it('lets through as many as may be in flight, the others in order as places become free', async () => {
    const limiter = createLimiter({ concurrency: 2 }, new ManualClock());
    const { ask, granted, permit } = queue(limiter);
    for (const number of [1, 2, 3, 4, 5]) ask(number);
    await settled();
    assert.deepEqual(granted, [1, 2]);
    permit(2).succeeded(10);
    await settled();
    assert.deepEqual(granted, [1, 2, 3]);
    permit(1).released();
    permit(3).succeeded(10);
    await settled();
    assert.deepEqual(granted, [1, 2, 3, 4, 5]);
    assert.deepEqual(limiter.state(), { inFlight: 2, allowed: 2, waiting: 0 });
  });

  it('counts only the first end of a permit', async () => {
    const limiter = createLimiter({ concurrency: 1 }, new ManualClock());
    const permit = await limiter.acquire(1);
    permit.succeeded(1);
    permit.released();
    permit.overloaded();
    assert.deepEqual(limiter.state(), { inFlight: 0, allowed: 1, waiting: 0 });
  });

  it('forgets whoever is aborted while waiting, and refuses whoever was aborted before', async () => {
    const limiter = createLimiter({ concurrency: 1 }, new ManualClock());
    const { ask, granted, errors, permit } = queue(limiter);
    const second = new AbortController();
    ask(1);
    ask(2, 0, second.signal);
    ask(3);
    await settled();
    second.abort('gone');
    ask(4, 0, AbortSignal.abort('never'));
    permit(1).released();
    await settled();
    assert.deepEqual(granted, [1, 3]);
    assert.deepEqual(
      [...errors],
      [
        [2, 'gone'],
        [4, 'never'],
      ],
    );
  });

  it('lets whoever comes next through when the first in the queue is aborted', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ concurrency: 9, tokensPerMinute: 600 }, clock);
    const { ask, granted } = queue(limiter);
    const big = new AbortController();
    ask(1, 80);
    ask(2, 90, big.signal);
    ask(3, 20);
    await settled();
    assert.deepEqual(granted, [1]);
    big.abort('gone');
    await settled();
    assert.deepEqual(granted, [1, 3]);
  });

  it('spreads requests over the minute: a sixth at once, then evenly', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ concurrency: 100, requestsPerMinute: 60 }, clock);
    const { ask, granted } = queue(limiter);
    for (let number = 1; number <= 30; number++) ask(number);
    await settled();
    assert.equal(granted.length, 10);
    await clock.pass(1_000);
    assert.equal(granted.length, 11);
    await clock.pass(9_000);
    assert.equal(granted.length, 20);
    await clock.pass(60_000);
    assert.deepEqual(
      granted,
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
    assert.equal(clock.timers, 0);
  });

  it('allows one request at once however few a minute', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ concurrency: 100, requestsPerMinute: 2 }, clock);
    const { ask, granted } = queue(limiter);
    for (const number of [1, 2]) ask(number);
    await settled();
    assert.deepEqual(granted, [1]);
    await clock.pass(29_999);
    assert.deepEqual(granted, [1]);
    await clock.pass(1);
    assert.deepEqual(granted, [1, 2]);
  });

  it('counts tokens by estimate, then by what was really used', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ concurrency: 100, tokensPerMinute: 6_000 }, clock);
    const { ask, granted, permit } = queue(limiter);
    ask(1, 900);
    ask(2, 200);
    await settled();
    assert.deepEqual(granted, [1]);
    permit(1).succeeded(300);
    await settled();
    assert.deepEqual(granted, [1, 2]);
    permit(2).succeeded(1_500);
    ask(3, 100);
    await clock.pass(8_900);
    assert.deepEqual(granted, [1, 2], 'the debt of 800 takes 8 s to pay, 100 more tokens another');
    await clock.pass(100);
    assert.deepEqual(granted, [1, 2, 3]);
  });

  it('lets a call through that is larger than the bucket, once it is full', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ concurrency: 100, tokensPerMinute: 600 }, clock);
    const { ask, granted } = queue(limiter);
    ask(1, 50);
    ask(2, 5_000);
    await settled();
    assert.deepEqual(granted, [1]);
    await clock.pass(5_000);
    assert.deepEqual(granted, [1, 2]);
  });

  it('halves what it allows once for a round of refusals, never below one, and grows by one a round', async () => {
    const limiter = createLimiter({ concurrency: 8 }, new ManualClock());
    const allowed = () => limiter.state().allowed;
    const round = async (end: (permit: Permit) => void) => {
      for (const permit of await Promise.all(Array.from({ length: allowed() }, () => limiter.acquire(0)))) end(permit);
    };
    await round((permit) => permit.overloaded());
    assert.equal(allowed(), 4, 'eight refusals of one round are one');
    await round((permit) => permit.overloaded());
    await round((permit) => permit.overloaded());
    assert.equal(allowed(), 1);
    await round((permit) => permit.overloaded());
    assert.equal(allowed(), 1);
    const seen = [];
    for (let number = 0; number < 9; number++) {
      await round((permit) => permit.succeeded(0));
      seen.push(allowed());
    }
    assert.deepEqual(seen, [2, 3, 4, 5, 6, 7, 8, 8, 8]);
  });

  it('does not change for failures that say nothing of capacity', async () => {
    const limiter = createLimiter({ concurrency: 4 }, new ManualClock());
    (await limiter.acquire(0)).released();
    (await limiter.acquire(0)).failed();
    assert.equal(limiter.state().allowed, 4);
  });

  it('knows since when there were only failures', async () => {
    const clock = new ManualClock();
    const begun = clock.now();
    const limiter = createLimiter({ concurrency: 4 }, clock);
    assert.equal(limiter.failingSince(), undefined);
    const long = await limiter.acquire(0);
    (await limiter.acquire(0)).failed();
    await clock.pass(1_000);
    (await limiter.acquire(0)).overloaded();
    (await limiter.acquire(0)).released();
    assert.equal(limiter.failingSince(), begun);
    (await limiter.acquire(0)).succeeded(0);
    assert.equal(limiter.failingSince(), undefined);
    (await limiter.acquire(0)).failed();
    assert.equal(limiter.failingSince(), begun + 1_000);
    limiter.rejectWaiting(new Error('down'));
    assert.equal(limiter.failingSince(), undefined);
    long.failed();
    assert.equal(limiter.failingSince(), begun + 1_000);
    (await limiter.acquire(0)).released();
    assert.equal(limiter.failingSince(), undefined, 'after a rest it begins anew');
  });

  it('holds everybody back for a Retry-After, two minutes at most', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ concurrency: 8 }, clock);
    const { ask, granted } = queue(limiter);
    (await limiter.acquire(0)).overloaded(30_000);
    ask(1);
    await clock.pass(29_999);
    assert.deepEqual(granted, []);
    await clock.pass(1);
    assert.deepEqual(granted, [1]);
    (await limiter.acquire(0)).overloaded(3_600_000);
    ask(2);
    await clock.pass(120_000);
    assert.deepEqual(granted, [1, 2]);
  });

  it('sends everybody away who waits', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ concurrency: 1, requestsPerMinute: 6 }, clock);
    const { ask, errors, permit } = queue(limiter);
    for (const number of [1, 2, 3]) ask(number);
    await settled();
    permit(1).released();
    const down = new Error('down');
    limiter.rejectWaiting(down);
    await settled();
    assert.deepEqual(
      [...errors],
      [
        [2, down],
        [3, down],
      ],
    );
    assert.equal(clock.timers, 0);
    assert.deepEqual(limiter.state(), { inFlight: 0, allowed: 1, waiting: 0 });
  });

  it('takes new limits at once, up and down', async () => {
    const clock = new ManualClock();
    const limiters = createLimiters(clock);
    const model = { endpoint: 'http://e/v1', model: 'm' };
    const limiter = limiters.of({ ...model, concurrency: 1 });
    const { ask, granted } = queue(limiter);
    for (const number of [1, 2, 3, 4]) ask(number);
    await settled();
    assert.equal(limiters.of({ ...model, concurrency: 3 }), limiter);
    await settled();
    assert.deepEqual(granted, [1, 2, 3]);
    limiters.of({ ...model, concurrency: 2 });
    assert.equal(limiter.state().allowed, 2);
    assert.notEqual(limiters.of({ ...model, model: 'n', concurrency: 1 }), limiter);
    limiters.of({ ...model, concurrency: 9, requestsPerMinute: 6 });
    ask(5);
    await settled();
    assert.deepEqual(granted, [1, 2, 3, 4], 'one request a sixth of a minute');
  });
});
