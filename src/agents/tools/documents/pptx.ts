// The text of a presentation, slide by slide in their order, with tables and notes.

import path from 'node:path';
import { unpackText } from './archive.js';
import { walkXml } from './xml.js';

const PRESENTATION = 'ppt/presentation.xml';

/** Throws for what is no presentation. */
export function pptxText(bytes: Uint8Array): string {
  const files = unpackText(bytes, (name) => name === PRESENTATION || /^ppt\/(?:_rels|slides|slides\/_rels|notesSlides)\/[^/]+\.(?:xml|rels)$/.test(name));
  const presentation = files.get(PRESENTATION);
  if (presentation === undefined) throw new Error('it holds no presentation');
  const slides = relations(files, PRESENTATION);
  const order: string[] = [];
  walkXml(presentation, {
    open: (name, attributes) => {
      if (name !== 'sldId') return;
      // Two attributes are called id; the one with a prefix names the relation.
      const relation = Object.keys(attributes).find((key) => key.endsWith(':id'));
      const slide = slides.get(attributes[relation ?? ''] ?? '')?.file;
      if (slide !== undefined) order.push(slide);
    },
  });
  return order
    .map((slide, index) => {
      const notes = [...relations(files, slide).values()].find(({ type }) => type.endsWith('/notesSlide'));
      const noteText = notes === undefined ? '' : slideText(files.get(notes.file) ?? '');
      return `--- slide ${index + 1} of ${order.length} ---\n${slideText(files.get(slide) ?? '')}${noteText === '' ? '' : `\nNotes: ${noteText}`}`;
    })
    .join('\n\n');
}

function relations(files: ReadonlyMap<string, string>, part: string): ReadonlyMap<string, { readonly file: string; readonly type: string }> {
  const found = new Map<string, { file: string; type: string }>();
  const folder = path.posix.dirname(part);
  const source = files.get(`${folder}/_rels/${path.posix.basename(part)}.rels`);
  if (source === undefined) return found;
  walkXml(source, {
    open: (name, { Id, Target = '', Type = '' }) => {
      if (name === 'Relationship' && Id !== undefined)
        found.set(Id, { file: Target.startsWith('/') ? Target.slice(1) : path.posix.join(folder, Target), type: Type });
    },
  });
  return found;
}

function slideText(xml: string): string {
  if (xml === '') return '';
  const lines: string[] = [];
  let paragraph = '';
  let inText = false;
  let row: string[] | undefined;
  walkXml(xml, {
    open: (name) => {
      if (name === 't') inText = true;
      else if (name === 'br') paragraph += '\n';
      else if (name === 'tr') row = [];
      else if (name === 'tc') row?.push('');
    },
    text: (text) => {
      if (inText) paragraph += text;
    },
    close: (name) => {
      if (name === 't') inText = false;
      else if (name === 'p') {
        if (row === undefined || row.length === 0) lines.push(paragraph);
        else row[row.length - 1] = [row.at(-1)!, paragraph].filter((part) => part !== '').join(' / ');
        paragraph = '';
      } else if (name === 'tr' && row !== undefined) {
        lines.push(row.join('\t'));
        row = undefined;
      }
    },
  });
  return lines.filter((line) => line.trim() !== '').join('\n');
}
