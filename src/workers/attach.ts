// A Temporal client for a project whose host runs, without becoming one.

import { Client } from '@temporalio/client';
import { acquireHostLock } from '../store/host-lock.js';
import { openEngine, type EngineOptions } from './engine.js';

/** Undefined when nobody hosts the folder and no cluster is named: signals have nobody to reach then. */
export async function attachClient(
  folder: string,
  engine: Pick<EngineOptions, 'address' | 'namespace' | 'profile'>,
): Promise<{ readonly temporal: Client; close(): Promise<void> } | undefined> {
  const lock = await acquireHostLock(folder);
  lock?.release();
  const cluster =
    engine.address !== undefined ||
    engine.profile !== undefined ||
    process.env['TEMPORAL_ADDRESS'] !== undefined ||
    process.env['TEMPORAL_PROFILE'] !== undefined;
  if (lock !== undefined && !cluster) return undefined;
  const opened = await openEngine({ folder, ...engine, temporal: () => Promise.reject(new Error('Only a host starts a server.')) }, false);
  return { temporal: new Client({ connection: opened.connection, namespace: opened.namespace }), close: () => opened.close() };
}
