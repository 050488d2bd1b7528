// Needs nothing but a folder for a store.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { rollbackTo } from '../../src/client/champions.js';
import { openStore } from '../../src/store/sqlite/open-store.js';
import type { Store } from '../../src/store/store.js';

describe('rollbackTo', () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = mkdtempSync(`${tmpdir()}/watersmeet-champions-`);
    store = await openStore({ folder });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const promote = async (...texts: readonly string[]) => {
    for (const text of texts) {
      const candidate = await store.putCandidate({ modules: [{ name: 'm', kind: 'instructions', text, origins: [] }], parents: [] });
      await store.promote({ project: 'p', candidate, by: 'person' });
    }
  };
  const text = async () => {
    const { modules } = await store.getCandidate((await store.currentChampion('p'))!.candidate.document);
    return modules[0]!.kind === 'instructions' ? modules[0]!.text : '';
  };
  const back = async () => {
    const { version, by } = await rollbackTo(store, 'p');
    return [version, by, await text()];
  };

  it('goes back once for each time it is asked, and never to the same modules', async () => {
    await promote('a', 'b', 'b', 'c');
    assert.deepEqual(await back(), [5, 'rollback to 3', 'b']);
    assert.deepEqual(await back(), [6, 'rollback to 1', 'a']);
    await assert.rejects(rollbackTo(store, 'p'), {
      failureType: 'input.invalid',
      message: /p has no earlier champion with other modules: there is nothing to go back to/,
    });
  });

  it('goes back from what was promoted since', async () => {
    await promote('a', 'b');
    await back();
    await promote('d');
    assert.deepEqual(await back(), [5, 'rollback to 3', 'a'], 'the one before was a rollback itself');
  });

  it('goes to the version that is named, also forward again', async () => {
    await promote('a', 'b');
    await back();
    assert.equal((await rollbackTo(store, 'p', 2)).by, 'rollback to 2');
    assert.equal(await text(), 'b');
    await assert.rejects(rollbackTo(store, 'p', 9), { message: /p has no champion 9\. `watersmeet champions` lists them\./ });
  });

  it('says so when there is no champion', async () => {
    await assert.rejects(rollbackTo(store, 'p'), { message: /p has no champion: there is nothing to go back to/ });
  });
});
