// `npm run bench`: the figures of the project, each with its target, on this machine.
//   npm run bench -- orchestration scale resume long-run alfworld memory

import { measureAlfworld } from './alfworld.js';
import { measureLongRun } from './long-run.js';
import { machineShape } from './machine.js';
import { measureMemory } from './memory.js';
import { measureOrchestration } from './orchestration.js';
import { measureResumes } from './resume.js';
import { measureScale } from './scale.js';

const MEGABYTE = 2 ** 20;
const wanted = process.argv.slice(2);
const asked = (name: string) => wanted.length === 0 || wanted.includes(name);
const line = (what: string, value: string, target = '') => console.log(`${what.padEnd(58)} ${value.padStart(14)}   ${target}`.trimEnd());

console.log(machineShape());
if (asked('orchestration')) {
  const slow = await measureOrchestration(200);
  line(`${slow.calls} calls of 200 ms, ${slow.maxInFlight} in flight: span / ideal`, slow.ratio!.toFixed(3), 'target <= 1.15');
  const fast = await measureOrchestration(0);
  line(`${fast.calls} calls of 0 ms: CPU a rollout, worker + server`, `${(fast.worker + fast.server).toFixed(2)} ms`, 'target < 2 ms');
  line('  of it worker / server', `${fast.worker.toFixed(2)} / ${fast.server.toFixed(2)}`);
}
if (asked('scale')) {
  const scale = await measureScale(10_000);
  line(`${scale.tasks} tasks, one epoch, ${scale.calls} calls: seconds`, scale.seconds.toFixed(0));
  line('  command line with its worker, resident at most', `${(scale.worker / MEGABYTE).toFixed(0)} MB`, 'target < 500 MB');
  line('  Temporal server, resident at most', `${(scale.server / MEGABYTE).toFixed(0)} MB`, 'target < 400 MB');
  line(`  largest history of ${scale.workflows} executions, events`, String(scale.events), 'target < 2,000');
  line('  largest history, bytes', String(scale.bytes), 'target < 2,097,152');
}
if (asked('resume')) {
  const resumes = await measureResumes();
  line(`${resumes.kills} kills: seconds from resume to the first new call, median`, resumes.median.toFixed(1));
  line('  slowest', resumes.slowest.toFixed(1), 'target < 10');
  line('  recorded calls sent again', String(resumes.recordedSentAgain), 'target 0');
  line('  calls in flight when they were killed, booked as lost', String(resumes.lost));
  line('  runs whose end differs from the undisturbed one', String(resumes.failed), 'target 0');
}
if (asked('long-run')) {
  const long = await measureLongRun();
  line(`${long.rollouts} rollouts in ${long.steps} steps: CPU a rollout, first steps`, `${long.early.toFixed(2)} ms`);
  line('  last steps', `${long.late.toFixed(2)} ms`);
  line('  last / first', long.ratio.toFixed(2), 'target: does not grow');
}
if (asked('alfworld')) {
  const alfworld = await measureAlfworld();
  if (alfworld === undefined) line('ALFWorld: its games are not beside the project', 'not measured');
  else line(`ALFWorld: ${alfworld.steps} steps in ${alfworld.games} games, steps a second of CPU`, alfworld.stepsPerSecond.toFixed(0), 'target >= 8,000');
}
if (asked('memory')) {
  for await (const { what, most, target } of measureMemory()) line(`${what}: resident at most`, `${(most / MEGABYTE).toFixed(0)} MB`, `target < ${target} MB`);
}
process.exit(0);
