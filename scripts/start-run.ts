// Starts a run from code and waits for it. Kill it at any moment; resume-run.ts goes on.
//   node dist/scripts/start-run.js path/to/project

import { open } from 'watersmeet';

const project = await open({ config: process.argv[2] ?? '.', onProgress: console.error });
try {
  const run = await project.start();
  console.log(`run ${run.id}`);

  // Events are rows of the store: they come in order, also those from before this loop began.
  for await (const { path, body } of run.events()) console.log(path, body.type);

  // Throws when the run failed, was cancelled, or waits for a person: a key, a quota, a scorer to mend.
  const { champion, better, digest } = await run.result();
  console.log(JSON.stringify({ champion: champion.hash, better, digest }));
} finally {
  await project.close();
}
