// A zip archive whose files are read one at a time, in any order.

import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import type { Entry, ZipFile } from 'yauzl';
import { WatersmeetError } from '../core/failures.js';

export class ZipArchive {
  readonly #file: string;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(file: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#file = file;
    this.#zip = zip;
    this.#entries = entries;
  }

  /** @throws WatersmeetError 'input.invalid' if it is cut off or no zip archive. */
  static async open(file: string): Promise<ZipArchive> {
    const { openPromise } = await import('yauzl');
    let zip: ZipFile | undefined;
    try {
      zip = await openPromise(file, { autoClose: false, lazyEntries: true });
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
      return new ZipArchive(file, zip, entries);
    } catch (error) {
      zip?.close();
      const other = await otherArchive(file);
      if (other !== undefined)
        throw new WatersmeetError('input.invalid', `${file} is ${other}, no zip archive. Unpack it, and name the folder.`, { cause: error });
      throw new WatersmeetError('input.invalid', `${file} is cut off, or no zip archive (${(error as Error).message}). Get it again.`, { cause: error });
    }
  }

  /** Files with their folders, as in `json_2.1.1/train/readme.txt`. */
  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** @throws WatersmeetError 'input.invalid' if it is damaged, or larger than `maxBytes` (which a small archive can hold as well). */
  async read(name: string, maxBytes: number): Promise<Buffer> {
    const entry = this.#entries.get(name)!;
    if (entry.uncompressedSize > maxBytes)
      throw new WatersmeetError('input.invalid', `${this.#file}: ${name} has ${entry.uncompressedSize} bytes, more than any such file. Get the archive again.`);
    try {
      const content = await buffer(await this.#zip.openReadStreamPromise(entry));
      if (crc32(content) !== entry.crc32) throw new Error('its checksum is wrong');
      return content;
    } catch (error) {
      throw new WatersmeetError(
        'input.invalid',
        `${this.#file}: ${name} cannot be unpacked (${(error as Error).message}). The archive is damaged; get it again.`,
        {
          cause: error,
        },
      );
    }
  }

  close(): void {
    this.#zip.close();
  }
}

/** By their first bytes. */
const OTHER_ARCHIVES: readonly (readonly [what: string, at: number, bytes: string])[] = [
  ['packed with gzip (.gz, .tar.gz)', 0, '\u{1f}\u{8b}'],
  ['packed with bzip2', 0, 'BZh'],
  ['packed with xz', 0, '\u{fd}7zXZ\0'],
  ['packed with zstd', 0, '\u{28}\u{b5}\u{2f}\u{fd}'],
  ['a 7z archive', 0, '7z\u{bc}\u{af}\u{27}\u{1c}'],
  ['a tar archive', 257, 'ustar'],
];

async function otherArchive(file: string): Promise<string | undefined> {
  const opened = await open(file).catch(() => undefined);
  if (opened === undefined) return undefined;
  try {
    const { buffer: head, bytesRead } = await opened.read({ buffer: Buffer.alloc(512), position: 0 });
    const text = head.toString('latin1', 0, bytesRead);
    return OTHER_ARCHIVES.find(([, at, bytes]) => text.startsWith(bytes, at))?.[0];
  } catch {
    return undefined;
  } finally {
    await opened.close();
  }
}
