// CPU of one durable call in our process, endpoint in another: node dist/test/models/measure.js [calls] [concurrency]

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/models/clock.js';
import { createGateway } from '../../src/models/durable-gateway.js';
import { openStore } from '../../src/store/sqlite/open-store.js';
import { startFakeEndpoint } from '../support/start-fake-endpoint.js';
import { ask, MemoryCalls, settingsFor } from './support.js';

const calls = Number(process.argv[2] ?? 4_000);
const concurrency = Number(process.argv[3] ?? 32);
const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-measure-'));
const endpoint = await startFakeEndpoint();
const sqlite = await openStore({ folder });
const question = 'What is to be done? '.repeat(100);

async function measure(name: string, store: MemoryCalls | typeof sqlite, scopeName: string): Promise<void> {
  const gateway = createGateway({
    store,
    bootId: 'measure',
    stopControl: { stopping: () => undefined },
    resolveEndpoint: async () => ({ baseURL: endpoint.baseURL, apiKey: 'key' }),
    clock: systemClock,
    random: Math.random,
    moneyLimit: () => 1_000_000,
    retryForSeconds: 120,
  });
  const settings = settingsFor(endpoint.baseURL, { concurrency, price: { input: 1, output: 1 } });
  const { signal } = new AbortController();
  let next = 0;
  const begun = performance.now();
  const cpu = process.cpuUsage();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < calls)
        await ask(
          gateway.open({ runId: 'run', scope: { role: 'agent', content: { candidate: scopeName, task: `t${next++}`, sample: 0 } }, settings, signal }),
          question,
        );
    }),
  );
  const used = process.cpuUsage(cpu);
  console.log(
    `${name}: ${((used.user + used.system) / 1_000 / calls).toFixed(3)} ms of CPU a call, ${((performance.now() - begun) / calls).toFixed(3)} ms a call`,
  );
}

console.log(`${calls} calls, ${concurrency} at the same time, ${question.length} characters each`);
const memory = new MemoryCalls();
await measure('warm-up', memory, 'warm-up');
await measure('store in memory, sent', memory, 'sent');
await measure('store in memory, recorded', memory, 'sent');
await measure('SQLite, sent', sqlite, 'sent');
await measure('SQLite, recorded', sqlite, 'sent');
await sqlite.close();
await endpoint.stop();
rmSync(folder, { recursive: true });
