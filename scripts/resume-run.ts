// Goes on with a run that was interrupted: the newest unfinished one, or the one named.
//   node dist/scripts/resume-run.js path/to/project [run]

import { open } from 'watersmeet';

const project = await open({ config: process.argv[2] ?? '.', onProgress: console.error });
try {
  const run = await project.resume(process.argv[3]);
  const { champion, better, digest } = await run.result();

  // No call that was recorded is sent again; `lost` calls were in flight when the process died.
  const totals = await run.totals();
  const sent = totals.reduce((sum, role) => sum + role.sentCalls, 0);
  const lost = totals.reduce((sum, role) => sum + role.lostCalls, 0);
  console.log(JSON.stringify({ run: run.id, champion: champion.hash, better, digest, sent, lost }));
} finally {
  await project.close();
}
