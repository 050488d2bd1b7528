// The local model's runtime (llama.cpp through node-llama-cpp), installed on demand: as a dependency it would add 85 MB to everybody's install.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, type Environment } from './cache-folder.js';
import { DownloadError } from './download-error.js';
import { publish, sizeOfFile, withPartialFolder } from './files.js';
import { PLATFORM_PACKAGES, RUNTIME_PACKAGES, RUNTIME_VERSION } from './model-runtime-lock.js';
import type { OnProgress } from './progress.js';
import { lastLine, runCommand } from './run-command.js';

const INSTALL_TIME_LIMIT_MILLISECONDS = 15 * 60_000;
const NAME = 'watersmeet-local-model';

/** Pure: what `npm ci` installs from. Undefined when no compiled code is pinned for the platform. */
export function runtimeManifest(platform: string): { readonly packageJson: object; readonly packageLock: object } | undefined {
  const compiled = PLATFORM_PACKAGES[platform];
  if (compiled === undefined) return undefined;
  const dependencies = { 'node-llama-cpp': RUNTIME_VERSION, [compiled.name]: RUNTIME_VERSION };
  const root = { name: NAME, version: '1.0.0', dependencies };
  const locked = { ...RUNTIME_PACKAGES, [compiled.name]: { version: RUNTIME_VERSION, integrity: compiled.integrity } };
  const packages = Object.fromEntries(Object.entries(locked).map(([place, entry]) => [`node_modules/${place}`, entry]));
  return { packageJson: { ...root, private: true }, packageLock: { ...root, lockfileVersion: 3, requires: true, packages: { '': root, ...packages } } };
}

/**
 * The folder whose node_modules holds the runtime. Every tarball is checked against its pinned SHA-512 by npm; no install script runs. Safe in two
 * processes at once.
 *
 * @throws DownloadError 'download.unsupported' or 'download.unavailable'.
 */
export async function ensureModelRuntime(options: {
  readonly environment: Environment;
  readonly onProgress?: OnProgress;
  readonly platform: string;
}): Promise<string> {
  const { environment, onProgress, platform } = options;
  const manifest = runtimeManifest(platform);
  if (manifest === undefined) {
    throw new DownloadError(
      'download.unsupported',
      `The local model is pinned for ${Object.keys(PLATFORM_PACKAGES).join(' and ')}, not for ${platform}. Use any OpenAI-compatible endpoint instead, such as Ollama's: model: "http://localhost:11434/v1#<name>".`,
    );
  }
  const found = await findModelRuntime(environment, platform);
  if (found !== undefined) return found;
  const place = runtimePlace(environment, platform);
  const parent = path.dirname(place);
  onProgress?.(`Installing node-llama-cpp ${RUNTIME_VERSION} (85 MB) with npm to ${place}.`);
  await withPartialFolder(parent, async (partial) => {
    const folder = path.join(partial, 'runtime');
    await writeManifest(folder, manifest);
    const result = await runCommand(
      'npm',
      ['ci', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
      { environment, folder, timeoutMilliseconds: INSTALL_TIME_LIMIT_MILLISECONDS },
    );
    if (result.exitCode !== 0) {
      const corrupt = /EINTEGRITY/.test(result.errors);
      throw new DownloadError(
        corrupt ? 'download.corrupt' : 'download.unavailable',
        `node-llama-cpp ${RUNTIME_VERSION} could not be installed to ${place}: npm says "${npmReason(result.errors)}". Check that npm is there and reaches its registry.`,
      );
    }
    await publish(folder, place);
  });
  return place;
}

/** The same without installing anything: undefined when it is not there. */
export async function findModelRuntime(environment: Environment, platform: string): Promise<string | undefined> {
  const place = runtimePlace(environment, platform);
  // The folder appears by one rename, when the install was complete.
  return (await sizeOfFile(path.join(place, 'package-lock.json'))) === undefined ? undefined : place;
}

function runtimePlace(environment: Environment, platform: string): string {
  return path.join(cacheFolder(environment), 'model-runtime', `node-llama-cpp-${RUNTIME_VERSION}-${platform}`);
}

async function writeManifest(folder: string, manifest: { readonly packageJson: object; readonly packageLock: object }): Promise<void> {
  await mkdir(folder);
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest.packageJson, undefined, 2));
  await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(manifest.packageLock, undefined, 2));
}

/** npm ends with where its log is; the reason is the first line of the errors that is no mere code. */
function npmReason(errors: string): string {
  const lines = errors
    .split('\n')
    .filter((line) => /^npm (error|ERR!) /.test(line))
    .map((line) => line.replace(/^npm (error|ERR!) /, ''));
  return lines.find((line) => !/^(code|errno|syscall|path) /.test(line)) ?? lastLine(errors);
}
