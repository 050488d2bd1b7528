// An XML document as a plain tree. Strict: what is not well-formed is refused, with its line; nothing outside of the text is ever read.

import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type * as Saxes from 'saxes';

export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  /** '' for none. */
  readonly namespace: string;
  /** By name without prefix; declarations of namespaces and those of XML Schema's instance namespace are left out. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text, without that of its children and without white space around it. */
  readonly text: string;
  readonly children: readonly XmlElement[];
  /** Where it begins, from 1. */
  readonly line: number;
}

/** Not well-formed, or more than is read. */
export class XmlProblem extends Error {
  /** From 1. */
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.name = 'XmlProblem';
    this.line = line;
  }
}

/** Deeper than any business document, and far from the end of the stack. */
const MAX_DEPTH = 200;
/** Characters that are parsed before others have their turn: a hundredth of a second or two. */
const PIECE = 250_000;
const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
const NAMESPACE_DECLARATIONS = 'http://www.w3.org/2000/xmlns/';

/** Loaded with the first document: configurations import this file, and most of them have no XML. */
let saxes: typeof Saxes | undefined;

interface OpenElement extends XmlElement {
  text: string;
  readonly children: OpenElement[];
}

/**
 * The root element. Only XML's own five entities and character references are known: a document type declaration, where others would be
 * declared (and where entity bombs and external entities live), is refused.
 *
 * @throws XmlProblem with the line.
 */
export function parseXml(text: string): XmlElement {
  const reader = xmlReader();
  reader.write(text);
  return reader.end();
}

/** The same for documents of any size: others have their turn meanwhile. */
export async function parseXmlInPieces(text: string): Promise<XmlElement> {
  const reader = xmlReader();
  for (let from = 0; from < text.length; from += PIECE) {
    if (from > 0) await nextTurn();
    reader.write(text.slice(from, from + PIECE));
  }
  return reader.end();
}

function xmlReader(): { write(piece: string): void; end(): XmlElement } {
  saxes ??= createRequire(import.meta.url)('saxes') as typeof Saxes;
  const parser = new saxes.SaxesParser({ xmlns: true, position: true });
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  const add = (piece: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on('error', ({ message }) => {
    throw new XmlProblem(message.replace(/^\d+:\d+: /, '').replace(/\.$/, ''), parser.line);
  });
  parser.on('doctype', () => {
    throw new XmlProblem('it has a document type declaration (<!DOCTYPE ...>), which is not read', parser.line);
  });
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (open.length === MAX_DEPTH) throw new XmlProblem(`its elements are nested more than ${MAX_DEPTH} deep`, parser.line);
    const kept = Object.values(attributes).filter((attribute) => attribute.uri !== NAMESPACE_DECLARATIONS && attribute.uri !== SCHEMA_INSTANCE);
    const element: OpenElement = {
      name: local,
      namespace: uri,
      attributes: Object.fromEntries(kept.map((attribute) => [attribute.local, attribute.value])),
      text: '',
      children: [],
      line: parser.line,
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed !== undefined) closed.text = closed.text.trim();
  });
  return {
    write: (piece) => void parser.write(piece),
    end() {
      parser.close();
      // The parser has refused a document without a root.
      return root!;
    },
  };
}
