// A small made-up project on a fake endpoint, and a run of it in a pipe.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FakeEndpointOptions } from '../support/fake-endpoint.js';
import { writeRulesProject } from '../support/rules-project.js';
import { startFakeEndpoint, type FakeEndpoint } from '../support/start-fake-endpoint.js';

export interface SmallProject {
  readonly folder: string;
  readonly endpoint: FakeEndpoint;
  readonly config: Readonly<Record<string, unknown>>;
  /** Removes the folder and ends the endpoint. */
  remove(): Promise<void>;
}

const SMALL = { optimize: { epochs: 1 }, repair: { rounds: 0 }, merge: { pool: 8, model: false }, select: { finalists: 3 } };

export async function smallProject(
  options: { readonly tasks?: number; readonly set?: Readonly<Record<string, unknown>>; readonly endpoint?: Partial<FakeEndpointOptions> } = {},
): Promise<SmallProject> {
  const endpoint = await startFakeEndpoint({ brain: 'classifier', models: ['fake', 'fake-mini', 'other'], ...options.endpoint });
  const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-cli-'));
  const { config } = writeRulesProject(folder, { baseURL: endpoint.baseURL, tasks: options.tasks ?? 72, set: { ...SMALL, ...options.set } });
  return {
    folder,
    endpoint,
    config,
    async remove() {
      await endpoint.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
