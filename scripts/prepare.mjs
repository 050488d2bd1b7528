// What every npm script needs on a bare clone: dependencies and the build. Plain JavaScript, no dependencies of its own.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command with its output shown; ends the process with its exit code when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: options.quiet ? ['ignore', 'ignore', 'inherit'] : 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...options.env },
  });
  if (result.error) throw result.error;
  if (result.status !== 0 && !options.mayFail) process.exit(result.status ?? 1);
  return result.status ?? 1;
}

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(file) : statSync(file).mtimeMs);
  }
  return time;
}

/** Installs what the lock file says when it is not installed, and builds what is newer than the last build. */
export function prepare() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Watersmeet needs Node 20.19 or newer; this is ${process.versions.node}.`);
    process.exit(2);
  }
  const installed = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(path.join(root, 'package-lock.json')).mtimeMs) {
    console.log('Installing dependencies (npm ci) ...');
    run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel', 'error']);
  }
  const built = path.join(root, 'dist/src/workflow-bundle.js');
  const sources = ['src', 'test', 'scripts', 'examples'].map((folder) => path.join(root, folder)).filter((folder) => existsSync(folder));
  if (!existsSync(built) || statSync(built).mtimeMs < Math.max(...sources.map(newest))) {
    console.log('Building ...');
    run('npm', ['run', '--silent', 'build']);
  }
}
