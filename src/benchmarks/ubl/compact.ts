// A document as few lines of text: what an agent is shown of it.

import { estimateTokens } from '../../core/candidate.js';
import { withoutHalfCharacters } from '../scorers/text.js';
import { namedChildren } from './paths.js';
import type { XmlElement } from './xml.js';

export interface CompactText {
  readonly text: string;
  /** Tokens of the text: characters / 4. */
  readonly tokens: number;
  /** Those that the whole document would take. */
  readonly wholeTokens: number;
}

/** What is shown of a document. */
interface Extent {
  /** Characters of one text at most. */
  readonly characters: number;
  /** Elements of the same name in one parent at most. */
  readonly repeats: number;
  /** Levels below the root at most. */
  readonly depth: number;
}

const WHOLE: Extent = { characters: Infinity, repeats: Infinity, depth: Infinity };

/** Long texts first: they are cut to 400 characters, then to 200. */
const SHORTER: Extent = { ...WHOLE, characters: 400 };
const REPEATING: Extent = { ...WHOLE, characters: 200 };
/** Then, with one of each name, what lies deep. */
const SHALLOW: readonly Extent[] = [8, 6, 5, 4, 3, 2, 1].map((depth) => ({ characters: 80, repeats: 1, depth }));

/** As estimateTokens has it. */
const CHARACTERS_PER_TOKEN = 4;

/** They say whose list a code is from, in which edition and language; not what is meant by the code. */
const ABOUT_LISTS = new Set([
  'listAgencyID',
  'listAgencyName',
  'listName',
  'listVersionID',
  'listURI',
  'listSchemeURI',
  'schemeAgencyID',
  'schemeAgencyName',
  'schemeName',
  'schemeVersionID',
  'schemeDataURI',
  'schemeURI',
  'unitCodeListID',
  'unitCodeListAgencyID',
  'unitCodeListAgencyName',
  'unitCodeListVersionID',
  'currencyCodeListVersionID',
]);

/** UBL's own binary elements. */
const BINARY_NAME = /BinaryObject$/;
/** Of base64: shorter ones could be words, or references. */
const BINARY_LINE = 40;
const BINARY_CHARACTERS = 120;

/**
 * One line an element that says something: names without prefixes, one space of indentation a level, `A/B/C` for elements with a single
 * child, `Name[2]` where a name repeats, attributes as `@name=value`, and the text after a colon. White space inside of a text becomes single
 * spaces. Left out: declarations of namespaces, comments, attributes about code lists (their agency, name, edition, address), empty elements
 * (counted in the last line) and binary content (its length is told). Every other text is there, word for word.
 *
 * Within `maxTokens` the document is cut in this order until it fits: long texts, repeated elements from the last, what lies deep, lines
 * from the end. A line in brackets stands where something was left out and says how much.
 *
 * @param maxTokens from 20; characters / 4.
 */
export function compactXml(root: XmlElement, maxTokens = Infinity): CompactText {
  const whole = lines(root, WHOLE);
  const wholeTokens = tokensOf(whole);
  if (wholeTokens <= maxTokens) return { text: whole.join('\n'), tokens: wholeTokens, wholeTokens };
  const note = `[cut to fit: about ${wholeTokens} tokens in full; brackets say what is left out]`;
  const shownWith = (extent: Extent): readonly string[] => {
    const [first = '', ...rest] = lines(root, extent);
    return [`${first} ${note}`, ...rest];
  };
  const fits = (shown: readonly string[]) => tokensOf(shown) <= maxTokens;
  const result = (shown: readonly string[]): CompactText => ({ text: shown.join('\n'), tokens: tokensOf(shown), wholeTokens });
  let shown = shownWith(SHORTER);
  if (fits(shown)) return result(shown);
  const repeating = mostRepeats(maxTokens, (repeats) => shownWith({ ...REPEATING, repeats }));
  if (repeating !== undefined) return result(repeating);
  for (const extent of SHALLOW) {
    shown = shownWith(extent);
    if (fits(shown)) return result(shown);
  }
  const kept: string[] = [];
  let room = maxTokens * CHARACTERS_PER_TOKEN - '[999999 more lines left out]'.length;
  for (const line of shown) {
    room -= line.length + 1;
    if (room < 0) break;
    kept.push(line);
  }
  const text = [...kept, `[${shown.length - kept.length} more lines left out]`].join('\n');
  return { text, tokens: tokensOf([text]), wholeTokens };
}

/** With as many elements of the same name as fit; undefined if not even one does. */
function mostRepeats(maxTokens: number, shownWith: (repeats: number) => readonly string[]): readonly string[] | undefined {
  let best: readonly string[] | undefined;
  // A line takes half a token at least.
  let [low, high] = [1, 2 * maxTokens];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const shown = shownWith(middle);
    if (tokensOf(shown) <= maxTokens) {
      best = shown;
      low = middle + 1;
    } else high = middle - 1;
  }
  return best;
}

function tokensOf(texts: readonly string[]): number {
  return estimateTokens(texts.join('\n'));
}

function lines(root: XmlElement, extent: Extent): readonly string[] {
  const out: string[] = [];
  write(out, root, root.name, 0, extent);
  const empty = countEmpty(root);
  if (empty > 0) out.push(`[${empty} empty element${empty === 1 ? '' : 's'} left out]`);
  return out;
}

function write(out: string[], element: XmlElement, path: string, depth: number, extent: Extent): void {
  const shown = attributesOf(element);
  const children = [...namedChildren(element)].filter(({ child }) => !isEmpty(child));
  const [only, ...others] = children;
  // The root keeps its line: the note of a cut stands there.
  if (depth > 0 && only !== undefined && others.length === 0 && element.text === '' && shown === '') {
    write(out, only.child, `${path}/${only.name}`, depth, extent);
    return;
  }
  const indent = ' '.repeat(depth);
  const text = textOf(element, extent.characters);
  out.push(`${indent}${path}${shown}${text === '' ? '' : `: ${text}`}`);
  if (children.length === 0) return;
  if (depth >= extent.depth) {
    out.push(`${indent} [${children.length} element${children.length === 1 ? '' : 's'} left out]`);
    return;
  }
  const seen = new Map<string, number>();
  for (const { child, name } of children) {
    const number = (seen.get(child.name) ?? 0) + 1;
    seen.set(child.name, number);
    if (number <= extent.repeats) write(out, child, name, depth + 1, extent);
    else if (number === extent.repeats + 1) {
      const left = children.filter((other) => other.child.name === child.name).length - extent.repeats;
      out.push(`${indent} [${left} more ${child.name} left out]`);
    }
  }
}

/** @returns `' @currencyID=EUR @unitCode=KGM'`, or '' for none. */
function attributesOf(element: XmlElement): string {
  return Object.entries(element.attributes)
    .filter(([name]) => !ABOUT_LISTS.has(name))
    .map(([name, value]) => ` @${name}=${/^[^\s":@\\\p{C}]+$/u.test(value) ? value : JSON.stringify(value.replaceAll(/\s+/gu, ' '))}`)
    .join('');
}

function textOf(element: XmlElement, characters: number): string {
  if (element.text === '') return '';
  if (isBinary(element)) return `[binary, ${element.text.length} characters left out]`;
  const text = element.text.replaceAll(/\s+/gu, ' ');
  if (text.length <= characters) return text;
  return `${withoutHalfCharacters(text.slice(0, characters))} [${text.length - characters} more characters left out]`;
}

/** UBL's own, and texts of base64 that no person reads (signatures, certificates). */
function isBinary({ name, text }: XmlElement): boolean {
  if (BINARY_NAME.test(name)) return true;
  if (text.length < BINARY_CHARACTERS) return false;
  const pieces = text.split(/\s+/u);
  return pieces.every((piece, index) => /^[A-Za-z0-9+/]+={0,2}$/.test(piece) && (piece.length >= BINARY_LINE || index === pieces.length - 1));
}

function isEmpty(element: XmlElement): boolean {
  return element.text === '' && attributesOf(element) === '' && element.children.every(isEmpty);
}

function countEmpty(element: XmlElement): number {
  if (element.children.length === 0) return isEmpty(element) ? 1 : 0;
  return element.children.reduce((sum, child) => sum + countEmpty(child), 0);
}
