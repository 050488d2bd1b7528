// `npm test`: installs and builds what is missing, then runs the tests. Ends with "N passed, N failed".
// `npm test -- test/core` runs the test files under a folder.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const folders = process.argv.slice(2);
const specs =
  folders.length === 0
    ? ['dist/test/**/*.test.js']
    : folders.map((folder) => (folder.endsWith('.ts') ? `dist/${folder.replace(/\.ts$/, '.js')}` : `dist/${folder.replace(/\/$/, '')}/**/*.test.js`));
const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-test-'));
const results = path.join(folder, 'results.json');
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/mocha/bin/mocha.js',
    '--reporter',
    path.join(root, 'scripts/mocha-reporter.cjs'),
    '--reporter-option',
    `output=${results}`,
    '--forbid-only',
    // Much of the time is waiting: for answers, for servers to start, for processes to end.
    '--parallel',
    '--jobs',
    '2',
    // What the native parts of Temporal keep open must not keep the process.
    '--exit',
    ...specs,
  ],
  { cwd: root, stdio: 'inherit' },
);
let stats;
try {
  stats = JSON.parse(readFileSync(results, 'utf8'));
} catch {
  console.error('The tests ended without a result.');
  stats = { passed: 0, failed: 1, skipped: 0 };
}
rmSync(folder, { recursive: true, force: true });
if (stats.skipped > 0) console.log(`${stats.skipped} skipped`);
console.log(`${stats.passed} passed, ${stats.failed} failed`);
process.exit(stats.failed > 0 || status !== 0 ? 1 : 0);
