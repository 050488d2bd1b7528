// Documents that were parsed a moment ago: an agent asks several times about one.

import { parseXml, type XmlElement } from './xml.js';

/** Of the documents' texts; a tree takes about ten times as much. The last one is always kept. */
const KEPT_CHARACTERS = 4_000_000;

/** The longest not asked for is first. */
const kept = new Map<string, XmlElement>();
let characters = 0;

/** Nobody changes what is shared. @throws XmlProblem. */
export function documentWith(xml: string): XmlElement {
  const root = kept.get(xml) ?? parseXml(xml);
  if (kept.delete(xml)) characters -= xml.length;
  kept.set(xml, root);
  characters += xml.length;
  for (const [oldest] of kept) {
    if (characters <= KEPT_CHARACTERS || oldest === xml) break;
    kept.delete(oldest);
    characters -= oldest.length;
  }
  return root;
}
