// The text of a document, by its kind.

import { listArchive, unpack } from './archive.js';
import { docxText } from './docx.js';
import { endingOf, plainText } from './file-kinds.js';
import { pdfText } from './pdf.js';
import { pptxText } from './pptx.js';
import { xlsxText } from './xlsx.js';
import { counted, reasonIn } from '../../../core/sentences.js';

const OFFICE: ReadonlyMap<string, (bytes: Uint8Array) => string | Promise<string>> = new Map<string, (bytes: Uint8Array) => string | Promise<string>>([
  ['.xlsx', xlsxText],
  ['.xlsm', xlsxText],
  ['.docx', docxText],
  ['.pptx', pptxText],
  ['.pdf', pdfText],
]);

/**
 * @param member a file in the archive, or in an archive in it.
 * @throws Error that says, for the model, why there is no text.
 */
export async function documentText(name: string, bytes: Uint8Array, member: string | undefined): Promise<string> {
  const ending = endingOf(name);
  if (ending === '.zip') return archiveText(name, bytes, member);
  if (member !== undefined) throw new Error(`${name} is no archive: it holds no "${member}".`);
  const read = OFFICE.get(ending);
  if (read === undefined) return plainText(name, bytes);
  try {
    return await read(bytes);
  } catch (error) {
    throw new Error(`${name} cannot be read as ${ending}: ${reasonIn(error)}.`, { cause: error });
  }
}

async function archiveText(name: string, bytes: Uint8Array, member: string | undefined): Promise<string> {
  let entries: ReturnType<typeof listArchive>;
  try {
    entries = listArchive(bytes);
  } catch (error) {
    throw new Error(`${name} cannot be read as .zip: ${reasonIn(error)}.`, { cause: error });
  }
  const list = entries.map((entry) => `${entry.name} (${counted(entry.size, 'byte')})`).join('\n');
  if (member === undefined)
    return `An archive of ${counted(entries.length, 'file')}; read ${entries.length === 1 ? 'it' : 'one of them'} as "${name}/<file>":\n${list}`;
  const found = entries.find((entry) => member === entry.name || (member.startsWith(`${entry.name}/`) && endingOf(entry.name) === '.zip'));
  if (found === undefined) throw new Error(`${name} holds no "${member}". It holds:\n${list}`);
  const content = unpack(bytes, (entry) => entry === found.name).get(found.name)!;
  const rest = member.slice(found.name.length + 1);
  return documentText(found.name, content, rest === '' ? undefined : rest);
}
