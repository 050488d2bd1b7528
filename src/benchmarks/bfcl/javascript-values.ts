// Source text of JavaScript values to the values that BFCL compares: the rules of the published js_type_converter.

import { str, type PythonType, type PythonValue } from '../python/python-value.js';
import { withoutQuotes } from '../scorers/text.js';

export const JAVASCRIPT_TYPES: Readonly<Record<string, PythonType>> = {
  String: 'str',
  integer: 'int',
  float: 'float',
  Bigint: 'int',
  Boolean: 'bool',
  dict: 'dict',
  array: 'list',
  any: 'str',
};

/** Longer collections stay text: no answer of the benchmark is. */
const MAX_COLLECTION = 4_000;

/** What cannot be read as its type stays a text. Undefined for types that the benchmark does not have. */
export function convertJavaScript(source: string, type: string, itemType?: string): PythonValue | undefined {
  switch (type) {
    case 'String':
      return str(isQuoted(source) ? source.slice(1, -1) : source);
    case 'integer':
      return /^-?\d+$/.test(source) ? { type: 'int', value: BigInt(source) } : str(source);
    case 'float':
      return /^-?\d+(?:\.\d+)?$/.test(source) ? { type: 'float', value: Number(source) } : str(source);
    case 'Bigint':
      return /^-?\d+n$/.test(source) ? { type: 'int', value: BigInt(source.slice(0, -1)) } : str(source);
    case 'Boolean':
      return source === 'true' || source === 'false' ? { type: 'bool', value: source === 'true' } : str(source);
    case 'array':
      return convertArray(source.trim(), itemType);
    case 'dict':
      return convertObject(source.trim());
    case 'any':
      return str(source);
    default:
      return undefined;
  }
}

function isQuoted(source: string): boolean {
  return (source.startsWith('"') && source.endsWith('"')) || (source.startsWith("'") && source.endsWith("'"));
}

/** `[1, 2]`, `new Array(1, 2)`, or two levels of `[[1, 2], [3]]`. Cut at commas, also at those inside of texts, as published. */
function convertArray(code: string, itemType: string | undefined): PythonValue {
  if (code.length > MAX_COLLECTION) return str(code);
  const rows = twoLevels(code);
  if (rows !== undefined) {
    return { type: 'list', items: rows.map((row) => ({ type: 'list', items: row.trim().replace(/^\[/, '').split(',').map(convertAny) })) };
  }
  const content = (/^\[(.*?)\]/.exec(code) ?? /^new\s+Array\((.*?)\)/.exec(code))?.[1]?.trim();
  if (content === undefined) return str(code);
  const items: PythonValue[] = [];
  for (const element of content === '' ? [] : content.split(',')) {
    const item = itemType === undefined ? convertAny(element) : convertJavaScript(element.trim(), itemType);
    if (item === undefined) return str(code);
    items.push(item);
  }
  return { type: 'list', items };
}

function twoLevels(code: string): readonly string[] | undefined {
  if (!/^(?:\[|new\s+Array\()\s*\[/.test(code)) return undefined;
  const close = code.startsWith('[') ? /\]\s*\]/g : /\]\s*\)/g;
  const last = [...code.matchAll(close)].at(-1);
  if (
    last === undefined ||
    code
      .slice(0, last.index)
      .replaceAll(/\]\s*,\s*\[/g, '')
      .replace(/^\S+?\s*\[/, '')
      .includes('\n')
  )
    return undefined;
  return [...code.slice(0, last.index + last[0].length).matchAll(/\[(.*?)\]/g)].map((row) => row[1]!);
}

/** Up to the first closing brace; keys and values by colons and commas, as published. */
function convertObject(code: string): PythonValue {
  if (code === '{}') return { type: 'dict', entries: new Map() };
  const content = code.length > MAX_COLLECTION ? undefined : /^\{(.*?)\}/.exec(code)?.[1];
  if (content === undefined) return str(code);
  const entries = new Map<string, PythonValue>();
  for (const [, key = '', value = ''] of content.matchAll(/([^:]+):\s*(.*?)(?:,\s*(?=[^,]+:)|$)/g)) {
    const source = value.trim();
    const name = withoutQuotes(key.trim());
    if (source.startsWith('[') && source.endsWith(']')) entries.set(name, convertArray(source, undefined));
    else if (source.startsWith('{') && source.endsWith('}')) entries.set(name, convertObject(source));
    else entries.set(name, convertAny(withoutQuotes(source)));
  }
  return { type: 'dict', entries };
}

/** Numbers as Python's int() and float() read them. */
function convertAny(source: string): PythonValue {
  const text = source.trim();
  if (text === 'true' || text === 'false') return { type: 'bool', value: text === 'true' };
  if (isQuoted(text)) return str(text.slice(1, -1));
  const digits = text.replaceAll(/(?<=\d)_(?=\d)/g, '');
  if (/^[+-]?\d+$/.test(digits)) return { type: 'int', value: BigInt(digits.replace(/^\+/, '')) };
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(digits)) return { type: 'float', value: Number(digits) };
  if (/^[+-]?(?:inf|infinity|nan)$/i.test(text)) return { type: 'float', value: /nan/i.test(text) ? Number.NaN : text.startsWith('-') ? -Infinity : Infinity };
  return str(text);
}
