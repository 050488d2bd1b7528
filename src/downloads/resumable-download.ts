// A large file over HTTP: what has arrived stays on disk, and a later attempt (or a later process) goes on from there.

import { createWriteStream } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DownloadError } from './download-error.js';
import { sizeOfFile } from './files.js';
import { megabytes } from './progress.js';
import { reasonIn } from '../core/sentences.js';

export interface ResumableDownloadOptions {
  readonly onProgress?: (sentence: string) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds before each attempt after the first. Attempts that got something are not counted: only so many in a row may get nothing. */
  readonly waits?: readonly number[];
}

const WAITS = [1_000, 4_000, 15_000] as const;
/** Without a byte for so long, a connection is taken for dead. */
const SILENCE_MILLISECONDS = 60_000;
const BYTES_PER_REPORT = 5_000_000;

/** Which version of which file the part on disk belongs to. */
interface PartNote {
  readonly url: string;
  /** ETag or date of last change, for If-Range: the server answers with the whole file if it is another by now. */
  readonly version: string;
}

/** What an attempt may end with that another attempt may not. */
class Interrupted extends Error {}

/**
 * Until it is complete it is `<destination>.part`.
 *
 * @throws DownloadError 'download.unavailable' with what has arrived, which is kept; the signal's reason when aborted.
 */
export async function downloadResumably(url: string, destination: string, options: ResumableDownloadOptions = {}): Promise<void> {
  const part = `${destination}.part`;
  const waits = options.waits ?? WAITS;
  for (let failures = 0; ; failures++) {
    const before = (await sizeOfFile(part)) ?? 0;
    try {
      await attempt(url, part, options);
      break;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof Interrupted)) throw error;
      const arrived = (await sizeOfFile(part)) ?? 0;
      if (arrived > before) failures = 0;
      const wait = waits[failures];
      if (wait === undefined)
        throw new DownloadError(
          'download.unavailable',
          `${url} cannot be downloaded: ${reasonIn(error)}. ${arrived === 0 ? 'Check the network and start again, or get the file elsewhere and name it with --from.' : `${megabytes(arrived)} are kept: start again, and it goes on from there.`}`,
          { cause: error },
        );
      options.onProgress?.(`The download stopped (${reasonIn(error)}); it goes on at ${megabytes(arrived)}.`);
      await sleep(wait, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
  }
  await rename(part, destination);
  await rm(noteFile(part), { force: true });
}

async function attempt(url: string, part: string, { onProgress, signal }: ResumableDownloadOptions): Promise<void> {
  const note = await readNote(part);
  const have = note?.url === url ? ((await sizeOfFile(part)) ?? 0) : 0;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Interrupted(`nothing came for ${SILENCE_MILLISECONDS / 1_000} s`)), SILENCE_MILLISECONDS);
  try {
    const response = await fetch(url, {
      headers: { 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-`, 'if-range': note!.version } : {}) },
      signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
    });
    const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
    if (response.status === 416 && Number(range?.[2]) === have) return;
    if (response.status === 416) {
      await rm(part, { force: true });
      throw new Interrupted('the server has another file by now');
    }
    if (!response.ok || response.body === null) {
      const said = `the server answered with status ${response.status}`;
      if (response.status === 408 || response.status === 429 || response.status >= 500) throw new Interrupted(said);
      throw new DownloadError('download.unavailable', `${url} cannot be downloaded: ${said}. Get the file with a browser, and name it with --from.`);
    }
    const goesOn = response.status === 206 && Number(range?.[1]) === have;
    if (response.status === 206 && !goesOn) throw new Interrupted('the server sent another part than it was asked for');
    const total = goesOn ? Number(range![2]) : Number(response.headers.get('content-length') ?? Number.NaN);
    if (!goesOn) await writeNote(part, url, response.headers);
    const counted = countBytes(goesOn ? have : 0, total, () => timer.refresh(), onProgress);
    await pipeline(Readable.fromWeb(response.body), counted, createWriteStream(part, { flags: goesOn ? 'a' : 'w' }));
    const size = await sizeOfFile(part);
    if (Number.isFinite(total) && size !== total) throw new Interrupted(`${size} of ${total} bytes came`);
  } catch (error) {
    if (error instanceof Interrupted || error instanceof DownloadError) throw error;
    if (silence.signal.aborted) throw silence.signal.reason;
    if (isOfDisk(error)) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Interrupted(cause instanceof Error ? cause.message : String(cause), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** A full disk or a folder without permission does not mend itself. */
function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && ['open', 'write', 'stat', 'ftruncate'].includes(String(error.syscall));
}

function countBytes(start: number, total: number, onData: () => void, onProgress: ResumableDownloadOptions['onProgress']): Transform {
  let bytes = start;
  let reported = start;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onData();
      bytes += chunk.length;
      if (bytes - reported >= BYTES_PER_REPORT) {
        reported = bytes;
        onProgress?.(`${megabytes(bytes)}${Number.isFinite(total) ? ` of ${megabytes(total)}` : ''} downloaded.`);
      }
      done(null, chunk);
    },
  });
}

function noteFile(part: string): string {
  return `${part}.json`;
}

async function readNote(part: string): Promise<PartNote | undefined> {
  try {
    return JSON.parse(await readFile(noteFile(part), 'utf8')) as PartNote;
  } catch {
    return undefined;
  }
}

/** Without a version that can be compared exactly, the next attempt begins anew. */
async function writeNote(part: string, url: string, headers: Headers): Promise<void> {
  const etag = headers.get('etag');
  const version = etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified');
  if (version === null) await rm(noteFile(part), { force: true });
  else await writeFile(noteFile(part), JSON.stringify({ url, version } satisfies PartNote));
}
