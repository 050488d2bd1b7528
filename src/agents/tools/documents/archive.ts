// Zip archives, with limits: a small archive can hold a very large file.

import { strFromU8, unzipSync, type UnzipFileInfo } from 'fflate';

/** Bytes that are unpacked at most, of all wanted files together. */
const MOST_BYTES = 200 * 1024 * 1024;

export interface ArchiveEntry {
  readonly name: string;
  /** Bytes, unpacked. */
  readonly size: number;
}

/** In the order of the archive, without folders. Throws for what is no zip archive. */
export function listArchive(bytes: Uint8Array): readonly ArchiveEntry[] {
  const entries: ArchiveEntry[] = [];
  unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!name.endsWith('/')) entries.push({ name, size: originalSize });
      return false;
    },
  });
  return entries;
}

/** The files that are wanted, by name. Throws if they are too large. */
export function unpack(bytes: Uint8Array, wanted: (name: string) => boolean): ReadonlyMap<string, Uint8Array> {
  let total = 0;
  const filter = ({ name, originalSize }: UnzipFileInfo) => {
    if (!wanted(name)) return false;
    total += originalSize;
    if (total > MOST_BYTES) throw new Error(`it unpacks to more than ${MOST_BYTES / 1024 / 1024} MB`);
    return true;
  };
  return new Map(Object.entries(unzipSync(bytes, { filter })));
}

/** Files of an archive as text. */
export function unpackText(bytes: Uint8Array, wanted: (name: string) => boolean): ReadonlyMap<string, string> {
  return new Map([...unpack(bytes, wanted)].map(([name, content]) => [name, strFromU8(content)]));
}
