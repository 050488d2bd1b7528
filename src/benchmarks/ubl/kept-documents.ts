// Documents that were parsed a moment ago: an agent asks several times about one.

import { parseXmlInPieces, type XmlElement } from './xml.js';

/** Of the documents' texts; a tree takes about ten times as much. The last one is always kept. */
const KEPT_CHARACTERS = 4_000_000;

/** The longest not asked for is first. Calls of one answer ask at the same time. */
const kept = new Map<string, Promise<XmlElement>>();
let characters = 0;

/** Nobody changes what is shared. Rejects with XmlProblem. */
export function documentWith(xml: string): Promise<XmlElement> {
  const root = kept.get(xml) ?? parseXmlInPieces(xml);
  forget(xml);
  kept.set(xml, root);
  characters += xml.length;
  for (const [oldest] of kept) {
    if (characters <= KEPT_CHARACTERS || oldest === xml) break;
    forget(oldest);
  }
  return root;
}

function forget(xml: string): void {
  if (kept.delete(xml)) characters -= xml.length;
}
