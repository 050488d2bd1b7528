// watersmeet worker

import { EXIT_CODES } from '../../core/failures.js';
import type { Store } from '../../store/store.js';
import type { CommonOptions } from '../main.js';
import { printLine } from '../print.js';
import { openFolder } from '../project.js';
import { closeTelling, leaveAtOnce, onStop } from '../stop-signals.js';
import { tell } from '../terminal.js';

const LOOK_EVERY = 1_000;

export async function worker(options: CommonOptions): Promise<void> {
  const watersmeet = await openFolder(options);
  const say = (event: string, text: string, more: object = {}) => (options.json === true ? printLine({ event, ...more }) : tell(text));
  const { folder } = watersmeet.store;
  const host = () =>
    say('host', `Host of ${folder}, Temporal at ${watersmeet.engine.address}. Ctrl-C stops cleanly.`, { folder, address: watersmeet.engine.address });
  // Before anybody is told that this runs: who reads it may answer with Ctrl-C at once.
  const stopped = new Promise<void>((resolve) => onStop(watersmeet, resolve));
  if (watersmeet.isHost) host();
  else say('attached', `Another process is the host of ${folder}; this one takes over when it ends.`, { folder });
  const changes = await watchRuns(watersmeet.store, (run, status, sentence) =>
    say('run', `${run} ${status}${sentence === undefined ? '' : `. ${sentence}`}`, { run, status, sentence }),
  );
  let hosted = watersmeet.isHost;
  const timer = setInterval(() => {
    if (watersmeet.isHost && !hosted) host();
    hosted = watersmeet.isHost;
    changes().catch(() => undefined);
  }, LOOK_EVERY);
  try {
    // Becoming host later does not end the wait; a worker that fails does.
    await Promise.race([stopped, watersmeet.failed()]);
    clearInterval(timer);
    if (!(await closeTelling(watersmeet, (text) => say('stopping', text)))) leaveAtOnce(watersmeet, EXIT_CODES.ok);
  } finally {
    clearInterval(timer);
    await watersmeet.close();
  }
  process.exitCode = EXIT_CODES.ok;
}

/** Tells what is new since the last look; runs that had ended before are not. */
async function watchRuns(store: Store, tellRun: (run: string, status: string, sentence: string | undefined) => void): Promise<() => Promise<void>> {
  const told = new Map<string, string>();
  const look = async (quietly: boolean) => {
    for (const { id, problem = '' } of await store.schedules()) {
      if (told.get(`schedule ${id}`) === problem) continue;
      told.set(`schedule ${id}`, problem);
      if (problem !== '') tellRun(`schedule ${id}`, 'started no run', problem);
    }
    for (const row of (await store.listRuns()).toReversed()) {
      const status = row.status === 'waiting' ? `waiting: ${row.waiting ?? ''}` : row.status;
      if (told.get(row.id) === status) continue;
      told.set(row.id, status);
      if (!quietly || status === 'running') tellRun(row.id, status, row.status === 'running' ? undefined : row.sentence);
    }
  };
  await look(true);
  return () => look(false);
}
