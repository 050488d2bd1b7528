// A tool that shows the attached files of a task as text, a piece at a time.

import { z } from 'zod';
import { tool, type Tool } from '../tool.js';
import { findAttachment } from './attachments.js';
import { extractText } from './documents/extract.js';
import { isImage } from './images.js';
import { PIECE_PARAMETERS, showPiece } from './pieces.js';

/** Text, CSV, JSON, XML and other text files, XLSX, DOCX, PPTX, PDF, and files in ZIP archives. */
export function readFileTool(): Tool {
  return tool({
    name: 'read_file',
    description:
      'Reads a file that is attached to the task as text: text files (also CSV, JSON, XML, code), Excel (.xlsx; with formulas and the colours of cells), Word (.docx), PowerPoint (.pptx), PDF, and ZIP archives (as "archive.zip/file"). Long files come in pieces: go on with "offset", or look for a text with "find".',
    version: '1',
    parameters: z.object({
      file: z.string().optional().describe('The name of the file; needed when several are attached.'),
      ...PIECE_PARAMETERS,
    }),
    run: async ({ file, ...wanted }, context) => {
      const found = await findAttachment(context, file);
      const name = found.member === undefined ? found.name : `${found.name}/${found.member}`;
      if (isImage(name)) throw new Error(`${name} is an image: it has no text that this tool could read.`);
      return showPiece(name, await extractText(found.file, found.name, found.member, context.signal), wanted);
    },
  });
}
