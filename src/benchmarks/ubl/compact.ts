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
/** A line without the '=' at its end. */
const BINARY_BEGINNING = /^[A-Za-z0-9+/]{38}/;

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
  const { part, empty } = prepare(root);
  const written = (extent: Extent, most: number, beyond: Written['beyond'] = 'stop') => lines(part, empty, extent, { most, beyond });
  const whole = written(WHOLE, maxTokens * CHARACTERS_PER_TOKEN, 'count');
  const wholeTokens = Math.ceil(whole.characters / CHARACTERS_PER_TOKEN);
  if (wholeTokens <= maxTokens) return { text: whole.lines.join('\n'), tokens: wholeTokens, wholeTokens };
  const note = ` [cut to fit: about ${wholeTokens} tokens in full; brackets say what is left out]`;
  const noted = ([first = '', ...rest]: readonly string[]): readonly string[] => [`${first}${note}`, ...rest];
  const most = maxTokens * CHARACTERS_PER_TOKEN - note.length;
  /** Undefined if it does not fit: what is too long is written no further. */
  const fitting = (extent: Extent): CompactText | undefined => {
    const shown = written(extent, most);
    if (shown.characters > most) return undefined;
    return { text: noted(shown.lines).join('\n'), tokens: Math.ceil((shown.characters + note.length) / CHARACTERS_PER_TOKEN), wholeTokens };
  };
  const fits = fitting(SHORTER) ?? mostRepeats(maxTokens, (repeats) => fitting({ ...REPEATING, repeats }));
  if (fits !== undefined) return fits;
  for (const extent of SHALLOW) {
    const shallow = fitting(extent);
    if (shallow !== undefined) return shallow;
  }
  const shown = noted(written(SHALLOW.at(-1)!, Infinity).lines);
  const kept: string[] = [];
  let room = maxTokens * CHARACTERS_PER_TOKEN - '[999999 more lines left out]'.length;
  for (const line of shown) {
    room -= line.length + 1;
    if (room < 0) break;
    kept.push(line);
  }
  const text = [...kept, `[${shown.length - kept.length} more lines left out]`].join('\n');
  return { text, tokens: estimateTokens(text), wholeTokens };
}

/** With as many elements of the same name as fit; undefined if not even one does. */
function mostRepeats(maxTokens: number, shownWith: (repeats: number) => CompactText | undefined): CompactText | undefined {
  let best: CompactText | undefined;
  // A line takes half a token at least.
  let [low, high] = [1, 2 * maxTokens];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const shown = shownWith(middle);
    if (shown !== undefined) {
      best = shown;
      low = middle + 1;
    } else high = middle - 1;
  }
  return best;
}

/** An element as it is shown, worked out once: a cut document is written several times. */
interface ShownElement {
  readonly name: string;
  /** With its number, where the name repeats. */
  readonly step: string;
  readonly attributes: string;
  readonly text: string;
  readonly isBinary: boolean;
  /** Those that are not empty. */
  readonly children: readonly ShownElement[];
}

/** For large documents every object counts. */
const NO_CHILDREN: readonly ShownElement[] = [];

function singleSpaced(text: string): string {
  return /[^\S ]|  /u.test(text) ? text.replaceAll(/\s+/gu, ' ') : text;
}

/** @returns also how many elements without children are empty. */
function prepare(root: XmlElement): { readonly part: ShownElement; readonly empty: number } {
  let empty = 0;
  const shownAs = (element: XmlElement, step: string): ShownElement => {
    const isLeaf = element.children.length === 0;
    const children: ShownElement[] = [];
    if (!isLeaf) {
      for (const { child, name } of namedChildren(element)) {
        const shown = shownAs(child, name);
        if (shown.text !== '' || shown.attributes !== '' || shown.children.length > 0) children.push(shown);
      }
    }
    const binary = element.text !== '' && isBinary(element);
    const text = binary ? `[binary, ${element.text.length} characters left out]` : singleSpaced(element.text);
    const attributes = attributesOf(element);
    if (isLeaf && text === '' && attributes === '') empty++;
    return { name: element.name, step, attributes, text, isBinary: binary, children: children.length === 0 ? NO_CHILDREN : children };
  };
  const part = shownAs(root, root.name);
  return { part, empty };
}

interface Written {
  readonly lines: string[];
  /** Of all lines with a line break between two. */
  characters: number;
  /** Once there are more, no line is kept. */
  readonly most: number;
  /** Then: nothing is looked at any more, or characters are counted to the end. */
  readonly beyond: 'stop' | 'count';
}

function lines(root: ShownElement, empty: number, extent: Extent, limits: Pick<Written, 'most' | 'beyond'>): Written {
  const out: Written = { lines: [], characters: -1, ...limits };
  write(out, root, root.step, 0, extent);
  if (empty > 0) add(out, `[${empty} empty element${empty === 1 ? '' : 's'} left out]`);
  return out;
}

function add(out: Written, line: string): void {
  out.characters += line.length + 1;
  if (out.characters <= out.most) out.lines.push(line);
}

function isFull({ characters, most, beyond }: Written): boolean {
  return characters > most && beyond === 'stop';
}

function write(out: Written, element: ShownElement, path: string, depth: number, extent: Extent): void {
  if (isFull(out)) return;
  const { children, attributes } = element;
  const only = children.length === 1 ? children[0] : undefined;
  // The root keeps its line: the note of a cut stands there.
  if (depth > 0 && only !== undefined && element.text === '' && attributes === '') {
    write(out, only, `${path}/${only.step}`, depth, extent);
    return;
  }
  const indent = ' '.repeat(depth);
  const text = textOf(element, extent.characters);
  add(out, `${indent}${path}${attributes}${text === '' ? '' : `: ${text}`}`);
  if (children.length === 0) return;
  if (depth >= extent.depth) {
    add(out, `${indent} [${children.length} element${children.length === 1 ? '' : 's'} left out]`);
    return;
  }
  const seen = new Map<string, number>();
  for (const child of children) {
    const number = (seen.get(child.name) ?? 0) + 1;
    seen.set(child.name, number);
    if (number <= extent.repeats) write(out, child, child.step, depth + 1, extent);
    else if (number === extent.repeats + 1) {
      const left = children.filter((other) => other.name === child.name).length - extent.repeats;
      add(out, `${indent} [${left} more ${child.name} left out]`);
    }
    if (isFull(out)) return;
  }
}

/** @returns `' @currencyID=EUR @unitCode=KGM'`, or '' for none. */
function attributesOf(element: XmlElement): string {
  return Object.entries(element.attributes)
    .filter(([name]) => !ABOUT_LISTS.has(name))
    .map(([name, value]) => ` @${name}=${/^[^\s":@\\\p{C}]+$/u.test(value) ? value : JSON.stringify(value.replaceAll(/\s+/gu, ' '))}`)
    .join('');
}

function textOf({ text, isBinary: whole }: ShownElement, characters: number): string {
  if (whole || text.length <= characters) return text;
  return `${withoutHalfCharacters(text.slice(0, characters))} [${text.length - characters} more characters left out]`;
}

/** UBL's own, and texts of base64 that no person reads (signatures, certificates). */
function isBinary({ name, text }: XmlElement): boolean {
  if (BINARY_NAME.test(name)) return true;
  // Most texts are words, and need no more than a look at their beginning.
  if (text.length < BINARY_CHARACTERS || !BINARY_BEGINNING.test(text)) return false;
  const pieces = text.split(/\s+/u);
  return pieces.every((piece, index) => /^[A-Za-z0-9+/]+={0,2}$/.test(piece) && (piece.length >= BINARY_LINE || index === pieces.length - 1));
}
