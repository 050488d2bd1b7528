// What an agent may call on a document: find elements by name or text, and read what is at a path.

import { z } from 'zod';
import { tool, type Tool, type ToolContext } from '../../agents/tool.js';
import { estimateTokens } from '../../core/candidate.js';
import { WatersmeetError } from '../../core/failures.js';
import type { JsonObject } from '../../core/json.js';
import type { XmlElement } from './xml.js';

/** Elements told at once. */
const MOST_FOUND = 40;
/** Characters of a text that are told of an element that was found. */
const TEXT_CHARACTERS = 200;
/** Tokens (characters / 4) of what is read at once. */
const MOST_TOKENS = 1_500;

/** The document is the whole one, also where the task shows it cut. @throws WatersmeetError 'input.invalid' for options: there are none. */
export function documentTools(options: JsonObject): readonly Tool[] {
  const [unknown] = Object.keys(options);
  if (unknown !== undefined)
    throw new WatersmeetError('input.invalid', `agent.toolOptions has "${unknown}", but the tools of documents have no options. Leave it out.`);
  return [
    tool({
      name: 'find_elements',
      version: '1',
      description: 'Finds elements of the whole document by a part of their name, of their text, or both. Answers with a path and the text of each.',
      parameters: z.object({
        name: z.string().optional().describe('a part of the name of the element, such as "Reference"; case does not count'),
        text: z.string().optional().describe('a part of its text or of an attribute; case does not count'),
      }),
      run: async ({ name, text }, context) => {
        if (!name && !text) return 'Give a part of a name, of a text, or both.';
        const { findElements } = await import('./paths.js');
        const found = findElements(await documentOf(context), { ...(name === undefined ? {} : { name }), ...(text === undefined ? {} : { text }) });
        if (found.length === 0) return 'There is no such element.';
        const told = found.slice(0, MOST_FOUND).map(({ path, element }) => `${path}${valueOf(element)}`);
        return [...told, ...(found.length > MOST_FOUND ? [`[${found.length - MOST_FOUND} more: ask for less]`] : [])].join('\n');
      },
    }),
    tool({
      name: 'read_path',
      version: '1',
      description:
        'Reads what is at a path of the whole document, such as InvoiceLine[2]/Item, InvoiceLine/Note (of all lines) or AdditionalDocumentReference[DocumentTypeCode=CMR]/ID.',
      parameters: z.object({
        path: z
          .string()
          .describe(
            'names with "/" between; [2] for the second, [Child=text] for those whose child has that text, * for any name, "//" before a name for any depth',
          ),
      }),
      run: async ({ path }, context) => {
        const [{ elementsAt, PathProblem }, { compactXml }] = await Promise.all([import('./paths.js'), import('./compact.js')]);
        try {
          const root = await documentOf(context);
          const found = elementsAt(root, path);
          if (found.length === 0) return `There is nothing at ${path}. The root has ${[...new Set(root.children.map(({ name }) => name))].join(', ')}.`;
          const told: string[] = [];
          let room = MOST_TOKENS;
          for (const element of found) {
            const { text } = compactXml(element, Math.max(room, 20));
            if (told.length > 0 && estimateTokens(text) > room) break;
            told.push(text);
            room -= estimateTokens(text);
          }
          return [...told, ...(told.length < found.length ? [`[${found.length - told.length} more of ${found.length}: ask for one by its number]`] : [])].join(
            '\n',
          );
        } catch (error) {
          if (error instanceof PathProblem) return error.message;
          throw error;
        }
      },
    }),
  ];
}

function valueOf({ text, children }: XmlElement): string {
  if (text === '') return children.length === 0 ? '' : ` (${children.length} element${children.length === 1 ? '' : 's'})`;
  return `: ${text.replaceAll(/\s+/gu, ' ').slice(0, TEXT_CHARACTERS)}`;
}

async function documentOf({ task }: ToolContext): Promise<XmlElement> {
  const xml = task.metadata?.['xml'];
  if (typeof xml !== 'string')
    throw new WatersmeetError(
      'input.invalid',
      `Task "${task.id}" has no document: the tools of documents are for benchmarks logistics-qa, ubl and freight-invoices.`,
    );
  const { documentWith } = await import('./kept-documents.js');
  return await documentWith(xml);
}
