// Goes on with a run that was interrupted: the newest unfinished one, or the one named.
//   node dist/scripts/resume-run.js path/to/project [run]

import { open } from 'watersmeet';

const project = await open({ config: process.argv[2] ?? '.', onProgress: console.error });
const run = await project.resume(process.argv[3]);

// No call that was recorded is sent again; `lost` calls were in flight when the process died.
const { champion, better, digest } = await run.result();
const totals = await run.totals();
console.log(
  JSON.stringify({
    run: run.id,
    champion: champion.hash,
    better,
    digest,
    sent: totals.reduce((sum, role) => sum + role.sentCalls, 0),
    lost: totals.reduce((sum, role) => sum + role.lostCalls, 0),
  }),
);
await project.close();
