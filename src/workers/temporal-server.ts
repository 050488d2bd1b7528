// The embedded engine: a real Temporal dev server on a file in the project's folder.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { WatersmeetError } from '../core/failures.js';
import { commandLineOf, freePort, processesWith } from './processes.js';

/**
 * What `<folder>/engine.json` holds: how other processes, and the next host, find the server. While there is none, no server has
 * ever served on the file beside it.
 */
export interface EngineFile {
  readonly address: string;
  readonly namespace: string;
  readonly pid: number;
  readonly clusterId: string;
  readonly temporalVersion: string;
}

export interface EmbeddedServer {
  readonly file: EngineFile;
  readonly connection: NativeConnection;
  /** Whether a server was found running and taken over. */
  readonly tookOver: boolean;
  /** Rejects when the server died and could not be started again; never resolves. */
  readonly failed: Promise<never>;
  /** Whether it died and is not there again yet. */
  isDown(): boolean;
  /** Closes the connection and ends the server. */
  stop(): Promise<void>;
  /** Tells the server to end, and waits for nothing. */
  abandon(): void;
}

const NAMESPACE = 'default';
/** Histories are kept this long; the store keeps everything. */
const RETENTION_DAYS = 90;
/** Milliseconds between two looks whether the server lives. */
const WATCH_EVERY = 500;
const START_SECONDS = 60;
const START_ATTEMPTS = 3;
/** Starts in a row of a server that died during a run. */
const RESTART_ATTEMPTS = 5;
/** Milliseconds a server may take to accept a connection, and to be prepared. A process that was stopped does neither, and refuses nothing. */
const CONNECT_LIMIT = 5_000;
const STOP_SECONDS = 10;
/** Characters of the log's last line in an error. */
const LOG_SHOWN = 300;

export interface TemporalProgram {
  readonly path: string;
  readonly version: string;
}

interface ServerOptions {
  readonly folder: string;
  readonly temporal: TemporalProgram;
}

/** Takes over a server that was left running on our file, or starts one. Only the holder of the host lock may call it. */
export async function openEmbeddedServer(options: ServerOptions): Promise<EmbeddedServer> {
  const databaseFile = path.join(options.folder, 'temporal.db');
  const left = await readEngineFile(options.folder);
  if (left !== undefined) {
    const connection = left.temporalVersion === options.temporal.version ? await connectTo(left, databaseFile) : undefined;
    if (connection !== undefined) return supervised(options, databaseFile, left, connection, true);
    await endServer(left.pid, databaseFile);
    if (left.temporalVersion !== options.temporal.version) setAside(databaseFile, left.temporalVersion);
  }
  // One whose host died before it could write down which it is.
  for (const pid of await processesWith(`--db-filename ${databaseFile} `).catch(() => [])) await endServer(pid, databaseFile);
  // A server that was killed while it made its file leaves a part of the tables: the next one ends, or serves without the rest.
  if (left === undefined) setAside(databaseFile, 'unfinished');
  for (let attempt = 1; ; attempt++) {
    try {
      const { file, connection } = await start(options.folder, databaseFile, options.temporal, await freePort());
      return supervised(options, databaseFile, file, connection, false);
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
      // A loss of power may leave a file that no server starts on. What is of value is in the store.
      if (!/address already in use|bind/.test(String(error))) setAside(databaseFile, 'unusable');
    }
  }
}

/** Ends a server that a killed host left. Only the holder of the host lock may call it. */
export async function endLeftServer(folder: string): Promise<void> {
  const left = await readEngineFile(folder);
  if (left !== undefined) await endServer(left.pid, path.join(folder, 'temporal.db'), 'SIGTERM');
}

export async function readEngineFile(folder: string): Promise<EngineFile | undefined> {
  try {
    return JSON.parse(await readFile(path.join(folder, 'engine.json'), 'utf8')) as EngineFile;
  } catch {
    return undefined;
  }
}

/** A connection to the server that the file names, if it is that server. */
export async function connectTo(file: EngineFile, databaseFile?: string): Promise<NativeConnection | undefined> {
  if (databaseFile !== undefined && !(await commandLineOf(file.pid))?.includes(databaseFile)) return undefined;
  try {
    const connection = await connectInTime(file.address);
    const { clusterId } = await connection.withDeadline(Date.now() + 2_000, () => connection.workflowService.getClusterInfo({}));
    if (clusterId === file.clusterId) return connection;
    await connection.close();
  } catch {
    // Nobody there, or somebody else.
  }
  return undefined;
}

async function start(
  folder: string,
  databaseFile: string,
  temporal: TemporalProgram,
  port: number,
  stopped?: AbortSignal,
): Promise<{ readonly file: EngineFile; readonly connection: NativeConnection }> {
  const address = `127.0.0.1:${port}`;
  const logFile = path.join(folder, 'temporal.log');
  if (!existsSync(databaseFile)) await rm(path.join(folder, 'engine.json'), { force: true });
  const log = openSync(logFile, 'a');
  const child = spawn(
    temporal.path,
    [
      'server',
      'start-dev',
      '--db-filename',
      databaseFile,
      '--sqlite-pragma',
      'journal_mode=wal',
      '--sqlite-pragma',
      'synchronous=normal',
      '--ip',
      '127.0.0.1',
      '--port',
      String(port),
      '--headless',
      '--log-level',
      'error',
      '--dynamic-config-value',
      'frontend.enableServerVersionCheck=false',
    ],
    // Its own group: Ctrl-C reaches us first, and a killed host leaves a server that the next one takes over.
    { detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  child.unref();
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  // Nobody waits any more: it may be one that never answers.
  const end = () => child.kill('SIGKILL');
  stopped?.addEventListener('abort', end);
  child.once('exit', (code, signal) => (ended ??= `it ended with ${signal ?? `exit code ${code}`}`));
  const deadline = Date.now() + START_SECONDS * 1_000;
  while (Date.now() < deadline && ended === undefined) {
    const connection = await tryConnect(address);
    if (connection === undefined) {
      await sleep(50);
      continue;
    }
    const clusterId = await prepareServer(connection).catch(() => undefined);
    if (clusterId === undefined) {
      await connection.close();
      continue;
    }
    const file: EngineFile = { address, namespace: NAMESPACE, pid: child.pid!, clusterId, temporalVersion: temporal.version };
    await writeFile(path.join(folder, 'engine.json.new'), `${JSON.stringify(file, null, 2)}\n`);
    await rename(path.join(folder, 'engine.json.new'), path.join(folder, 'engine.json'));
    stopped?.removeEventListener('abort', end);
    return { file, connection };
  }
  if (ended === undefined) await endServer(child.pid!, databaseFile);
  const last = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').at(-1)!.slice(0, LOG_SHOWN);
  throw new WatersmeetError(
    'input.invalid',
    `The Temporal server (${temporal.path}) did not start: ${ended ?? `no answer in ${START_SECONDS} s`}. Its log, ${logFile}, ${last === '' ? 'is empty' : `ends with: ${last}`}. Mend that, or set TEMPORAL_ADDRESS to use a server that runs elsewhere; \`watersmeet doctor\` may tell more.`,
  );
}

/** The transport itself waits half a minute. */
async function connectInTime(address: string): Promise<NativeConnection> {
  const connecting = NativeConnection.connect({ address });
  const connection = await Promise.race([connecting, sleep(CONNECT_LIMIT, undefined, { ref: false })]);
  if (connection !== undefined) return connection;
  void connecting.then(
    (late) => late.close(),
    () => undefined,
  );
  throw new Error(`${address} accepted no connection in ${CONNECT_LIMIT / 1_000} s.`);
}

/** A connection once the namespace serves: an open port is not enough. */
async function tryConnect(address: string): Promise<NativeConnection | undefined> {
  let connection: NativeConnection | undefined;
  try {
    connection = await connectInTime(address);
    await connection.withDeadline(Date.now() + 1_000, () => connection!.workflowService.describeNamespace({ namespace: NAMESPACE }));
    return connection;
  } catch {
    await connection?.close();
    return undefined;
  }
}

/** Makes it keep histories; returns the cluster's id. It may die under the question. */
function prepareServer(connection: NativeConnection): Promise<string> {
  return connection.withDeadline(Date.now() + CONNECT_LIMIT, async () => {
    await keepHistories(connection);
    return (await connection.workflowService.getClusterInfo({})).clusterId ?? '';
  });
}

async function keepHistories(connection: NativeConnection): Promise<void> {
  const seconds = RETENTION_DAYS * 24 * 3_600;
  const { config } = await connection.workflowService.describeNamespace({ namespace: NAMESPACE });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) === seconds) return;
  await connection.workflowService.updateNamespace({ namespace: NAMESPACE, config: { workflowExecutionRetentionTtl: { seconds: seconds as never } } });
}

/** The server, started again at the same address when it dies: connections find it again by themselves. */
function supervised(options: ServerOptions, databaseFile: string, file: EngineFile, connection: NativeConnection, tookOver: boolean): EmbeddedServer {
  let current = file;
  const stopping = new AbortController();
  let restarting: Promise<void> | undefined;
  let failures = 0;
  let down = false;
  let giveUp: (error: unknown) => void;
  const failed = new Promise<never>((_, reject) => (giveUp = reject));
  failed.catch(() => undefined);
  const restart = async () => {
    if ((await commandLineOf(current.pid))?.includes(databaseFile) === true || stopping.signal.aborted) return;
    down = true;
    const started = await start(options.folder, databaseFile, options.temporal, Number(current.address.split(':').at(-1)), stopping.signal);
    current = started.file;
    down = false;
    failures = 0;
    await started.connection.close();
  };
  const timer = setInterval(() => {
    restarting ??= restart()
      .catch((error: unknown) => {
        if (++failures < RESTART_ATTEMPTS) return;
        clearInterval(timer);
        giveUp(error);
      })
      .finally(() => (restarting = undefined));
  }, WATCH_EVERY);
  timer.unref();
  return {
    file,
    connection,
    tookOver,
    failed,
    isDown: () => down,
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await restarting;
      await connection.close();
      await endServer(current.pid, databaseFile, 'SIGTERM');
    },
    abandon() {
      stopping.abort();
      try {
        process.kill(current.pid, 'SIGTERM');
      } catch {
        // Gone.
      }
    },
  };
}

/** Ends the server of that id. The system gives ids away again: only a process on our file is signalled. */
async function endServer(pid: number, databaseFile: string, signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
  // A child of ours that has ended stays visible until it is reaped: its command line is empty then.
  const isOurs = async () => (await commandLineOf(pid))?.includes(databaseFile) === true;
  try {
    if (!(await isOurs())) return;
    process.kill(pid, signal);
    const deadline = Date.now() + STOP_SECONDS * 1_000;
    while (Date.now() < deadline) {
      await sleep(20);
      if (!(await isOurs())) return;
    }
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone.
  }
}

/** The schema of an old file is never migrated; executions are disposable, the store is the truth: a new file is begun. */
function setAside(databaseFile: string, version: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(databaseFile + suffix)) renameSync(databaseFile + suffix, `${databaseFile}.${version}.old${suffix}`);
  }
}
