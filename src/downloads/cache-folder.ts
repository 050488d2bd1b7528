// Where downloaded files are kept.

import { homedir } from 'node:os';
import path from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * WATERSMEET_CACHE, else XDG_CACHE_HOME/watersmeet, else ~/.cache/watersmeet; absolute. Several projects and processes share it: what is in it is
 * pinned by its hash and put there by one rename. The folder need not exist. An empty variable counts as none, as in the XDG specification, which
 * also has a relative XDG_CACHE_HOME ignored.
 */
export function cacheFolder(environment: Environment): string {
  const own = environment['WATERSMEET_CACHE'];
  if (own !== undefined && own !== '') return path.resolve(own);
  const shared = environment['XDG_CACHE_HOME'];
  if (shared !== undefined && path.isAbsolute(shared)) return path.join(shared, 'watersmeet');
  const home = environment['HOME'];
  return path.join(home === undefined || home === '' ? homedir() : home, '.cache', 'watersmeet');
}
