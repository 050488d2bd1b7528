// The connection to Temporal: a cluster named by the configuration or the environment, or the embedded server.

import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { WatersmeetError } from '../core/failures.js';
import type { EnginePace } from '../core/messages.js';
import { installRuntime } from './runtime.js';
import { connectTo, openEmbeddedServer, readEngineFile, type TemporalProgram } from './temporal-server.js';
import { reasonIn } from '../core/sentences.js';

export interface EngineOptions {
  readonly folder: string;
  /** The embedded server, whatever the environment says. */
  readonly embedded?: boolean;
  /** Of the configuration: a cluster's address or profile; absent means the embedded server unless TEMPORAL_ADDRESS or TEMPORAL_PROFILE is set. */
  readonly address?: string;
  readonly namespace?: string;
  readonly profile?: string;
  /** Found or fetched only when a server has to be started. */
  temporal(): Promise<TemporalProgram>;
}

export interface Engine {
  readonly kind: 'embedded' | 'cluster';
  readonly address: string;
  readonly namespace: string;
  readonly connection: NativeConnection;
  readonly pace: EnginePace;
  /** Of a server that is ours to start: rejects when it died for good; never resolves. */
  readonly failed?: Promise<never>;
  /** Of the same: whether it died and is not there again yet. */
  isDown?(): boolean;
  /** Ends what this process started. */
  close(): Promise<void>;
  /** The same at once, for a process that waits for nothing. */
  abandon?(): void;
}

const PATIENCE = { historyEvents: 1_500, probeSeconds: { first: 30, last: 600 } };
const EMBEDDED_PACE: EnginePace = { heartbeatSeconds: 5, firstRetryMilliseconds: 200, workflowTaskSeconds: 5, ...PATIENCE };
const CLUSTER_PACE: EnginePace = { heartbeatSeconds: 30, firstRetryMilliseconds: 1_000, workflowTaskSeconds: 10, ...PATIENCE };

/** The engine, started if it is ours to start. `host` says whether this process holds the host lock. */
export async function openEngine(options: EngineOptions, host: boolean): Promise<Engine> {
  const { address, profile } = options;
  const named =
    address !== undefined || profile !== undefined || process.env['TEMPORAL_ADDRESS'] !== undefined || process.env['TEMPORAL_PROFILE'] !== undefined;
  if (named && options.embedded !== true) return openCluster(options);
  if (host) {
    const temporal = await options.temporal();
    installRuntime(options.folder);
    const server = await openEmbeddedServer({ folder: options.folder, temporal });
    return {
      kind: 'embedded',
      address: server.file.address,
      namespace: server.file.namespace,
      connection: server.connection,
      pace: EMBEDDED_PACE,
      failed: server.failed,
      isDown: () => server.isDown(),
      close: () => server.stop(),
      abandon: () => server.abandon(),
    };
  }
  const file = await readEngineFile(options.folder);
  if (file !== undefined) installRuntime(options.folder);
  const connection = file === undefined ? undefined : await connectTo(file);
  if (file === undefined || connection === undefined) {
    throw new WatersmeetError(
      'input.invalid',
      `Another process works in ${options.folder}, but its Temporal server does not answer yet. Try again in a few seconds.`,
    );
  }
  return { kind: 'embedded', address: file.address, namespace: file.namespace, connection, pace: EMBEDDED_PACE, close: () => connection.close() };
}

/** The transport's errors are nests of structures: their innermost message is what a person can use. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (/message: "([^"]+)"/.exec(message)?.[1] ?? message).replace(/\.$/, '');
}

async function openCluster(options: EngineOptions): Promise<Engine> {
  let loaded: ReturnType<typeof loadClientConnectConfig>;
  try {
    loaded = loadClientConnectConfig(options.profile === undefined ? {} : { profile: options.profile });
  } catch (error) {
    throw new WatersmeetError(
      'input.invalid',
      `The Temporal profile cannot be read: ${reasonIn(error)}. Check engine.profile, TEMPORAL_PROFILE and temporal.toml.`,
      { cause: error },
    );
  }
  const connectionOptions = { ...loaded.connectionOptions, ...(options.address === undefined ? {} : { address: options.address }) };
  const address = connectionOptions.address ?? '127.0.0.1:7233';
  const namespace = options.namespace ?? loaded.namespace ?? 'default';
  installRuntime(options.folder);
  try {
    const connection = await NativeConnection.connect(connectionOptions);
    await connection.withDeadline(Date.now() + 10_000, () => connection.workflowService.describeNamespace({ namespace }));
    return { kind: 'cluster', address, namespace, connection, pace: CLUSTER_PACE, close: () => connection.close() };
  } catch (error) {
    throw new WatersmeetError(
      'input.invalid',
      `The Temporal cluster at ${address} (namespace ${namespace}) does not answer (${reasonOf(error)}). Check the address, the namespace and the key, or unset them to use the embedded server.`,
      { cause: error },
    );
  }
}
