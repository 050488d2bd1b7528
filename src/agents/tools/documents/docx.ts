// The text of a Word document: paragraphs as lines, table rows with tabs, footnotes at the end.

import { unpackText } from './archive.js';
import { walkXml } from './xml.js';

const PARTS = ['word/document.xml', 'word/footnotes.xml', 'word/endnotes.xml'];

/** Throws for what is no Word document. */
export function docxText(bytes: Uint8Array): string {
  const files = unpackText(bytes, (name) => PARTS.includes(name));
  if (!files.has(PARTS[0]!)) throw new Error('it holds no Word document');
  return PARTS.flatMap((part) => {
    const text = partText(files.get(part) ?? '');
    return text === '' ? [] : [text];
  }).join('\n\n');
}

function partText(xml: string): string {
  if (xml === '') return '';
  const lines: string[] = [];
  /** Rows of the tables that are open, innermost last: a table may stand in a cell. */
  const rows: string[][] = [];
  let paragraph = '';
  let inText = false;
  let deleted = 0;
  walkXml(xml, {
    open: (name, { val }) => {
      if (name === 't') inText = true;
      else if (name === 'del') deleted++;
      else if (name === 'tab') paragraph += '\t';
      else if (name === 'br' || name === 'cr') paragraph += '\n';
      else if (name === 'noBreakHyphen') paragraph += '-';
      else if (name === 'tr') rows.push([]);
      else if (name === 'tc') rows.at(-1)?.push('');
      else if (name === 'pStyle' && /^Heading\d$/.test(val ?? '')) paragraph = `${'#'.repeat(Number(val!.slice(-1)))} `;
    },
    text: (text) => {
      if (inText && deleted === 0) paragraph += text;
    },
    close: (name) => {
      if (name === 't') inText = false;
      else if (name === 'del') deleted--;
      else if (name === 'p') {
        const row = rows.at(-1);
        if (row === undefined || row.length === 0) lines.push(paragraph);
        else row[row.length - 1] = [row.at(-1)!, paragraph.replaceAll(/\s+/g, ' ')].filter((part) => part !== '').join(' / ');
        paragraph = '';
      } else if (name === 'tr') {
        const line = rows.pop()!.join('\t');
        const outer = rows.at(-1);
        if (outer === undefined || outer.length === 0) lines.push(line);
        else outer[outer.length - 1] = [outer.at(-1)!, line.replaceAll('\t', ', ')].filter((part) => part !== '').join(' / ');
      }
    },
  });
  return lines.join('\n').trim();
}
