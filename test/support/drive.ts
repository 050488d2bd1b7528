// A process that starts or resumes the run of a project folder and prints its result as a line of JSON: what chaos tests kill.

import path from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';
import { openWatersmeet } from '../../src/workers/watersmeet.js';

const [command, folder = '.', options = '{}'] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const begun = performance.now();
const watersmeet = await openWatersmeet({ folder: path.join(folder, '.watersmeet'), retryForSeconds: 5, ...(JSON.parse(options) as object) });
say({ opened: performance.now() - begun, host: watersmeet.isHost });
const run = command === 'resume' ? await watersmeet.resume() : (await watersmeet.start(await loadConfig(folder))).run;
say({ run: run.id });
try {
  say({ result: await run.result(), totals: await run.totals() });
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
}
await watersmeet.close();
