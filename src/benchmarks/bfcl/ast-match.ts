// Whether calls are those that BFCL accepts: the rules of the published ast_checker (bfcl-eval, Apache-2.0), with what is wrong in words.

import { convertJavaScript, JAVASCRIPT_TYPES } from './javascript-values.js';
import type { FunctionCall } from '../python/python-calls.js';
import { equal, hasType, str, textOfValue, type PythonType, type PythonValue } from '../python/python-value.js';

/** What the checker needs of a function's description. */
export interface FunctionSignature {
  readonly required: readonly string[];
  /** By parameter. `items`: the type of its elements. */
  readonly parameters: { readonly [name: string]: { readonly type: string; readonly items?: string } };
}

/** One accepted call: for every parameter the accepted values; '' among them means that it may be left out. */
export interface AcceptedCall {
  readonly name: string;
  readonly arguments: ReadonlyMap<string, readonly PythonValue[]>;
}

export interface Accepted {
  readonly language: 'python' | 'javascript';
  readonly signatures: { readonly [name: string]: FunctionSignature };
  readonly calls: readonly AcceptedCall[];
}

const PYTHON_TYPES: Readonly<Record<string, PythonType>> = {
  string: 'str',
  integer: 'int',
  float: 'float',
  boolean: 'bool',
  array: 'list',
  tuple: 'list',
  dict: 'dict',
  any: 'str',
};

const EMPTY = str('');

/**
 * Undefined if the calls are accepted, else what is wrong. Several calls may come in any order: each accepted call takes the first that matches,
 * as published.
 *
 * @param sameName whether a call's name is that of a function.
 */
export function findMismatch(calls: readonly FunctionCall[], accepted: Accepted, sameName: (called: string, name: string) => boolean): string | undefined {
  if (calls.length !== accepted.calls.length) return `${accepted.calls.length} call${accepted.calls.length === 1 ? '' : 's'} expected, ${calls.length} made.`;
  const left = [...calls];
  for (const wanted of accepted.calls) {
    const problems = left.map((call) => findCallMismatch(call, wanted, accepted, sameName));
    const match = problems.indexOf(undefined);
    if (match === -1) return nearest(left, problems, wanted, sameName);
    left.splice(match, 1);
  }
  return undefined;
}

/** Of several calls the problem of the one with the right name. */
function nearest(
  calls: readonly FunctionCall[],
  problems: readonly (string | undefined)[],
  wanted: AcceptedCall,
  sameName: (called: string, name: string) => boolean,
): string {
  const named = calls.findIndex((call) => sameName(call.name, wanted.name));
  return `${problems[Math.max(0, named)] ?? ''} Expected ${describeAccepted(wanted)}.`.trim();
}

function findCallMismatch(
  call: FunctionCall,
  wanted: AcceptedCall,
  accepted: Accepted,
  sameName: (called: string, name: string) => boolean,
): string | undefined {
  if (!sameName(call.name, wanted.name)) return `${call.name} is called instead of ${wanted.name}.`;
  const signature = accepted.signatures[wanted.name];
  if (signature === undefined) return `${wanted.name} is not described.`;
  const missing = signature.required.find((name) => !call.arguments.has(name));
  if (missing !== undefined) return `${wanted.name} lacks the required argument "${missing}".`;
  for (const [name, given] of call.arguments) {
    const parameter = Object.hasOwn(signature.parameters, name) ? signature.parameters[name] : undefined;
    const values = wanted.arguments.get(name);
    if (parameter === undefined || values === undefined) return `${wanted.name} takes no argument "${name}" here.`;
    if (!acceptsArgument(given, parameter, values, accepted.language)) return `${name}=${shown(given)} is not accepted (type ${typeText(parameter)}).`;
  }
  for (const [name, values] of wanted.arguments) {
    if (!call.arguments.has(name) && !values.some((value) => equal(value, EMPTY))) return `${wanted.name} lacks the argument "${name}".`;
  }
  return undefined;
}

function acceptsArgument(
  given: PythonValue,
  parameter: { readonly type: string; readonly items?: string },
  accepted: readonly PythonValue[],
  language: Accepted['language'],
): boolean {
  const nested = parameter.type === 'array' || (language === 'python' && parameter.type === 'tuple');
  const types = language === 'python' ? PYTHON_TYPES : JAVASCRIPT_TYPES;
  const type = types[parameter.type];
  const itemType = nested ? types[parameter.items ?? ''] : undefined;
  if (type === undefined || (nested && itemType === undefined)) return false;
  let value = given;
  if (language === 'javascript') {
    const converted = value.type === 'str' ? convertJavaScript(value.value, parameter.type, nested ? parameter.items : undefined) : undefined;
    if (converted === undefined) return false;
    value = converted;
  } else if (parameter.type === 'tuple' && value.type === 'tuple') value = { type: 'list', items: value.items };
  else if (parameter.type === 'float' && value.type === 'int') value = { type: 'float', value: Number(value.value) };

  const check = checkType(value, accepted, type, itemType);
  if (!check.right) return false;
  if (!check.variable) {
    if (type === 'dict') return acceptsDict(value, accepted);
    if (type === 'list' && itemType === 'dict') return acceptsListOfDicts(value, accepted);
    if (type === 'str') return value.type === 'str' && acceptsText(value.value, accepted);
    if (type === 'list') return acceptsList(value, accepted);
  }
  return accepted.some((candidate) => equal(candidate, value));
}

/**
 * The type of the description, or that of the accepted values (a variable's name stands for its value then). `variable`: the accepted values are of
 * another type than the description says, so they are compared as they are.
 */
function checkType(
  value: PythonValue,
  accepted: readonly PythonValue[],
  type: PythonType,
  itemType: PythonType | undefined,
): { readonly right: boolean; readonly variable: boolean } {
  const own = accepted.find((candidate) => !equal(candidate, EMPTY));
  const variable = own !== undefined && !hasType(own, type);
  if (hasType(value, type)) return { right: itemType === undefined || accepted.some((candidate) => itemsHaveType(value, candidate, itemType)), variable };
  return own !== undefined && sameType(value, own) ? { right: true, variable: true } : { right: false, variable: false };
}

function itemsHaveType(value: PythonValue, accepted: PythonValue, itemType: PythonType): boolean {
  if (accepted.type !== 'list' || value.type !== 'list') return true;
  return value.items.every((item) => checkType(item, accepted.items, itemType, undefined).right);
}

function sameType(value: PythonValue, other: PythonValue): boolean {
  return other.type !== 'whole' && hasType(value, other.type);
}

/** Without spaces and `,./-_*^`, in lower case, with one kind of quotes. */
function standardText(text: string): string {
  return text
    .replaceAll(/[ ,./\-_*^]/g, '')
    .toLowerCase()
    .replaceAll("'", '"');
}

function standard(value: PythonValue): PythonValue {
  return value.type === 'str' ? str(standardText(value.value)) : value;
}

function acceptsText(text: string, accepted: readonly PythonValue[]): boolean {
  const own = standardText(text);
  return accepted.some((candidate) => candidate.type === 'str' && standardText(candidate.value) === own);
}

/** Texts in the list are compared in standard form, what lies deeper as it is. */
function acceptsList(value: PythonValue, accepted: readonly PythonValue[]): boolean {
  if (value.type !== 'list') return false;
  const own: PythonValue = { type: 'list', items: value.items.map(standard) };
  return accepted.some((candidate) => {
    const items = itemsOf(candidate);
    return items !== undefined && equal(own, { type: 'list', items: items.map(standard) });
  });
}

/** The published checker goes through whatever has a length: '' (may be left out) is an empty list to it. */
function itemsOf(value: PythonValue): readonly PythonValue[] | undefined {
  if (value.type === 'list' || value.type === 'tuple') return value.items;
  return value.type === 'str' ? [...value.value].map(str) : undefined;
}

function acceptsDict(value: PythonValue, accepted: readonly PythonValue[]): boolean {
  if (value.type !== 'dict') return false;
  return accepted.some((candidate) => {
    if (candidate.type !== 'dict') return false;
    for (const [key, element] of value.entries) {
      const values = candidate.entries.get(key);
      const options = values === undefined ? undefined : itemsOf(values);
      if (options === undefined || !options.some((option) => equal(standard(option), standard(element)))) return false;
    }
    return [...candidate.entries].every(([key, values]) => value.entries.has(key) || (itemsOf(values) ?? []).some((option) => equal(option, EMPTY)));
  });
}

/** In the same order. */
function acceptsListOfDicts(value: PythonValue, accepted: readonly PythonValue[]): boolean {
  if (value.type !== 'list') return false;
  return accepted.some((candidate) => {
    const items = itemsOf(candidate);
    return items !== undefined && items.length === value.items.length && value.items.every((item, index) => acceptsDict(item, [items[index]!]));
  });
}

/** `f(a=1 or 2, b='x' or left out)`. */
export function describeAccepted({ name, arguments: values }: AcceptedCall): string {
  const told = [...values].map(([parameter, options]) => {
    const texts = options.filter((option) => !equal(option, EMPTY)).map(shown);
    if (texts.length < options.length) texts.push('left out');
    return `${parameter}=${texts.slice(0, 4).join(' or ')}`;
  });
  return `${name}(${told.join(', ')})`;
}

function shown(value: PythonValue): string {
  const text = textOfValue(value);
  return text.length > 160 ? `${text.slice(0, 160)}...` : text;
}

function typeText({ type, items }: { readonly type: string; readonly items?: string }): string {
  return items === undefined ? type : `${type} of ${items}`;
}
