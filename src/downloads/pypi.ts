// A wheel over HTTPS from PyPI's JSON API, for machines without Python.

import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { megabytes, type OnProgress } from './progress.js';
import type { PinnedWheel } from './wheel.js';

export const PYPI_JSON_API = 'https://pypi.org/pypi';

const INDEX_TIME_LIMIT_MILLISECONDS = 30_000;
const FILE_TIME_LIMIT_MILLISECONDS = 15 * 60_000;
const BYTES_PER_REPORT = 2_000_000;

/** The part of https://docs.pypi.org/api/json/ that is used here. */
const release = z.object({ urls: z.array(z.object({ filename: z.string(), url: z.url() })) });

/** @throws Error with one sentence when PyPI cannot be reached, has no such file, or the connection ends early. */
export async function downloadFromPyPI(wheel: PinnedWheel, folder: string, api: string, onProgress?: OnProgress): Promise<void> {
  const index = `${api}/${wheel.project}/${wheel.version}/json`;
  const answer = release.safeParse(await (await get(index, INDEX_TIME_LIMIT_MILLISECONDS)).json().catch(() => undefined));
  if (!answer.success) throw new Error(`${index} did not answer with the list of a release's files`);
  const file = answer.data.urls.find(({ filename }) => filename === wheel.fileName);
  if (file === undefined) throw new Error(`${index} lists no ${wheel.fileName}`);
  const { body } = await get(file.url, FILE_TIME_LIMIT_MILLISECONDS);
  if (body === null) throw new Error(`${file.url} answered with nothing`);
  await pipeline(Readable.fromWeb(body), countBytes(wheel, onProgress), createWriteStream(path.join(folder, wheel.fileName)));
}

async function get(url: string, timeoutMilliseconds: number): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMilliseconds) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${url} cannot be reached (${cause instanceof Error ? cause.message : String(cause)})`, { cause: error });
  }
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}`);
  return response;
}

function countBytes(wheel: PinnedWheel, onProgress: OnProgress | undefined): Transform {
  let bytes = 0;
  let reported = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes - reported >= BYTES_PER_REPORT) {
        reported = bytes;
        onProgress?.(`Fetching ${wheel.project} ${wheel.version} (${megabytes(wheel.bytes)}) from PyPI.`, { bytes, totalBytes: wheel.bytes });
      }
      done(null, chunk);
    },
  });
}
