// SQLite's locks and shared memory do not work across hosts: a store on a network file system would be damaged.

import { statfs } from 'node:fs/promises';
import { WatersmeetError } from '../../core/failures.js';

/** Linux's numbers, from statfs(2). */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
]);

/** These may be a network (sshfs) or a container's own disk. */
const UNCERTAIN: ReadonlyMap<number, string> = new Map([
  [0x65735546, 'FUSE'],
  [0x01021997, '9p'],
]);

export type FileSystemVerdict = { readonly verdict: 'local' } | { readonly verdict: 'network' | 'uncertain'; readonly name: string };

export function judgeFileSystem(type: number): FileSystemVerdict {
  // Some systems give the number with its sign.
  const unsigned = type >>> 0;
  const network = NETWORK.get(unsigned);
  if (network !== undefined) return { verdict: 'network', name: network };
  const uncertain = UNCERTAIN.get(unsigned);
  return uncertain === undefined ? { verdict: 'local' } : { verdict: 'uncertain', name: uncertain };
}

/** Refuses a folder on a network file system; warns where it cannot be known. */
export async function checkFileSystem(folder: string, warn: (sentence: string) => void, typeOf = fileSystemType): Promise<void> {
  const type = await typeOf(folder);
  if (type === undefined) return;
  const file = judgeFileSystem(type);
  if (file.verdict === 'network') {
    throw new WatersmeetError(
      'input.invalid',
      `${folder} is on a network file system (${file.name}), where SQLite's locks do not hold. Put the folder on a local disk.`,
    );
  }
  if (file.verdict === 'uncertain') {
    warn(`${folder} is on ${file.name}: if that is a network or shared by several machines, put the folder on a local disk instead.`);
  }
}

async function fileSystemType(folder: string): Promise<number | undefined> {
  // The numbers above are Linux's: macOS counts otherwise, and Windows has none.
  if (process.platform !== 'linux') return undefined;
  try {
    return (await statfs(folder)).type;
  } catch {
    return undefined;
  }
}
