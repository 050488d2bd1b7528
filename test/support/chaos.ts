// Kills a run at chosen moments, resumes it, and counts at the endpoint what that cost.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import Database from 'libsql';
import { randomStream } from '../../src/core/random.js';
import { workflowIdOf } from '../../src/core/messages.js';
import { readEngineFile } from '../../src/workers/temporal-server.js';
import type { Hook } from './fake-endpoint.js';
import { eventually, setScene, type SceneOptions } from './runs.js';
import { startDriver, type Driver } from './start-driver.js';
import { readSends, type FakeEndpoint } from './start-fake-endpoint.js';

export type Victim = 'worker' | 'server' | 'both';

export type Moment =
  /** Around the arrival at this share of the undisturbed run's calls. */
  | { readonly kind: 'before-answer' | 'after-answer'; readonly share: number }
  /** Between record and reply, when this share of the undisturbed run's calls was recorded by the present process. Kills the worker. */
  | { readonly kind: 'after-record'; readonly share: number }
  /** A group of subsets has just begun anew. */
  | { readonly kind: 'continue-as-new' }
  /** The server is being started: its process runs, nobody has found it ready. Both were killed before, so that one has to start. */
  | { readonly kind: 'server-start' };

export interface Kill {
  readonly victim: Victim;
  readonly moment: Moment;
}

/** What one kill cost. */
export interface KillReport extends Kill {
  /** Seconds from the resume (from the kill, when the worker lived) to the first call that arrived then; absent when none came. */
  readonly secondsToFirstCall?: number;
  /** Arrivals after the kill of calls whose answer was recorded before it. */
  readonly recordedSentAgain: number;
}

export interface ChaosReport {
  readonly kills: readonly KillReport[];
  readonly digest: string;
  /** Temporal servers on the run's file after the last kill: one at most. */
  readonly servers: number;
  readonly arrivals: number;
  /** Arrivals of calls that had arrived before. */
  readonly sentTwice: number;
  /** What the store booked as lost: it covers all that was sent twice. */
  readonly lost: number;
}

export interface ChaosOptions {
  readonly project: NonNullable<SceneOptions['project']>;
  readonly kills: readonly Kill[];
  /** Calls of the undisturbed run. */
  readonly calls: number;
  readonly latency?: number;
  /** Told what happens. */
  readonly tell?: (sentence: string) => void;
}

/** Events after which groups continue as new in these runs: after every few steps. */
const HISTORY_EVENTS = 60;
/** Milliseconds an answer waits for the worker to be killed, or for the server. */
const PAUSE_BEFORE_KILL = { worker: 10_000, server: 500 };

/**
 * Kills drawn by seed, spread over the run in the order in which they strike; each kind of moment has its turn. Groups
 * continue as new while there is something to optimize: that comes first.
 */
export function drawKills(seed: number, count: number): readonly Kill[] {
  const random = randomStream(seed, 'chaos', 'kills');
  const kinds: readonly Moment['kind'][] = ['before-answer', 'after-answer', 'after-record', 'continue-as-new', 'server-start'];
  const drawn = Array.from({ length: count }, (_, index) => kinds[(seed * count + index) % kinds.length]!);
  const ordered = drawn.toSorted((left, right) => Number(right === 'continue-as-new') - Number(left === 'continue-as-new'));
  return ordered.map((kind, index): Kill => {
    const share = (index + random.next()) / (count + 0.5);
    switch (kind) {
      case 'before-answer':
      case 'after-answer':
        return { victim: random.choose(['worker', 'server', 'both'] as const), moment: { kind, share } };
      case 'after-record':
        return { victim: 'worker', moment: { kind, share: random.next() / (count + 0.5) } };
      case 'continue-as-new':
        return { victim: random.choose(['worker', 'server', 'both'] as const), moment: { kind } };
      case 'server-start':
        return { victim: random.choose(['worker', 'both'] as const), moment: { kind } };
    }
  });
}

interface Struck extends Kill {
  /** Milliseconds since 1970: when the run could go on. */
  readonly resumedAt: number;
  readonly arrivals: number;
  readonly recorded: ReadonlySet<string>;
}

/** One run of the project, killed at each of the moments and resumed until it ends. */
export async function survive(options: ChaosOptions): Promise<ChaosReport> {
  const { kills, calls, tell = () => undefined } = options;
  const scene = await setScene({
    project: options.project,
    endpoint: { latency: { kind: 'fixed', milliseconds: options.latency ?? 10 }, onRequest: hooksFor(kills, calls) },
  });
  const { folder, endpoint } = scene;
  let driver = revive(folder);
  try {
    const struck: Struck[] = [];
    for (const [index, kill] of kills.entries()) {
      if (kill.moment.kind === 'server-start') {
        await driver.kill();
        killServers(folder);
        driver = revive(folder);
      }
      if (kill.moment.kind === 'after-record') driver.tell({ dieAfterRecords: Math.max(1, Math.round(kill.moment.share * calls)) });
      const came = await Promise.race([
        comes(kill.moment, index, folder, endpoint).then(() => true),
        // A worker that died between record and reply ended as it was told to.
        driver.ended.then((lines) => kill.moment.kind === 'after-record' && !lines.some((line) => 'result' in line)),
      ]);
      if (!came) break;
      if (kill.victim !== 'server') await driver.kill();
      if (kill.victim !== 'worker') killServers(folder);
      const now = { arrivals: readSends(endpoint.log).length, recorded: recordedCalls(folder), resumedAt: Date.now() };
      if (kill.victim !== 'server') driver = revive(folder);
      struck.push({ ...kill, ...now });
      tell(`killed ${kill.victim}: ${describeMoment(kill.moment)}`);
    }
    await driver.line('run');
    const servers = serversOf(folder).length;
    const { result, totals } = await driver.line('result');
    await driver.ended;
    const sends = readSends(endpoint.log);
    return {
      digest: result.digest,
      servers,
      arrivals: sends.length,
      sentTwice: sends.length - new Set(sends.map((send) => send.call)).size,
      lost: (totals ?? []).reduce((sum, total) => sum + total.lostCalls, 0),
      kills: struck.map(({ victim, moment, resumedAt, arrivals, recorded }) => {
        const after = sends.slice(arrivals);
        const first = after.find((send) => send.at >= resumedAt);
        return {
          victim,
          moment,
          ...(first === undefined ? {} : { secondsToFirstCall: (first.at - resumedAt) / 1_000 }),
          recordedSentAgain: after.filter((send) => recorded.has(send.call)).length,
        };
      }),
    };
  } finally {
    await driver.kill();
    killServers(folder);
    await scene.close();
  }
}

export function describeMoment(moment: Moment): string {
  return 'share' in moment ? `${moment.kind} at ${(100 * moment.share).toFixed(0)} %` : moment.kind;
}

function hooksFor(kills: readonly Kill[], calls: number): readonly Hook[] {
  return kills.flatMap(({ victim, moment }, index): readonly Hook[] => {
    if (moment.kind !== 'before-answer' && moment.kind !== 'after-answer') return [];
    const hook = { arrival: Math.max(1, Math.round(moment.share * calls)), line: `kill ${index}` };
    // The answer waits for the kill, not the kill for the answer.
    return [
      moment.kind === 'before-answer'
        ? { ...hook, when: 'before', pause: victim === 'server' ? PAUSE_BEFORE_KILL.server : PAUSE_BEFORE_KILL.worker }
        : { ...hook, when: 'after' },
    ];
  });
}

/** Starts the run, or resumes it if the store knows of it. */
function revive(folder: string): Driver {
  return startDriver(newestRun(folder) === undefined ? 'start' : 'resume', folder, { pace: { historyEvents: HISTORY_EVENTS } });
}

async function comes(moment: Moment, index: number, folder: string, endpoint: FakeEndpoint): Promise<void> {
  switch (moment.kind) {
    case 'before-answer':
    case 'after-answer':
      return endpoint.line(`kill ${index}`);
    case 'after-record':
      return new Promise(() => undefined);
    case 'continue-as-new':
      return continuedAsNew(folder);
    case 'server-start':
      await eventually(() => (serversOf(folder).length > 0 ? true : undefined));
  }
}

/** Ends as soon as the first group of subsets is in another execution than when it was first seen. */
async function continuedAsNew(folder: string): Promise<void> {
  const state = path.join(folder, '.watersmeet');
  let seen: string | undefined;
  let connection: Connection | undefined;
  await eventually(async () => {
    const runId = newestRun(folder);
    const file = await readEngineFile(state);
    if (runId === undefined || file === undefined) return undefined;
    try {
      connection ??= await Connection.connect({ address: file.address, connectTimeout: '1s' });
      const group = new Client({ connection, namespace: file.namespace }).workflow.getHandle(`${workflowIdOf(runId)}/optimize/group-1`);
      const description = await group.describe();
      if (seen !== undefined && description.runId !== seen) return true;
      seen = description.runId;
    } catch {
      // Not there yet, or between two servers.
    }
    return undefined;
  });
  await connection?.close();
}

/** Ids of the processes of Temporal servers on this folder's file. */
export function serversOf(folder: string): readonly number[] {
  const words = `--db-filename ${path.join(folder, '.watersmeet', 'temporal.db')} `;
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(words) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

export function killServers(folder: string): void {
  for (const pid of serversOf(folder)) process.kill(pid, 'SIGKILL');
}

function query<Row>(folder: string, sql: string): readonly Row[] {
  const file = path.join(folder, '.watersmeet', 'store.db');
  // libsql makes a missing file whatever it is told.
  if (!existsSync(file)) return [];
  const database = new Database(file);
  try {
    database.pragma('busy_timeout = 5000');
    return database.prepare(sql).all([]) as Row[];
  } catch (error) {
    // The process that was making the tables was killed.
    if (error instanceof Error && error.message.includes('no such table')) return [];
    throw error;
  } finally {
    database.close();
  }
}

function newestRun(folder: string): string | undefined {
  return query<{ id: string }>(folder, 'select id from runs order by sequence desc limit 1')[0]?.id;
}

function recordedCalls(folder: string): ReadonlySet<string> {
  return new Set(query<{ key: string }>(folder, 'select key from calls where status is not null').map((row) => row.key));
}
