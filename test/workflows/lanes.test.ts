// Needs nothing.

import { strict as assert } from 'node:assert';
import { lanes } from '../../src/workflows/lanes.js';

describe('lanes', () => {
  /** Work whose pieces end when they are told to. */
  function work(items: readonly string[]) {
    const started: string[] = [];
    const ends = new Map<string, () => void>();
    const run = (item: string) => {
      started.push(item);
      return new Promise<string>((resolve) => ends.set(item, () => resolve(`${item} done`)));
    };
    return { started, run, end: (item: string) => ends.get(item)!(), items };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('give results in the order of the items, whatever ends first', async () => {
    const { run, end, items } = work(['a', 'b', 'c']);
    const results = lanes(3, items, run);
    for (const item of ['c', 'a', 'b']) {
      end(item);
      await turn();
    }
    assert.deepEqual(await results, ['a done', 'b done', 'c done']);
  });

  it('run no more at once than there are lanes, and start the next in order', async () => {
    const { run, end, items, started } = work(['a', 'b', 'c', 'd']);
    const results = lanes(2, items, run);
    assert.deepEqual(started, ['a', 'b']);
    end('b');
    await turn();
    assert.deepEqual(started, ['a', 'b', 'c']);
    end('c');
    await turn();
    end('a');
    end('d');
    assert.deepEqual(await results, ['a done', 'b done', 'c done', 'd done']);
  });

  it('fail with the first that fails, and do nothing of nothing', async () => {
    await assert.rejects(
      lanes(2, ['a', 'b'], (item) => (item === 'b' ? Promise.reject(new Error('b failed')) : new Promise(() => undefined))),
      /b failed/,
    );
    assert.deepEqual(await lanes(2, [], () => Promise.reject(new Error('never'))), []);
  });
});
