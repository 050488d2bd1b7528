// The files of a tar archive, plain or gzipped, that is small enough to be held in memory. Format: POSIX.1-1988 (ustar).

import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { WatersmeetError } from '../core/failures.js';

const BLOCK = 512;
/** Unpacked bytes at most. */
const LIMIT = 256 * 1024 * 1024;
const REGULAR_FILE = /^[0\0]$/;

/** Content by path in the archive. Links, folders and devices are passed over. @throws WatersmeetError 'input.invalid' if it is cut off or broken. */
export async function readTar(file: string): Promise<ReadonlyMap<string, Buffer>> {
  const bytes = unpack(file, await readFile(file));
  const files = new Map<string, Buffer>();
  let at = 0;
  while (at + BLOCK <= bytes.length && bytes[at] !== 0) {
    const header = bytes.subarray(at, at + BLOCK);
    if (checksum(header) !== octal(header, 148, 8)) throw broken(file, `the checksum of its entry at byte ${at} is wrong`);
    const size = octal(header, 124, 12);
    const start = at + BLOCK;
    if (Number.isNaN(size) || start + size > bytes.length) throw broken(file, `"${text(header, 0, 100)}" is cut off`);
    const folder = header.toString('latin1', 257, 262) === 'ustar' ? text(header, 345, 155) : '';
    const name = text(header, 0, 100);
    if (REGULAR_FILE.test(String.fromCharCode(header[156]!))) files.set(folder === '' ? name : `${folder}/${name}`, bytes.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (at >= bytes.length) throw broken(file, 'its end is missing');
  return files;
}

function unpack(file: string, bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LIMIT });
  } catch (error) {
    throw broken(file, (error as Error).message);
  }
}

/** Sum of the header's bytes, its own field read as blanks. */
function checksum(header: Buffer): number {
  let sum = 8 * 0x20;
  for (const [index, byte] of header.entries()) if (index < 148 || index >= 156) sum += byte;
  return sum;
}

function octal(header: Buffer, start: number, length: number): number {
  const digits = text(header, start, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function text(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

function broken(file: string, problem: string): WatersmeetError {
  return new WatersmeetError('input.invalid', `${file} cannot be unpacked: ${problem}. It is cut off or no tar archive; get it again.`);
}
