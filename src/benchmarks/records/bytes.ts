// The bytes of a file, plain or gzipped, in pieces; checked to be UTF-8 where they are text. Never holds a whole file.

import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { WatersmeetError } from '../../core/failures.js';
import { invalid } from './record.js';

const WIDE = 'is not UTF-8 (it looks like UTF-16). Save it as UTF-8 and start again.';
const CHUNK_BYTES = 1 << 18;
/** One record may take this much: more is a file of another format, or broken quotes. */
export const MAX_RECORD_BYTES = 256 * 1024 * 1024;

export const NEWLINE = 0x0a;

export function isGzipped(file: string): boolean {
  return file.toLowerCase().endsWith('.gz');
}

export function openBytes(file: string): Readable {
  const stored = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  if (!isGzipped(file)) return stored;
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  stored.once('error', (error) => unpacked.destroy(error));
  unpacked.once('close', () => stored.destroy());
  return stored.pipe(unpacked);
}

/** Why the first bytes of a file are no text in UTF-8, and what to do. */
function noText(head: Buffer): string | undefined {
  if (head.toString('latin1', 0, 4) === 'PK\u0003\u0004')
    return 'is an Excel workbook or another ZIP archive, whatever its ending says. Save its table as CSV in UTF-8, or unpack it.';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'is gzipped, which its ending does not say. Give it the ending .gz as well.';
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return WIDE;
  const zeros = head.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0);
  if (zeros === 0) return undefined;
  // Of UTF-16 every second byte is one, as far as it is Latin.
  return 8 * zeros >= head.length ? WIDE : 'is no text: it holds bytes of the value 0. Check that its ending says what it holds, and remove them.';
}

/** The bytes of a file without a byte order mark, checked to be text, and not UTF-16. */
export async function* readChunks(file: string): AsyncGenerator<Buffer> {
  let first = true;
  try {
    for await (const read of openBytes(file)) {
      let chunk = read as Buffer;
      if (first) {
        first = false;
        const head = chunk.subarray(0, 1024);
        const problem = noText(head);
        if (problem !== undefined) throw invalid(`${file} ${problem}`);
        if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) chunk = chunk.subarray(3);
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw invalid(`${file} cannot be unpacked: ${error.message}. It is cut off or no gzip file; get it again.`);
    if (error instanceof Error && 'code' in error && 'syscall' in error)
      throw invalid(`${file} cannot be read (${String(error.code)}). Check its permissions.`);
    throw error;
  }
}

export function notUtf8(file: string, line: number): WatersmeetError {
  return invalid(`${file}, line ${line}: not UTF-8 (it looks like Latin-1 or Windows-1252). Save the file as UTF-8 and start again.`);
}

/** Bytes that arrive in pieces and are wanted as one text. */
export class PendingBytes {
  private pieces: Buffer[] = [];
  private size = 0;

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.size += piece.length;
  }

  get length(): number {
    return this.size;
  }

  take(last: Buffer): Buffer {
    if (this.pieces.length === 0) return last;
    const whole = Buffer.concat([...this.pieces, last]);
    this.pieces = [];
    this.size = 0;
    return whole;
  }
}

export function checkSize(file: string, line: number, bytes: number): void {
  if (bytes > MAX_RECORD_BYTES)
    throw invalid(`${file}, line ${line}: the record is longer than 256 MB. Check that the file's ending says what it holds, and that no quote is left open.`);
}

/** The chunks again, cut at line ends, each checked. */
export async function* readCheckedText(file: string): AsyncGenerator<Buffer> {
  const pending = new PendingBytes();
  let line = 1;
  const check = (bytes: Buffer): Buffer => {
    if (!isUtf8(bytes)) {
      for (let start = 0; start < bytes.length; line++) {
        const found = bytes.indexOf(NEWLINE, start);
        const end = found === -1 ? bytes.length : found;
        if (!isUtf8(bytes.subarray(start, end))) throw notUtf8(file, line);
        start = end + 1;
      }
    }
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) line++;
    return bytes;
  };
  for await (const chunk of readChunks(file)) {
    const cut = chunk.lastIndexOf(NEWLINE) + 1;
    if (cut > 0) yield check(pending.take(chunk.subarray(0, cut)));
    pending.add(Buffer.from(chunk.subarray(cut)));
    checkSize(file, line, pending.length);
  }
  yield check(pending.take(Buffer.alloc(0)));
}
