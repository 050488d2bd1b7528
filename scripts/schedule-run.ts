// Re-optimizes every Monday at three, from the current champion, promoting only what confirm finds better.
//   node dist/scripts/schedule-run.js path/to/project [cron]

import { open } from 'watersmeet';

const project = await open({ config: process.argv[2] ?? '.', onProgress: console.error });
try {
  const schedule = await project.schedule({ id: 'weekly', cron: process.argv[3] ?? '0 3 * * 1', timeZone: 'UTC' });
  console.log(JSON.stringify({ id: schedule.id, next: schedule.next.map((time) => new Date(time).toISOString()) }));
} finally {
  // Schedules fire only while a host runs: this process could stay open, or leave that to `watersmeet worker`.
  await project.close();
}
