// Needs a loopback port and a temporary folder.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { fetchAlfworld } from '../../../src/benchmarks/alfworld/fetch.js';
import { readAlfworldTasks } from '../../../src/benchmarks/alfworld/tasks.js';
import { officialFiles, officialTree, OFFICIAL_TASK } from './official-game.js';

const ARCHIVE = zipSync(
  Object.fromEntries(
    Object.entries(officialTree({ [`train/${OFFICIAL_TASK}/trial_1`]: officialFiles(), [`valid_unseen/${OFFICIAL_TASK}/trial_2`]: officialFiles() })).map(
      ([name, text]) => [name, strToU8(text)],
    ),
  ),
);

describe('fetching ALFWorld', () => {
  let folder: string;
  let server: Server;
  let body: Uint8Array;
  let cutAt: number | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-fetch-'));
    body = ARCHIVE;
    cutAt = undefined;
    server = createServer((request, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const rest = body.subarray(start);
      response.writeHead(start > 0 ? 206 : 200, {
        'content-length': rest.length,
        etag: '"1"',
        ...(start > 0 ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {}),
      });
      if (cutAt === undefined) response.end(rest);
      else response.write(rest.subarray(0, cutAt), () => setTimeout(() => response.destroy(), 20));
      cutAt = undefined;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const games = () => path.join(folder, 'alfworld');
  const fetchGames = (onProgress?: (sentence: string) => void) =>
    fetchAlfworld(
      { folder: games(), ...(onProgress === undefined ? {} : { onProgress }) },
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/json_2.1.1_tw-pddl.zip`,
    );

  it('downloads the archive, also over a cut, converts it and removes it', async () => {
    cutAt = 500;
    const told: string[] = [];
    await fetchGames((sentence) => told.push(sentence));
    assert.deepEqual(await readdir(games()), ['games_train.jsonl.gz', 'games_valid_unseen.jsonl.gz']);
    const tasks = [];
    for await (const task of readAlfworldTasks(games())) tasks.push(`${task.split!} ${task.id}`);
    assert.deepEqual(tasks, [`train ${OFFICIAL_TASK}/trial_1`, `test ${OFFICIAL_TASK}/trial_2`]);
    assert.match(told[0]!, /^Getting http:.*json_2\.1\.1_tw-pddl\.zip\.$/);
    assert.match(told[1]!, /^The download stopped \(.*\); it goes on at 0\.0 MB\.$/);
    assert.match(told[2]!, /^Games of ALFWorld: 1 train, 1 valid_unseen\. The official set has/);
    await assert.rejects(fetchGames(), { failureType: 'input.invalid', message: /games_train\.jsonl\.gz is there already/ });
  });

  it('keeps the archive when the conversion is broken off, and does not get it again', async () => {
    const stop = new AbortController();
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/json_2.1.1_tw-pddl.zip`;
    await mkdir(games());
    await writeFile(path.join(games(), 'json_2.1.1_tw-pddl.zip'), ARCHIVE);
    stop.abort();
    await assert.rejects(fetchAlfworld({ folder: games(), signal: stop.signal }, address));
    assert.deepEqual(await readdir(games()), ['json_2.1.1_tw-pddl.zip']);
    body = new Uint8Array(0);
    await fetchGames();
    assert.deepEqual(await readdir(games()), ['games_train.jsonl.gz', 'games_valid_unseen.jsonl.gz']);
  });

  it('keeps nothing of an archive that is broken', async () => {
    body = ARCHIVE.subarray(0, ARCHIVE.length - 50);
    await assert.rejects(fetchGames(), { failureType: 'input.invalid', message: /is cut off, or no zip archive/ });
    assert.deepEqual(await readdir(games()), []);
  });
});
