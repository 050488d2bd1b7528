// Parts of office files (zip archives of XML) as a walk over elements: names without prefix, no outside entities.

import { SaxesParser } from 'saxes';

export interface XmlVisitor {
  /** Attributes by name with and without prefix. */
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
}

/** Throws the parser's error for what is not well-formed. */
export function walkXml(source: string, visitor: XmlVisitor): void {
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const both = Object.entries(attributes).flatMap(([key, value]) => [[local(key), value] as const, [key, value] as const]);
    visitor.open?.(local(name), Object.fromEntries(both));
  });
  parser.on('closetag', ({ name }) => visitor.close?.(local(name)));
  parser.on('text', (text) => visitor.text?.(text));
  parser.on('cdata', (text) => visitor.text?.(text));
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(source).close();
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
