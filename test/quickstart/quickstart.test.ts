// Needs the Temporal program and the local model (fetched on first use), and about four minutes of two cores.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../src/core/events.js';
import type { RoleTotals } from '../../src/store/store.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Prompt tokens that the local model may have to read anew: more take too long on two processors. */
const UNCACHED_PROMPT_TOKENS = 20_000;

interface Ending {
  readonly run: string;
  readonly status: string;
  readonly better: boolean;
  readonly totals: readonly RoleTotals[];
}

describe('quickstart', function () {
  this.timeout(12 * 60_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-quickstart-'));
  let events: readonly RunEvent[] = [];
  let ending: Ending;
  let sentences = '';

  before(async () => {
    const child = spawn(process.execPath, ['scripts/quickstart.mjs', '--json'], {
      cwd: root,
      env: { ...process.env, WATERSMEET_QUICKSTART_FOLDER: folder, OPENAI_API_KEY: 'never-used' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (sentences += data.toString()));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    assert.equal(code, 0, sentences);
    const lines = output.split('\n').flatMap((line) => (line.startsWith('{"') ? [JSON.parse(line) as RunEvent & Ending] : []));
    events = lines.filter((line) => 'body' in line);
    ending = lines.find((line) => 'totals' in line)!;
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  function event<T extends RunEvent['body']['type']>(type: T): Extract<RunEvent['body'], { type: T }> {
    const found = events.find(({ body }) => body.type === type);
    assert.ok(found, `no event ${type}`);
    return found.body as Extract<RunEvent['body'], { type: T }>;
  }

  it('ends with a champion that is better than the seed by far', () => {
    const { before, after, test } = event('prove-ended');
    assert.equal(ending.better, true);
    assert.ok(before.n >= 48 && after.n === before.n);
    assert.ok(before.mean <= 0.05, `seed ${before.mean}`);
    assert.ok(after.mean >= 0.3, `champion ${after.mean}`);
    assert.ok(test.interval.low > 0.1, `interval from ${test.interval.low}`);
  });

  it('is not worse than as many demos drawn at random, on as many tasks as select has', () => {
    const { scores, winner } = event('select-ended');
    const score = (id: string) => scores.find((entry) => entry.id === id)!.score;
    assert.ok(score(winner).n >= 36);
    assert.ok(score(winner).mean >= score('baseline-random-demos').mean);
    assert.ok(event('finalists-chosen').finalists.length <= 4);
  });

  it('reads few prompt tokens anew', () => {
    const uncached = ending.totals.reduce((sum, total) => sum + total.sentPromptTokens - total.cachedTokens, 0);
    assert.ok(uncached > 0 && uncached <= UNCACHED_PROMPT_TOKENS, `${uncached} prompt tokens were not served from the model's cache`);
  });

  it('uses no key and costs nothing', () => {
    assert.deepEqual(
      ending.totals.map((total) => [total.role, total.cost]),
      [['agent', 0]],
    );
  });

  it('writes the report', () => {
    assert.ok(existsSync(path.join(folder, '.watersmeet', 'reports', `${ending.run}.html`)));
  });
});
