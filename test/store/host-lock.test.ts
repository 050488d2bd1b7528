// Needs nothing but this package: starts processes of its own, in a temporary folder.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { failureTypeOf } from '../../src/core/failures.js';
import { acquireHostLock, type HostLock } from '../../src/store/host-lock.js';
import { type Child, startChild } from './processes.js';

describe('host lock', () => {
  let folder: string;
  const children: Child[] = [];
  const locks: (HostLock | undefined)[] = [];

  const acquire = async () => {
    const lock = await acquireHostLock(folder);
    locks.push(lock);
    return lock;
  };
  const start = (...parameters: string[]) => {
    const child = startChild('lock', folder, ...parameters);
    children.push(child);
    return child;
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'watersmeet-lock-'));
  });

  afterEach(async () => {
    for (const lock of locks.splice(0)) lock?.release();
    for (const child of children.splice(0)) {
      child.process.kill('SIGKILL');
      await child.ended;
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('is held by one only, in one process as well', async () => {
    const lock = await acquire();
    assert.equal(lock?.folder, folder);
    assert.equal(await acquire(), undefined);
    lock.release();
    lock.release();
    assert.notEqual(await acquire(), undefined);
  });

  it('goes to exactly one of many who ask at once in one process', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, acquire));
    assert.equal(all.filter((lock) => lock !== undefined).length, 1);
  });

  it('makes the folder, and is per folder', async () => {
    assert.notEqual(await acquire(), undefined);
    const other = await acquireHostLock(path.join(folder, 'deep', 'er'));
    locks.push(other);
    assert.notEqual(other, undefined);
  });

  it('is refused within 150 ms while another process holds it, without blocking the event loop', async () => {
    const child = start();
    assert.equal(await child.line(() => true), 'held');
    // The best of five: a busy machine may stop us as well.
    let took = Number.POSITIVE_INFINITY;
    let still = Number.POSITIVE_INFINITY;
    for (let count = 0; count < 5; count += 1) {
      const from = performance.now();
      let last = from;
      let longest = 0;
      const timer = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      assert.equal(await acquire(), undefined);
      clearInterval(timer);
      took = Math.min(took, performance.now() - from);
      still = Math.min(still, Math.max(longest, performance.now() - last));
    }
    assert.ok(took < 150, `took ${took} ms`);
    assert.ok(still < 60, `the event loop stood still for ${still} ms`);
  });

  it('is free as soon as its holder is killed with -9', async () => {
    const child = start();
    await child.line((line) => line === 'held');
    assert.equal(await acquire(), undefined);
    child.process.kill('SIGKILL');
    await child.ended;
    assert.notEqual(await acquire(), undefined);
  });

  it('is free when its holder ends without release, and when it releases', async () => {
    for (const way of ['end', 'release']) {
      const child = start(way);
      await child.line((line) => line === 'held');
      child.process.stdin?.end();
      await child.ended;
      const lock = await acquire();
      assert.notEqual(lock, undefined, way);
      lock?.release();
    }
  });

  it('stays held when it is asked for again and again, and when its owner forgets it', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    assert.notEqual(await acquireHostLock(folder), undefined);
    for (let count = 0; count < 5; count += 1) {
      assert.equal(await acquireHostLock(folder), undefined);
      collectGarbage();
      await sleep(5);
    }
    const child = start();
    assert.equal(await child.line(() => true), 'refused', 'a refused attempt must not drop the lock of its process');
  });

  it('goes to exactly one of several processes that ask at once', async () => {
    const racing = Array.from({ length: 5 }, () => start());
    const said = await Promise.all(racing.map((child) => child.line(() => true)));
    assert.deepEqual(said.sort(), ['held', 'refused', 'refused', 'refused', 'refused']);
  });

  it('says so when the folder cannot be made', async () => {
    await writeFile(path.join(folder, 'file'), '');
    await assert.rejects(
      acquireHostLock(path.join(folder, 'file')),
      (error: Error) => failureTypeOf(error) === 'input.invalid' && error.message.includes(folder),
    );
  });
});
