// Needs nothing: npm is a shell script.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureModelRuntime, runtimeManifest } from '../../src/downloads/model-runtime.js';
import { PLATFORM_PACKAGES } from '../../src/downloads/model-runtime-lock.js';
import { createSandbox, type Sandbox } from './fakes.js';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly integrity?: string; readonly dependencies?: Readonly<Record<string, string>> }>
  >;
}

describe('runtimeManifest', () => {
  for (const platform of Object.keys(PLATFORM_PACKAGES)) {
    it(`locks everything for ${platform}: every package with its hash, every dependency with its package`, () => {
      const manifest = runtimeManifest(platform);
      assert.ok(manifest !== undefined);
      const { packages } = manifest.packageLock as Lock;
      for (const [place, { integrity, dependencies = {} }] of Object.entries(packages)) {
        if (place !== '') assert.match(integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/, place);
        for (const dependency of Object.keys(dependencies)) assert.ok(resolves(packages, place, dependency), `${place} needs ${dependency}`);
      }
    });
  }

  it('knows no other platform', () => assert.equal(runtimeManifest('win32-x64'), undefined));
});

/** As Node finds it: in the package's own node_modules, or in one above. */
function resolves(packages: Lock['packages'], place: string, dependency: string): boolean {
  for (let above = place; ; above = above.slice(0, Math.max(0, above.lastIndexOf('/node_modules/')))) {
    if (`${above}${above === '' ? '' : '/'}node_modules/${dependency}` in packages) return true;
    if (above === '') return false;
  }
}

describe('ensureModelRuntime', () => {
  let sandbox: Sandbox;
  const ensure = (platform = 'linux-x64') => ensureModelRuntime({ environment: sandbox.environment, platform });
  beforeEach(async () => {
    sandbox = await createSandbox();
  });
  afterEach(() => sandbox.remove());

  it('installs from the lock without optional packages and install scripts, once', async () => {
    await sandbox.program('npm', 'mkdir node_modules; echo "$@" > node_modules/arguments');
    const folder = await ensure();
    const words = (await readFile(path.join(folder, 'node_modules', 'arguments'), 'utf8')).trim().split(' ');
    for (const word of ['ci', '--omit=optional', '--ignore-scripts']) assert.ok(words.includes(word), word);
    assert.ok((await readdir(folder)).includes('package-lock.json'));
    await sandbox.program('npm', 'exit 1');
    assert.equal(await ensure(), folder);
  });

  it('leaves nothing of an install that failed, and says why', async () => {
    await sandbox.program(
      'npm',
      'mkdir node_modules; echo "npm error code E404" >&2; echo "npm error 404 Not Found" >&2; echo "npm error A complete log is somewhere" >&2; exit 1',
    );
    await assert.rejects(ensure(), { code: 'download.unavailable', message: /could not be installed .*npm says "404 Not Found"/ });
    assert.deepEqual(await readdir(path.join(sandbox.cache, 'model-runtime')), []);
  });

  it('tells wrong bytes from a registry that cannot be reached', async () => {
    await sandbox.program('npm', 'echo "npm error code EINTEGRITY" >&2; echo "npm error sha512-x integrity checksum failed" >&2; exit 1');
    await assert.rejects(ensure(), { code: 'download.corrupt', message: /integrity checksum failed/ });
  });

  it('says so without npm', async () => {
    await assert.rejects(ensure(), { code: 'download.unavailable', message: /npm was not found.*Check that npm is there/ });
  });

  it('is safe when several install it at once', async () => {
    await sandbox.program('npm', 'mkdir node_modules; echo done > node_modules/file');
    const folders = await Promise.all([ensure(), ensure(), ensure()]);
    assert.equal(new Set(folders).size, 1);
    assert.deepEqual(await readdir(path.join(sandbox.cache, 'model-runtime')), [path.basename(folders[0] ?? '')]);
  });

  it('names what can be used where it is not pinned', async () => {
    await assert.rejects(ensure('win32-x64'), { code: 'download.unsupported', message: /pinned for linux-arm64 and linux-x64, not for win32-x64.*Ollama/ });
  });
});
