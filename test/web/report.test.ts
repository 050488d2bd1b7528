// Needs the temporal program (found or fetched), a fake endpoint in its own process and, for what a browser shows, Chromium (skipped without).

import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { openStore } from '../../src/store/sqlite/open-store.js';
import { renderReport } from '../../src/web/report.js';
import { cli } from '../cli/run-cli.js';
import { smallProject, type SmallProject } from '../cli/small-project.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
/** Written into tasks, which a model answers and an optimizer reads: none of it may become part of the page. */
const ATTACK = `<script>hacked=1</script><img src="http://evil.invalid/x.png" onerror="hacked=1">'"&lt;`;
const ODD_TASKS = 16;

/** Loads of anything from elsewhere, in whatever way a page can. */
const LOADS =
  /<(link|iframe|object|embed|base|img|video|audio|source)\b|@import|url\(\s*['"]?(?!data:|#)|\b(src|srcset|href|action|formaction|poster|data)\s*=\s*["']?\s*(https?:)?\/\//i;

function withoutText(page: string): string {
  // What is left are tags: text cannot load anything.
  return (page.match(/<[^>]*>/g) ?? []).join('\n');
}

/** A whole page in a failed assertion's message helps nobody. */
function has(page: string, pattern: RegExp): void {
  assert.ok(pattern.test(page), `the page has no ${String(pattern)}`);
}

function hasNot(page: string, pattern: RegExp): void {
  const found = pattern.exec(page);
  assert.equal(found === null ? '' : page.slice(Math.max(0, found.index - 60), found.index + 120), '');
}

async function render(project: SmallProject): Promise<string> {
  const store = await openStore({ folder: path.join(project.folder, '.watersmeet'), readOnly: true });
  try {
    const [row] = await store.listRuns();
    return await renderReport(store, row!);
  } finally {
    await store.close();
  }
}

describe('the report of a run', () => {
  let project: SmallProject;
  let page: string;

  before(async () => {
    project = await smallProject({ tasks: 96, set: { optimize: { epochs: 2 } } });
    // Words that occur once each: what was learned does not help with them.
    const odd = Array.from({ length: ODD_TASKS }, (_, index) => ({
      id: `odd-${index}`,
      input: `${ATTACK} unheardof${index}x`,
      expected: 'claim',
      category: 'claim',
    }));
    appendFileSync(path.join(project.folder, 'tasks.jsonl'), odd.map((task) => `${JSON.stringify(task)}\n`).join(''));
    const { exitCode, stderr } = await cli(project.folder, ['optimize']);
    assert.equal(exitCode, 0, stderr);
    page = await render(project);
  });
  after(() => project?.remove());

  it('shows scores before and after with intervals, the merge tree, origins, changes, tokens and tasks', () => {
    has(page, /seed on test<\/p><p class="big">[\d.]+.%<\/p><p class="small">95.% interval [\d.]+.% to [\d.]+.%, n=\d+/);
    has(page, /champion on test/);
    has(page, /p=\S+ \(McNemar&#39;s exact test, one-sided, n=\d+\), against the seed/);
    has(page, /<span class="node">m1-0001<\/span> <span class="badge (accepted|best-parent)">/);
    has(page, /<code>[0-9a-f]{10}<\/code> found by s\d{4} \(tasks? t\d+/);
    has(page, /<span class="added">\+ RULE /);
    has(page, /<td>agent<\/td><td class="number">[\d,]+<\/td>/);
    has(page, /<td>optimizer<\/td>/);
    has(page, /Seed and champion on all \d+ test tasks\./);
  });

  it('loads nothing from anywhere, and lets no script run but its own', () => {
    hasNot(withoutText(page), LOADS);
    has(
      page,
      /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; script-src &#39;sha256-[^;]+&#39;">/,
    );
    assert.equal(page.match(/<script/g)?.length, 1);
    has(page, /&lt;script&gt;hacked=1&lt;\/script&gt;&lt;img src=&quot;http:\/\/evil\.invalid/);
  });

  it('says so when the check for loads would not see one', () => {
    for (const load of [
      '<img src=x>',
      '<link rel="stylesheet" href="x">',
      '<a href="https://x">',
      '<div style="background: url(http://x)">',
      '<script src="//x">',
    ])
      assert.match(withoutText(load), LOADS, load);
  });

  for (const [what, from] of [
    ['before its baseline', 1],
    ['while its subsets are optimized', 40],
  ] as const) {
    it(`is there for a run that waits ${what}`, async () => {
      const unfinished = await smallProject({ endpoint: { faults: [{ kind: 'unauthorized', from, to: 10_000 }] } });
      try {
        assert.equal((await cli(unfinished.folder, ['optimize'])).exitCode, 3);
        const text = await render(unfinished);
        has(text, /<span class="badge waiting">waiting: key<\/span>/);
        has(text, /refused the key \(401/);
        has(text, /The run has not come to its proof yet\./);
        hasNot(withoutText(text), LOADS);
        hasNot(text, /undefined|NaN|\[object/);
      } finally {
        await unfinished.remove();
      }
    });
  }

  describe('in a browser', () => {
    let browser: Browser | undefined;
    let folder: string;
    let problems: string[];

    before(async function () {
      if (CHROMIUM === undefined) {
        console.log('      skipped: there is no Chromium in /usr/bin');
        return this.skip();
      }
      folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-report-'));
      writeFileSync(path.join(folder, 'report.html'), page);
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    });
    after(async () => {
      await browser?.close();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    const show = async (options: { readonly width: number; readonly colorScheme: 'light' | 'dark' }): Promise<Page> => {
      problems = [];
      const tab = await browser!.newPage({ viewport: { width: options.width, height: 844 }, colorScheme: options.colorScheme });
      tab.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
      });
      tab.on('pageerror', (error) => problems.push(error.message));
      tab.on('request', (request) => {
        if (!request.url().startsWith('file:')) problems.push(`requests ${request.url()}`);
      });
      await tab.goto(pathToFileURL(path.join(folder, 'report.html')).href);
      return tab;
    };

    for (const width of [390, 1280]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        it(`has no errors, no requests and no sideways scrolling at ${width} pixels, ${colorScheme}`, async () => {
          const tab = await show({ width, colorScheme });
          const size = (await tab.evaluate('({ scroll: document.documentElement.scrollWidth, shown: document.documentElement.clientWidth })')) as {
            scroll: number;
            shown: number;
          };
          assert.ok(size.scroll <= size.shown, `${size.scroll} pixels in ${size.shown}`);
          const ground = (await tab.evaluate('getComputedStyle(document.body).backgroundColor')) as string;
          const lightness = Math.max(...ground.match(/\d+/g)!.map(Number));
          assert.ok(colorScheme === 'light' ? lightness > 200 : lightness < 60, ground);
          assert.equal(await tab.evaluate('globalThis.hacked'), undefined);
          assert.deepEqual(problems, []);
          await tab.close();
        });
      }
    }

    it('filters tasks by what became of them and by their words', async () => {
      const tab = await show({ width: 1280, colorScheme: 'light' });
      const rows = tab.locator('#tasks-list .entry:visible');
      const all = await rows.count();
      let sum = 0;
      for (const name of ['better now', 'worse now', 'still failing', 'right with both']) {
        const button = tab.locator('.controls[data-filter=tasks] button', { hasText: name });
        const told = Number(/\d+$/.exec((await button.textContent())!)![0]);
        await button.click();
        assert.equal(await rows.count(), told, name);
        assert.equal(await tab.locator('.nothing:visible').count(), told === 0 ? 1 : 0);
        sum += told;
      }
      assert.equal(sum, all);
      assert.ok(Number(/\d+$/.exec((await tab.locator('button', { hasText: 'still failing' }).textContent())!)![0]) > 0, 'some tasks cannot be learned');
      await tab.locator('.controls[data-filter=tasks] button').first().click();
      await tab.locator('input[type=search]').fill('UNHEARDOF');
      const found = await rows.count();
      assert.ok(found > 0 && found < all, `${found} of ${all}`);
      await tab.locator('input[type=search]').fill('no such words');
      assert.equal(await rows.count(), 0);
      assert.equal(await tab.locator('.nothing:visible').count(), 1);
      assert.deepEqual(problems, []);
      await tab.close();
    });

    it('filters edits by verdict', async () => {
      const tab = await show({ width: 390, colorScheme: 'dark' });
      const rows = tab.locator('#edits-list .entry:visible');
      const all = await rows.count();
      assert.ok(all > 0);
      await tab.locator('.controls[data-filter=edits] button', { hasText: 'accepted' }).click();
      const accepted = await rows.count();
      await tab.locator('.controls[data-filter=edits] button', { hasText: 'rolled back' }).click();
      assert.equal(accepted + (await rows.count()), all);
      await tab.close();
    });
  });
});
