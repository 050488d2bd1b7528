// Needs a temporary folder.

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { codeVersion } from '../../src/agents/code-version.js';

describe('codeVersion', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'watersmeet-version-'));
    await write(
      'agent.ts',
      `import { a } from './lib/a.js';\nimport fs from 'node:fs';\nexport * from "./lib";\nconst data = require('./data.json');\nconst later = () => import('./later.mjs');\nconst text = new URL('./prompt.txt', import.meta.url);\n`,
    );
    await write('lib/a.ts', `import type { B } from '../b';\nimport openai from 'openai';\nexport const a = 1;\n`);
    await write('lib/index.ts', `import '../agent.ts';\n`);
    await write('b.ts', 'export type B = string;\n');
    await write('data.json', '{"x": 1}');
    await write('later.mts', 'export {};\n');
    await write('prompt.txt', 'Be brief.');
    await write('unrelated.ts', 'export {};\n');
    await write('node_modules/openai/index.js', 'module.exports = 1;');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function write(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const version = (name = 'agent.ts') => codeVersion(join(folder, name));

  it('is a SHA-256, the same each time', async () => {
    assert.match(await version(), /^[0-9a-f]{64}$/);
    assert.equal(await version(), await version());
  });

  for (const name of ['agent.ts', 'lib/a.ts', 'lib/index.ts', 'b.ts', 'data.json', 'later.mts', 'prompt.txt']) {
    it(`changes with ${name}, which is imported`, async () => {
      const before = await version();
      await write(name, name === 'data.json' ? '{"x": 2}' : 'export const changed = true;\n');
      assert.notEqual(await version(), before);
    });
  }

  for (const name of ['unrelated.ts', 'node_modules/openai/index.js']) {
    it(`does not change with ${name}`, async () => {
      const before = await version();
      await write(name, '// changed\n');
      assert.equal(await version(), before);
    });
  }

  it('does not change when the project moves or is checked out with other line ends', async () => {
    const before = await version();
    const elsewhere = await mkdtemp(join(tmpdir(), 'watersmeet-elsewhere-'));
    try {
      await cp(folder, elsewhere, { recursive: true });
      await writeFile(join(elsewhere, 'b.ts'), 'export type B = string;\r\n');
      assert.equal(await codeVersion(join(elsewhere, 'agent.ts')), before);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  it('changes when a missing import appears, or a package is exchanged', async () => {
    await write('c.ts', "import './missing.js';\nimport 'left';\n");
    const before = await version('c.ts');
    await write('c.ts', "import './missing.js';\nimport 'right';\n");
    const exchanged = await version('c.ts');
    assert.notEqual(exchanged, before);
    await write('missing.ts', '');
    assert.notEqual(await version('c.ts'), exchanged);
  });

  it('passes over what looks like an import in texts and comments, and computed names', async () => {
    await write('d.ts', "// import './gone.js'\nconst s = \"from './gone'\";\nimport(`./${s}.js`);\n");
    assert.match(await version('d.ts'), /^[0-9a-f]{64}$/);
  });

  it('fails when the file is not there', async () => {
    await assert.rejects(version('nothing.ts'), { code: 'ENOENT' });
  });
});
