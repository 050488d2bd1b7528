// Needs a temporary folder: the working parts of a run, made of its recorded settings and its configuration's file.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';
import { failureTypeOf } from '../../src/core/failures.js';
import type { RunRow, Store } from '../../src/store/store.js';
import { RunPartsCache } from '../../src/workers/run-parts.js';
import { contextFor } from '../agents/context.js';
import { callingTools, fakeSession } from '../agents/fake-session.js';

const CONFIG = (agent: string) => `
import { defineConfig, tool, z } from 'watersmeet';
const where = tool({ name: 'where', description: 'Says where.', parameters: z.object({}), run: (_, { folder }) => folder });
const room = () => ({ reset: () => ({ observation: 'A door.', done: false, score: 0 }), step: (action) => ({ observation: 'Open.', done: true, score: action === 'open' ? 1 : 0 }) });
export default defineConfig({
  project: 'p',
  benchmark: { file: 'data/tasks.jsonl' },
  modules: { guide: 'Be brief.' },
  scorer: 'exact',
  model: 'http://localhost:1/v1#fake',
  ${agent}
});
`;

describe('the working parts of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-parts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function open(agent: string, options: { readonly file?: boolean } = {}) {
    const file = path.join(folder, 'watersmeet.config.ts');
    writeFileSync(file, CONFIG(agent));
    const { settings } = await loadConfig(folder);
    const row = { id: 'r1', input: { settings, ...(options.file === false ? {} : { configFile: file }) } } as unknown as RunRow;
    const cache = new RunPartsCache({ folder, getRun: async () => row } as unknown as Store);
    try {
      return await cache.open('r1');
    } finally {
      await cache.close();
    }
  }

  it('have the tools of the configuration, which get the folder of the benchmark', async () => {
    const { agent } = await open("agent: { kind: 'react', system: '{{guide}}', tools: [where] },");
    const session = fakeSession((_, number) => (number === 1 ? callingTools([{ id: 'c', name: 'where', arguments: '{}' }]) : 'done'));
    const { trajectory } = await agent.run(contextFor({ session, modules: [{ kind: 'instructions', name: 'guide', text: 'x', origins: [] }] }));
    assert.ok(JSON.stringify(trajectory).includes(JSON.stringify(path.join(folder, 'data'))));
  });

  it('have the tools of the benchmark', async () => {
    const { agent } = await open("agent: { kind: 'react', system: '{{guide}}', tools: 'benchmark' }, benchmark: 'ubl',");
    const session = fakeSession(() => 'done');
    await agent.run(contextFor({ session, modules: [{ kind: 'instructions', name: 'guide', text: 'x', origins: [] }] }));
    assert.ok((session.requests[0]!['tools'] as unknown[]).length > 1);
  });

  it('have the environment of the configuration', async () => {
    const { agent, scorer } = await open("agent: { kind: 'react', system: '{{guide}}', environment: room }, scorer: 'environment',");
    const result = await agent.run(
      contextFor({ session: fakeSession(() => '> open'), modules: [{ kind: 'instructions', name: 'guide', text: 'x', origins: [] }] }),
    );
    assert.deepEqual(result.output, { score: 1, steps: 1, done: true });
    assert.deepEqual(await scorer.score({ task: { id: 't', input: 'x' }, ...result }, undefined), { score: 1 });
  });

  it('have the version of the environment that a function plays in', async () => {
    const { agent, environment } = await open(
      "agent: { kind: 'function', run: async () => '', version: 'mine', environment: 'alfworld' }, scorer: 'environment', benchmark: 'alfworld',",
    );
    assert.equal(agent.version, `mine+${environment?.version}`);
    assert.match(agent.version, /^mine\+alfworld-/);
  });

  it('cannot be made without the code that the run was started from', async () => {
    await assert.rejects(
      open("agent: { kind: 'react', system: '{{guide}}', tools: [where] },", { file: false }),
      (error: Error) => failureTypeOf(error) === 'agent.broken' && /Resume it from that code/.test(error.message),
    );
  });
});
