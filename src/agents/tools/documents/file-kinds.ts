// What the ending of a file's name says, and files that are text.

import { decodeBytes, encodingNamed, htmlEncoding, markedEncoding, xmlEncoding } from '../../../core/character-encoding.js';
import { counted } from '../../../core/sentences.js';

const DOCUMENTS: readonly string[] = ['.xlsx', '.xlsm', '.docx', '.pptx', '.pdf', '.zip'];

/** Whether a file is more than text: it is then read in a process of its own. */
export function isDocument(name: string): boolean {
  return DOCUMENTS.includes(endingOf(name));
}

/**
 * In the encoding of its byte order mark, else what was declared with it or in it (XML, HTML), else UTF-8, else Windows-1252 (tables of older
 * programs).
 *
 * @param declared label of a header.
 */
export function plainText(name: string, bytes: Uint8Array, declared?: string): string {
  const within = named(xmlEncoding(bytes) ?? (looksLikeHtml(bytes) ? htmlEncoding(bytes) : undefined));
  // What can be read as ASCII so far is not UTF-16.
  const encoding = markedEncoding(bytes) ?? named(declared) ?? (within?.startsWith('utf-16') === true ? 'utf-8' : within);
  if (encoding?.startsWith('utf-16') !== true && bytes.subarray(0, 8_192).includes(0))
    throw new Error(`${name} is no text: a file of the kind "${endingOf(name)}" with ${counted(bytes.length, 'byte')}, which this tool cannot read.`);
  if (encoding !== undefined) return decodeBytes(bytes, encoding);
  try {
    return decodeBytes(bytes, 'utf-8', { strict: true });
  } catch {
    return decodeBytes(bytes, 'windows-1252');
  }
}

function named(label: string | undefined): string | undefined {
  return label === undefined ? undefined : encodingNamed(label);
}

/** Other texts may write about `<meta>`. */
function looksLikeHtml(bytes: Uint8Array): boolean {
  return /^\s*<(?:!doctype\s+html|html|head|meta|title|!--)/i.test(String.fromCharCode(...bytes.subarray(0, 200)));
}

export function endingOf(name: string): string {
  return /\.[^./\\]+$/.exec(name)?.[0].toLowerCase() ?? '';
}
