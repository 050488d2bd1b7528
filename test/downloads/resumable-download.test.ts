// Needs a loopback port and a temporary folder.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { downloadResumably } from '../../src/downloads/resumable-download.js';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));

describe('a resumable download', () => {
  let folder: string;
  let file: string;
  let server: Server;
  let requests: IncomingMessage[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-download-'));
    file = path.join(folder, 'games.zip');
    requests = [];
    answer = serve();
    server = createServer((request, response) => {
      requests.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  /** The content as one version, in ranges if asked; cut off after so many bytes of an answer, as long as there are cuts left. */
  function serve(options: { readonly cuts?: number[]; readonly etag?: string; readonly ranges?: boolean } = {}) {
    const { cuts = [], etag = '"one"', ranges = true } = options;
    return (request: IncomingMessage, response: ServerResponse): void => {
      const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
      const start = ranges && asked !== null && request.headers['if-range'] === etag ? Number(asked[1]) : 0;
      if (start >= CONTENT.length) {
        response.writeHead(416, { 'content-range': `bytes */${CONTENT.length}` }).end();
        return;
      }
      const rest = CONTENT.subarray(start);
      response.writeHead(start > 0 ? 206 : 200, {
        'content-length': rest.length,
        etag,
        ...(start > 0 ? { 'content-range': `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` } : {}),
      });
      const cut = cuts.shift();
      if (cut === undefined) response.end(rest);
      else response.write(rest.subarray(0, cut), () => void written(start + cut).then(() => response.destroy()));
    };
  }

  /** What has arrived and is not written when the connection ends is asked for again: here it is all written. */
  async function written(bytes: number): Promise<void> {
    while ((await stat(`${file}.part`).catch(() => undefined))?.size !== bytes) await sleep(5);
  }

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/games.zip`;
  const download = (waits: readonly number[] = [1, 1]) => downloadResumably(url(), file, { waits });
  const ranges = () => requests.map(({ headers }) => headers.range);

  it('takes a file as it is, and leaves nothing beside it', async () => {
    await download();
    assert.deepEqual(await readFile(file), CONTENT);
    assert.deepEqual(await readdir(folder), ['games.zip']);
  });

  it('goes on after cuts, each time from where it was', async () => {
    answer = serve({ cuts: [100_000, 50_000, 70_000, 10_000] });
    await download([1]);
    assert.deepEqual(await readFile(file), CONTENT);
    assert.deepEqual(ranges(), [undefined, 'bytes=100000-', 'bytes=150000-', 'bytes=220000-', 'bytes=230000-']);
    assert.deepEqual(await readdir(folder), ['games.zip']);
  });

  it('goes on in a later process, and only with the same version', async () => {
    answer = serve({ cuts: [100_000] });
    await assert.rejects(download([]), {
      code: 'download.unavailable',
      message: /cannot be downloaded: .*\. 0\.1 MB are kept: start again, and it goes on from there\./,
    });
    assert.deepEqual((await readdir(folder)).sort(), ['games.zip.part', 'games.zip.part.json']);
    answer = serve({ cuts: [150_000], etag: '"two"' });
    await assert.rejects(download([]), { message: /0\.1 MB|0\.2 MB/ });
    answer = serve({ etag: '"two"' });
    await download();
    assert.deepEqual(await readFile(file), CONTENT);
    assert.deepEqual(ranges(), [undefined, 'bytes=100000-', 'bytes=150000-']);
  });

  it('begins anew where the server knows no ranges', async () => {
    answer = serve({ cuts: [100_000], ranges: false });
    await download();
    assert.deepEqual(await readFile(file), CONTENT);
  });

  it('is done when all had come before', async () => {
    await writeFile(`${file}.part`, CONTENT);
    await writeFile(`${file}.part.json`, JSON.stringify({ url: url(), version: '"one"' }));
    await download();
    assert.deepEqual(await readFile(file), CONTENT);
    assert.deepEqual(ranges(), [`bytes=${CONTENT.length}-`]);
  });

  it('tries again what may pass, and says at once what does not', async () => {
    let left = 2;
    answer = (request, response) => {
      if (left-- > 0) response.writeHead(503).end();
      else serve()(request, response);
    };
    await download();
    assert.equal(requests.length, 3);
    answer = (_, response) => response.writeHead(404).end();
    await assert.rejects(download(), { code: 'download.unavailable', message: /status 404\. Get the file with a browser/ });
    assert.equal(requests.length, 4);
    answer = (_, response) => response.writeHead(503).end();
    await assert.rejects(download([1]), { message: /the server answered with status 503\. Check the network and start again, or get the file elsewhere/ });
    assert.equal(requests.length, 6);
  });

  it('ends when it is told to, and keeps what has come', async () => {
    answer = serve({ cuts: [100_000] });
    const controller = new AbortController();
    const reason = new Error('enough');
    await assert.rejects(
      downloadResumably(url(), file, { waits: [60_000], signal: controller.signal, onProgress: () => controller.abort(reason) }),
      /enough|abort/i,
    );
    assert.deepEqual((await readFile(`${file}.part`)).length, 100_000);
  });
});
