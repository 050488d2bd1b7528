// A process that starts, resumes or attaches to the run of a project folder and prints what happens as lines of JSON: what
// chaos tests kill.

import path from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';
import { openWatersmeet, type OpenOptions } from '../../src/workers/watersmeet.js';

export interface DriveOptions extends Partial<OpenOptions> {
  /** Ends this process (SIGKILL) when so many answers are recorded, before any of them is handed on. */
  readonly dieAfterRecords?: number;
}

export type DriveCommand = 'start' | 'resume' | 'attach';

const [command = 'start', folder = '.', text = '{}'] = process.argv.slice(2);
const { dieAfterRecords, ...options } = JSON.parse(text) as DriveOptions;
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const begun = performance.now();
const watersmeet = await openWatersmeet({ folder: path.join(folder, '.watersmeet'), retryForSeconds: 60, ...options });
if (dieAfterRecords !== undefined) dieWithRecords(dieAfterRecords);
say({ opened: performance.now() - begun, host: watersmeet.isHost });
const run = command === 'start' ? (await watersmeet.start(await loadConfig(folder))).run : command === 'resume' ? await watersmeet.resume() : await watersmeet.attach();
say({ run: run.id });
try {
  say({ result: await run.result(), totals: await run.totals() });
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
}
await watersmeet.close();

/** Between record and reply: the answer is on the disk, and nobody has got it. */
function dieWithRecords(count: number): void {
  const { store } = watersmeet;
  const record = store.recordCall.bind(store);
  let recorded = 0;
  store.recordCall = async (call) => {
    await record(call);
    if (++recorded === count) process.kill(process.pid, 'SIGKILL');
  };
}
