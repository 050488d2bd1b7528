// Needs a temporary folder. Loads every whole configuration of the documentation.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';

const ROOT = path.join(import.meta.dirname, '../../..');
const PAGES = ['README.md', ...['docs', 'docs/benchmarks'].flatMap((folder) => readdirSync(path.join(ROOT, folder)).map((name) => `${folder}/${name}`))].filter(
  (name) => name.endsWith('.md'),
);

describe('the configurations of the documentation', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-docs-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const page of PAGES) {
    const blocks = [...readFileSync(path.join(ROOT, page), 'utf8').matchAll(/```ts\n([^`]*?export default defineConfig[^]*?)```/g)]
      .map((match) => match[1]!)
      // Parts of a file, and what stands on a file of the reader's own.
      .filter((text) => text.includes("from 'watersmeet'") && !/^\s*\/\/ \.\.\.$|from '\.\//m.test(text));
    for (const [index, text] of blocks.entries()) {
      it(`${page}, number ${index + 1}, loads`, async () => {
        const file = path.join(folder, `${page.replaceAll(/\W/g, '-')}-${index}.config.ts`);
        writeFileSync(file, text);
        const { settings } = await loadConfig(file);
        assert.ok(settings.modules.length > 0);
      });
    }
  }
});
