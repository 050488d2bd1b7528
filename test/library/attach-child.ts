// A process that attaches to a project that another one hosts: watches its newest run to the end. Told the folder; prints lines of JSON.

import { initialRunState, open, reduce } from 'watersmeet';

const project = await open({ config: process.argv[2]! });
try {
  const run = await project.attach();
  console.log(JSON.stringify({ host: project.isHost, run: run.id }));
  await run.pause();
  await run.unpause();
  let state = initialRunState(run.id);
  let types = '';
  for await (const event of run.events()) {
    state = reduce(state, event);
    types += `${event.body.type} `;
  }
  console.log(JSON.stringify({ ended: state.status.status, types, ...(await run.result()) }));
} finally {
  await project.close();
}
