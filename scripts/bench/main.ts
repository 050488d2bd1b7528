// `npm run bench`: the figures of the project, each with its target, on this machine.
//   npm run bench -- orchestration | scale

import { machineShape } from './machine.js';
import { measureOrchestration } from './orchestration.js';
import { measureScale } from './scale.js';

const MEGABYTE = 2 ** 20;
const wanted = process.argv.slice(2);
const asked = (name: string) => wanted.length === 0 || wanted.includes(name);
const line = (what: string, value: string, target: string) => console.log(`${what.padEnd(58)} ${value.padStart(14)}   target ${target}`);

console.log(machineShape());
if (asked('orchestration')) {
  const slow = await measureOrchestration(200);
  line(`${slow.calls} calls of 200 ms, ${slow.maxInFlight} in flight: span / ideal`, slow.ratio!.toFixed(3), '<= 1.15');
  const fast = await measureOrchestration(0);
  line(`${fast.calls} calls of 0 ms: CPU a rollout, worker + server`, `${(fast.worker + fast.server).toFixed(2)} ms`, '< 2 ms');
  line('  of it worker / server', `${fast.worker.toFixed(2)} / ${fast.server.toFixed(2)}`, '-');
}
if (asked('scale')) {
  const scale = await measureScale(10_000);
  line(`${scale.tasks} tasks, one epoch, ${scale.calls} calls: seconds`, scale.seconds.toFixed(0), '-');
  line('  command line with its worker, resident at most', `${(scale.worker / MEGABYTE).toFixed(0)} MB`, '< 500 MB');
  line('  Temporal server, resident at most', `${(scale.server / MEGABYTE).toFixed(0)} MB`, '< 400 MB');
  line(`  largest history of ${scale.workflows} workflows, events`, String(scale.events), '< 2,000');
  line('  largest history, bytes', String(scale.bytes), '< 2,097,152');
  line('  ms a call late in the run / early', `${scale.late.toFixed(2)} / ${scale.early.toFixed(2)}`, 'does not grow');
}
