// A process that starts, resumes or attaches to the run of a project folder and prints what happens as lines of JSON: what
// chaos tests kill.

import path from 'node:path';
import { createInterface } from 'node:readline';
import { loadConfig } from '../../src/config/load-config.js';
import { openWatersmeet, type OpenOptions } from '../../src/workers/watersmeet.js';

/** What it is told while it runs, as lines of JSON on its standard input. */
export interface DriveOrder {
  /** Ends this process (SIGKILL) when so many more answers are recorded, before the last of them is handed on. */
  readonly dieAfterRecords: number;
}

export type DriveCommand = 'start' | 'resume' | 'attach';

const [command = 'start', folder = '.', text = '{}'] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const begun = performance.now();
const watersmeet = await openWatersmeet({ folder: path.join(folder, '.watersmeet'), retryForSeconds: 60, ...(JSON.parse(text) as Partial<OpenOptions>) });
followOrders();
say({ opened: performance.now() - begun, host: watersmeet.isHost });
const run =
  command === 'start' ? (await watersmeet.start(await loadConfig(folder))).run : command === 'resume' ? await watersmeet.resume() : await watersmeet.attach();
say({ run: run.id });
try {
  say({ result: await run.result(), totals: await run.totals() });
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
}
await watersmeet.close();
process.stdin.destroy();

/** Between record and reply: the answer is on the disk, and nobody has got it. */
function followOrders(): void {
  const { store } = watersmeet;
  const record = store.recordCall.bind(store);
  let left = Number.POSITIVE_INFINITY;
  store.recordCall = async (call) => {
    await record(call);
    if (--left === 0) process.kill(process.pid, 'SIGKILL');
  };
  createInterface({ input: process.stdin }).on('line', (line) => {
    left = (JSON.parse(line) as DriveOrder).dieAfterRecords;
  });
}
