// watersmeet worker

import { EXIT_CODES } from '../../core/failures.js';
import type { CommonOptions } from '../main.js';
import { openFolder } from '../project.js';

export async function worker(options: CommonOptions): Promise<void> {
  const watersmeet = await openFolder(options);
  const tell = (event: string, text: string) => process.stderr.write(options.json === true ? `${JSON.stringify({ event })}\n` : `${text}\n`);
  tell(watersmeet.isHost ? 'host' : 'attached', watersmeet.isHost ? `Host of ${watersmeet.store.folder}, Temporal at ${watersmeet.engine.address}. Ctrl-C stops cleanly.` : `Another process is the host of ${watersmeet.store.folder}; this one takes over when it ends.`);
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  // Becoming host later does not end the wait; a worker that fails does.
  await Promise.race([stopped, watersmeet.failed()]);
  tell('stopping', 'Stopping: calls in flight are recorded.');
  await watersmeet.close();
  process.exitCode = EXIT_CODES.ok;
}
