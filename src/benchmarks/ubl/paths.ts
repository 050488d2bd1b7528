// Places in a document: the path of an element, the elements at a path, and elements by name or text.

import type { XmlElement } from './xml.js';

/** An element and its path, as in `InvoiceLine[2]/Item/Name`. */
export interface PlacedElement {
  readonly path: string;
  readonly element: XmlElement;
}

/** What elements have to match; both without regard to case, both parts of the whole. */
export interface ElementQuery {
  /** A part of the element's name. */
  readonly name?: string;
  /** A part of its text, or of an attribute's value. */
  readonly text?: string;
}

/** A path that is none. */
export class PathProblem extends Error {
  override readonly name = 'PathProblem';
}

interface Step {
  readonly name: string;
  /** Whether it may lie anywhere below: after '//'. */
  readonly deep?: boolean;
  /** From 1, among those of the same name. */
  readonly index?: number;
  /** The text that the element itself ('.') or one at a path below it has. */
  readonly where?: { readonly steps: readonly Step[]; readonly value: string };
}

/** The children, each with its name as a path has it: with its number from 1 where several have the same. */
export function* namedChildren(parent: XmlElement): Generator<{ readonly child: XmlElement; readonly name: string }> {
  const counts = new Map<string, number>();
  for (const { name } of parent.children) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  for (const child of parent.children) {
    const number = (seen.get(child.name) ?? 0) + 1;
    seen.set(child.name, number);
    yield { child, name: counts.get(child.name) === 1 ? child.name : `${child.name}[${number}]` };
  }
}

/** All elements below the root in the order of the document, the paths without the root's name. */
export function* walk(root: XmlElement, prefix = ''): Generator<PlacedElement> {
  for (const { child, name } of namedChildren(root)) {
    yield { path: `${prefix}${name}`, element: child };
    yield* walk(child, `${prefix}${name}/`);
  }
}

/** Those that match all that is asked for. */
export function findElements(root: XmlElement, query: ElementQuery): readonly PlacedElement[] {
  const name = query.name?.toLowerCase() ?? '';
  const text = query.text?.toLowerCase() ?? '';
  if (name === '' && text === '') return [];
  return [...walk(root)].filter(
    ({ element }) =>
      element.name.toLowerCase().includes(name) &&
      (text === '' || [element.text, ...Object.values(element.attributes)].some((value) => value.toLowerCase().includes(text))),
  );
}

/**
 * The elements at a path, in the order of the document. A step is a name or `*`, and may say which one in brackets: `InvoiceLine[2]` by
 * number from 1, `AdditionalDocumentReference[DocumentTypeCode=CMR]` by the text of an element below it, `Note[.=paid]` by its own. The root's
 * name may lead. As in XPath `//ID` is any below, texts may stand in quotes, and prefixes of names (`cbc:ID`) do not count.
 *
 * @throws PathProblem for what is no path.
 * @example elementsAt(invoice, 'InvoiceLine[2]/Item/Name')
 */
export function elementsAt(root: XmlElement, path: string): readonly XmlElement[] {
  const steps = parsePath(path);
  const [first, ...rest] = steps;
  if (first?.name === root.name && first.index === undefined && first.where === undefined && !root.children.some(({ name }) => name === root.name))
    return follow([root], rest);
  return follow([root], steps);
}

/** Their texts, those without left out. @throws PathProblem. */
export function valuesAt(root: XmlElement, path: string): readonly string[] {
  return elementsAt(root, path)
    .map(({ text }) => text)
    .filter((text) => text !== '');
}

function follow(from: readonly XmlElement[], steps: readonly Step[]): readonly XmlElement[] {
  let found = from;
  for (const step of steps) {
    const next = found.flatMap((element) => (step.deep === true ? below(element, step) : matching(element, step)));
    // What lies below two that were found is there once.
    found = step.deep === true ? [...new Set(next)] : next;
  }
  return found;
}

/** In the order of the document; a number counts in each parent. */
function below(parent: XmlElement, step: Step): readonly XmlElement[] {
  const own = new Set(matching(parent, step));
  return parent.children.flatMap((child) => [...(own.has(child) ? [child] : []), ...below(child, step)]);
}

function matching(parent: XmlElement, { name, index, where }: Step): readonly XmlElement[] {
  const named = parent.children.filter((child) => name === '*' || child.name === name);
  const numbered = index === undefined ? named : named.slice(index - 1, index);
  return where === undefined ? numbered : numbered.filter((element) => follow([element], where.steps).some(({ text }) => text === where.value));
}

const PREFIX = /^[\p{L}_][\p{L}\p{N}_.-]*:/u;
const STEP = /^(\*|[\p{L}_][\p{L}\p{N}_.-]*)(?:\[([^\]]*)\])?$/u;
const IN_QUOTES = /^(?:"([^"]*)"|'([^']*)')$/;

function parsePath(path: string): readonly Step[] {
  // A slash inside of brackets separates no steps.
  return [...path.trim().matchAll(/(\/*)((?:[^/[]|\[[^\]]*\]?)+)/g)].map(([, slashes = '', text = '']) => ({
    ...parseStep(text.trim(), path),
    ...(slashes.length > 1 ? { deep: true } : {}),
  }));
}

function parseStep(text: string, path: string): Step {
  const parts = STEP.exec(text.replace(PREFIX, ''));
  if (parts === null)
    throw new PathProblem(
      `"${path}" is no path: "${text}" is no step. A step is a name, Name[2], Name[Child=text] or *; "/" stands between two, "//" before what may lie anywhere below.`,
    );
  const [, name = '', inside] = parts;
  if (inside === undefined) return { name };
  if (/^[1-9]\d{0,8}$/.test(inside)) return { name, index: Number(inside) };
  const equals = inside.indexOf('=');
  if (equals < 1) throw new PathProblem(`"${path}" is no path: the brackets of "${text}" hold neither a number from 1 nor Child=text.`);
  const where = inside.slice(0, equals).trim();
  const value = inside.slice(equals + 1).trim();
  const quoted = IN_QUOTES.exec(value);
  if (quoted === null && /^["']/.test(value))
    throw new PathProblem(`"${path}" is no path: the brackets of "${text}" hold more than one Child="text". Ask for one.`);
  return { name, where: { steps: where === '.' ? [] : parsePath(where), value: quoted?.[1] ?? quoted?.[2] ?? value } };
}
