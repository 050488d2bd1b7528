// A tool that shows the attached files of a task as text, a piece at a time.

import { z } from 'zod';
import { tool, type Tool } from '../tool.js';
import { findAttachment } from './attachments.js';
import { extractText } from './documents/extract.js';
import { isImage } from './images.js';

const DEFAULT_LIMIT = 6_000;
const MOST_LIMIT = 20_000;
const MOST_FOUND = 20;
/** Characters shown on each side of what was found. */
const AROUND = 80;

/** Text, CSV, JSON, XML and other text files, XLSX, DOCX, PPTX, PDF, and files in ZIP archives. */
export function readFileTool(): Tool {
  return tool({
    name: 'read_file',
    description:
      'Reads a file that is attached to the task as text: text files (also CSV, JSON, XML, code), Excel (.xlsx; with formulas and the colours of cells), Word (.docx), PowerPoint (.pptx), PDF, and ZIP archives (as "archive.zip/file"). Long files come in pieces: go on with "offset", or look for a text with "find".',
    version: '1',
    parameters: z.object({
      file: z.string().optional().describe('The name of the file; needed when several are attached.'),
      offset: z.number().int().min(0).optional().describe('The character to begin with; default 0.'),
      limit: z.number().int().min(1).max(MOST_LIMIT).optional().describe(`Characters to show; default ${DEFAULT_LIMIT}.`),
      find: z.string().min(1).optional().describe('Shows where this text stands in the file instead (upper and lower case alike).'),
    }),
    run: async ({ file, offset = 0, limit = DEFAULT_LIMIT, find }, context) => {
      const found = await findAttachment(context, file);
      const name = found.member === undefined ? found.name : `${found.name}/${found.member}`;
      if (isImage(name)) throw new Error(`${name} is an image: it has no text that this tool could read.`);
      const text = await extractText(found.file, found.name, found.member, context.signal);
      return find === undefined ? piece(name, text, offset, limit) : places(name, text, find);
    },
  });
}

function piece(name: string, text: string, offset: number, limit: number): string {
  if (text === '') return `${name} is empty.`;
  if (offset >= text.length) throw new Error(`${name} has ${text.length} characters: the offset ${offset} is beyond its end.`);
  const end = Math.min(offset + limit, text.length);
  if (offset === 0 && end === text.length) return text;
  const more = end < text.length ? `; go on with offset ${end}` : '; this is the end';
  return `[${name}: characters ${offset} to ${end - 1} of ${text.length}${more}]\n${text.slice(offset, end)}`;
}

function places(name: string, text: string, find: string): string {
  const escaped = find.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const matches = [...text.matchAll(new RegExp(escaped, 'giu'))];
  if (matches.length === 0) return `"${find}" does not stand in ${name} (${text.length} characters).`;
  const shown = matches.slice(0, MOST_FOUND).map(({ index, 0: { length } }) => {
    const around = text.slice(Math.max(0, index - AROUND), index + length + AROUND).replaceAll(/\s+/g, ' ');
    return `offset ${index}: ...${around}...`;
  });
  const more = matches.length > MOST_FOUND ? [`and ${matches.length - MOST_FOUND} more`] : [];
  return [`"${find}" stands ${matches.length} times in ${name}:`, ...shown, ...more].join('\n');
}
