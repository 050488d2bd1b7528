// Needs nothing.
import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../../src/downloads/cache-folder.js';

describe('cacheFolder', () => {
  const rows: readonly { readonly name: string; readonly environment: Readonly<Record<string, string>>; readonly folder: string }[] = [
    { name: 'WATERSMEET_CACHE first', environment: { WATERSMEET_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' }, folder: '/a' },
    { name: 'then XDG_CACHE_HOME', environment: { WATERSMEET_CACHE: '', XDG_CACHE_HOME: '/b', HOME: '/c' }, folder: '/b/watersmeet' },
    { name: 'not a relative XDG_CACHE_HOME', environment: { XDG_CACHE_HOME: 'b', HOME: '/c' }, folder: '/c/.cache/watersmeet' },
    { name: 'then the home folder', environment: { HOME: '/c' }, folder: '/c/.cache/watersmeet' },
    { name: 'the home folder of the account without HOME', environment: {}, folder: path.join(os.homedir(), '.cache', 'watersmeet') },
  ];
  for (const { name, environment, folder } of rows) it(name, () => assert.equal(cacheFolder(environment), folder));
});
