// One whole file as text, in the encoding it says it has.

import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { decodeBytes, encodingNamed, markedEncoding, xmlEncoding } from '../core/character-encoding.js';
import { WatersmeetError } from '../core/failures.js';

/** A document larger than this is none that an agent could be shown. */
const MAX_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * UTF-8, UTF-16 with a byte order mark, or what an XML declaration at its beginning names.
 *
 * @param what what the file is, as in `the answers`.
 * @throws WatersmeetError 'input.invalid' if it is not there, too large, or in another encoding than it says.
 */
export async function readTextFile(file: string, what: string): Promise<string> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error)
    throw invalid(found.code === 'ENOENT' ? `${file} (${what}) does not exist.` : `${file} (${what}) cannot be read (${found.code ?? found.message}).`);
  if (!found.isFile()) throw invalid(`${file} (${what}) is no file.`);
  if (found.size > MAX_BYTES) throw invalid(`${file} (${what}) has ${found.size} bytes; at most ${MAX_BYTES} are read.`);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw invalid(`${file} (${what}) cannot be read (${error.code ?? error.message}). Check its permissions.`);
  });
  const declared = xmlEncoding(bytes) ?? 'UTF-8';
  const marked = markedEncoding(bytes);
  if (marked === 'utf-16le' || marked === 'utf-16be') return decode(bytes, marked, file);
  if (!/^utf-?8$/i.test(declared)) return decode(bytes, declared, file);
  if (!isUtf8(bytes)) {
    const line = firstBadLine(bytes);
    throw invalid(`${file}, line ${line}: not UTF-8, which the file should be (it looks like Latin-1 or Windows-1252). Save it as UTF-8 and start again.`);
  }
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

function decode(bytes: Buffer, encoding: string, file: string): string {
  // Without its mark, what says UTF-16 is something else, or nobody could tell.
  if (/^utf-?16/i.test(encoding) && bytes[0] !== 0xff && bytes[0] !== 0xfe)
    throw invalid(`${file} says that it is ${encoding}, but has no byte order mark. Save it as UTF-8 and start again.`);
  const name = encodingNamed(encoding);
  if (name === undefined) throw invalid(`${file} says that its encoding is "${encoding}", which is not known. Save it as UTF-8 and start again.`);
  try {
    return decodeBytes(bytes, name, { strict: true });
  } catch {
    throw invalid(`${file} is not ${encoding}, which it says it is. Save it as UTF-8 and start again.`);
  }
}

function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found === -1 ? bytes.length : found;
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end + 1;
  }
  return line;
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
