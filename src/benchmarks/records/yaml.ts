// YAML: a list of records, or one document a record. A list is parsed element by element, so that a large file takes little memory.

import { invalid, type SourceRecord } from './record.js';
import { NEWLINE, readCheckedText } from './bytes.js';

/** The library takes 50 bytes of memory a byte: of what is parsed at once, this is the most. */
export const MAX_YAML_RECORD_BYTES = 2 * 1024 * 1024;

/** Lines that are parsed together: a document, or one element of a document that is a list. */
interface Part {
  /** Of its first line, from 1. */
  readonly line: number;
  readonly text: string;
}

/** @throws WatersmeetError 'input.invalid' with file, line, what is wrong and what to do. */
export async function* readYaml(file: string): AsyncGenerator<SourceRecord> {
  const { LineCounter, parseDocument, isMap, isSeq } = await import('yaml');
  for await (const { line, text } of readParts(file)) {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true });
    const lineAt = (offset: number) => line + Math.max(0, lines.linePos(offset).line - 1);
    const [error] = document.errors;
    if (error !== undefined) throw invalid(`${file}, line ${lineAt(error.pos[0])}: not valid YAML: ${error.message.replace(/\.$/, '')}. Correct it.`);
    const { contents } = document;
    const nodes = isSeq(contents) ? contents.items : contents === null ? [] : [contents];
    for (const node of nodes) {
      const range = (node as { readonly range?: readonly number[] | null } | null)?.range;
      const place = { line: range === undefined || range === null ? line : lineAt(range[0]!) };
      if (!isMap(node)) throw invalid(`${file}, line ${place.line}: a record is a mapping like "input: ...", this is none. Make the file a list of mappings.`);
      yield { value: toJavaScript(file, place.line, () => node.toJS(document)), place };
    }
  }
}

function toJavaScript(file: string, line: number, convert: () => unknown): unknown {
  try {
    return convert();
  } catch (error) {
    // Aliases: of anchors in another record, or so many that they would fill the memory.
    throw invalid(`${file}, line ${line}: ${(error as Error).message}. Records are read one at a time: write out what an alias stands for.`, error);
  }
}

/** Cuts the text where a document or, in a document that is a list, an element of that list begins. */
async function* readParts(file: string): AsyncGenerator<Part> {
  let lines: string[] = [];
  let bytes = 0;
  let first = 1;
  let number = 0;
  /** What an element's first line begins with, as `- ` or `  - `; undefined before the document's first line of content, null in other documents. */
  let dash: string | undefined | null;
  const part = (): Part => ({ line: first, text: lines.join('\n') });
  const begin = (line: string) => {
    lines = [line];
    bytes = line.length;
    first = number;
  };
  for await (const line of readLines(file)) {
    number++;
    const content = line.trim() !== '' && !line.trimStart().startsWith('#');
    if (/^\.\.\.(?:\s|$)/.test(line)) {
      yield part();
      [lines, bytes, first, dash] = [[], 0, number + 1, undefined];
      continue;
    }
    if (/^---(?:\s|$)/.test(line)) {
      if (dash !== undefined) yield part();
      // Directives belong to the document that follows them.
      if (dash === undefined && lines.some((before) => before.startsWith('%'))) lines.push(line);
      else begin(line);
      // What stands beside the marker makes it a document of its own form.
      dash = /^---\s+[^\s#]/.test(line) ? null : undefined;
      continue;
    }
    if (dash === undefined && content && !line.startsWith('%')) {
      dash = /^ *-(?=\s|$)/.exec(line)?.[0] ?? null;
    } else if (typeof dash === 'string' && line.startsWith(dash) && /^(?:\s|$)/.test(line.slice(dash.length))) {
      yield part();
      begin(line);
      continue;
    }
    lines.push(line);
    bytes += line.length + 1;
    if (bytes > MAX_YAML_RECORD_BYTES) {
      throw invalid(
        `${file}, line ${first}: more than 2 MB that can only be read at once. Write the file as a list of records with "- " at the beginning of each, or as JSON Lines.`,
      );
    }
  }
  yield part();
}

async function* readLines(file: string): AsyncGenerator<string> {
  for await (const bytes of readCheckedText(file)) {
    for (let start = 0; start < bytes.length; ) {
      const found = bytes.indexOf(NEWLINE, start);
      const end = found === -1 ? bytes.length : found;
      yield bytes.toString('utf8', start, bytes[end - 1] === 0x0d && end > start ? end - 1 : end);
      start = end + 1;
    }
  }
}
