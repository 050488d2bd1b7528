// What the store costs: CPU per one-call rollout, and sums over many rows. `node dist/test/store/measure.js [rollouts] [concurrency]`

import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openStore } from '../../src/store/sqlite/open-store.js';
import { sha256 } from '../../src/store/content-address.js';
import { callClaim, recordedCall, rollout } from './samples.js';

const rollouts = Number(process.argv[2] ?? 5000);
const concurrency = Number(process.argv[3] ?? 64);
const folder = await mkdtemp(path.join(os.tmpdir(), 'watersmeet-measure-'));
const store = await openStore({ folder });

const prompt = 'Answer the question about the shipment, and only with the code of the port. '.repeat(40);

async function one(number: number): Promise<void> {
  const key = sha256(`call ${number}`);
  await store.getScore(sha256(`score ${number}`));
  await store.getTrajectory(sha256(`trajectory ${number}`));
  const claim = await store.claimCall(callClaim({ key, request: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: `${prompt}${number}` }] }) }));
  if (claim.state !== 'claimed') throw new Error(claim.state);
  await store.recordCall(
    recordedCall({ key, body: JSON.stringify({ id: key, choices: [{ message: { role: 'assistant', content: 'ROTTERDAM '.repeat(60) } }] }) }),
  );
  await store.putRollout(
    rollout({
      number,
      path: `optimize/s${String(number % 100).padStart(4, '0')}/epoch-01`,
      trajectory: [
        { role: 'user', content: `${prompt}${number}` },
        { role: 'assistant', content: 'ROTTERDAM '.repeat(60) },
      ],
    }),
  );
}

async function measure(name: string, count: number, work: () => Promise<unknown>): Promise<void> {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const used = process.cpuUsage(cpu);
  const milliseconds = (used.user + used.system) / 1000;
  console.log(`${name}: ${(milliseconds / count).toFixed(3)} ms CPU, ${((performance.now() - wall) / count).toFixed(3)} ms wall (n = ${count})`);
}

let next = 0;
const lane = async (until: number) => {
  for (;;) {
    const number = next++;
    if (number >= until) return;
    await one(number);
  }
};
const lanes = (until: number) => Promise.all(Array.from({ length: concurrency }, () => lane(until)));

await lanes(Math.min(500, rollouts));
next = 500;
await measure('claim + record + rollout', rollouts, () => lanes(500 + rollouts));
await measure('claim of a recorded call', 1000, async () => {
  for (let number = 0; number < 1000; number += 1) await store.claimCall(callClaim({ key: sha256(`call ${number % 500}`) }));
});
await measure('totals', 10, async () => {
  for (let count = 0; count < 10; count += 1) await store.totals('run-1');
});
await measure('spent, first', 1, () => store.spent('run-1'));
await measure('spent, again', 1000, async () => {
  for (let count = 0; count < 1000; count += 1) await store.spent('run-1');
});
let rows = 0;
await measure('all evaluation rows in order', 1, async () => {
  for await (const row of store.evaluationRowsInOrder('run-1')) if (row.score >= 0) rows += 1;
});
console.log(`${rows} rows, ${Math.round(process.memoryUsage().rss / 1e6)} MB resident`);
await store.close();
await rm(folder, { recursive: true });
