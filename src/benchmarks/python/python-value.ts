// Values as Python has them: the published checker tells 5 from 5.0, a list from a tuple, True from 1 where it compares types.

export type PythonValue =
  | { readonly type: 'none' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  /** A whole number that came as parsed JSON, where 5 and 5.0 are one: it passes for either. */
  | { readonly type: 'whole'; readonly value: number }
  | { readonly type: 'str'; readonly value: string }
  | { readonly type: 'list' | 'tuple'; readonly items: readonly PythonValue[] }
  | { readonly type: 'dict'; readonly entries: ReadonlyMap<string, PythonValue> };

export type PythonType = Exclude<PythonValue['type'], 'whole'>;

export const NONE: PythonValue = { type: 'none' };

export function str(value: string): PythonValue {
  return { type: 'str', value };
}

/** `type(value) == type`. */
export function hasType(value: PythonValue, type: PythonType): boolean {
  return value.type === type || (value.type === 'whole' && (type === 'int' || type === 'float'));
}

/** `left == right`: numbers and truth values compare by their size. */
export function equal(left: PythonValue, right: PythonValue): boolean {
  const leftNumber = numberOf(left);
  const rightNumber = numberOf(right);
  if (leftNumber !== undefined && rightNumber !== undefined) {
    return left.type === 'int' && right.type === 'int' ? left.value === right.value : Number(leftNumber) === Number(rightNumber);
  }
  if (left.type === 'str') return right.type === 'str' && left.value === right.value;
  if (left.type === 'list' || left.type === 'tuple')
    return right.type === left.type && left.items.length === right.items.length && left.items.every((item, index) => equal(item, right.items[index]!));
  if (left.type === 'dict') {
    if (right.type !== 'dict' || left.entries.size !== right.entries.size) return false;
    return [...left.entries].every(([key, value]) => {
      const other = right.entries.get(key);
      return other !== undefined && equal(value, other);
    });
  }
  return left.type === 'none' && right.type === 'none';
}

function numberOf(value: PythonValue): number | bigint | undefined {
  if (value.type === 'bool') return Number(value.value);
  return value.type === 'int' || value.type === 'float' || value.type === 'whole' ? value.value : undefined;
}

/** Of JSON that was parsed already. */
export function fromJson(value: unknown): PythonValue {
  if (value === null || value === undefined) return NONE;
  if (typeof value === 'boolean') return { type: 'bool', value };
  if (typeof value === 'number') return Number.isInteger(value) ? { type: 'whole', value } : { type: 'float', value };
  if (typeof value === 'string') return str(value);
  if (Array.isArray(value)) return { type: 'list', items: value.map(fromJson) };
  return { type: 'dict', entries: new Map(Object.entries(value).map(([key, element]) => [key, fromJson(element)])) };
}

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
/** No text of JSON has this as its only key. */
const NUMBER_KEY = '\u0000number';

/** Of JSON text, as Python's json.loads reads it: 5 is an int, 5.0 a float. Undefined if it is not valid. */
export function fromJsonText(text: string): PythonValue | undefined {
  const marked = text.replaceAll(STRING_OR_NUMBER, (part) => (part.startsWith('"') ? part : `{${JSON.stringify(NUMBER_KEY)}:"${part}"}`));
  try {
    return fromMarked(JSON.parse(marked));
  } catch {
    return undefined;
  }
}

function fromMarked(value: unknown): PythonValue {
  if (Array.isArray(value)) return { type: 'list', items: value.map(fromMarked) };
  if (typeof value !== 'object' || value === null) return fromJson(value);
  const number = (value as Readonly<Record<string, unknown>>)[NUMBER_KEY];
  if (typeof number === 'string') return /[.eE]/.test(number) ? { type: 'float', value: Number(number) } : { type: 'int', value: BigInt(number) };
  return { type: 'dict', entries: new Map(Object.entries(value).map(([key, element]) => [key, fromMarked(element)])) };
}

/** JSON text that {@link fromJsonText} reads as the same value. */
export function toJsonText(value: PythonValue): string {
  switch (value.type) {
    case 'none':
      return 'null';
    case 'bool':
    case 'int':
    case 'whole':
      return String(value.value);
    case 'float':
      return Number.isInteger(value.value) && Math.abs(value.value) < 1e16 ? `${value.value}.0` : String(value.value);
    case 'str':
      return JSON.stringify(value.value);
    case 'list':
    case 'tuple':
      return `[${value.items.map(toJsonText).join(',')}]`;
    case 'dict':
      return `{${[...value.entries].map(([key, element]) => `${JSON.stringify(key)}:${toJsonText(element)}`).join(',')}}`;
  }
}

/** As Python's repr writes it. */
export function textOfValue(value: PythonValue): string {
  switch (value.type) {
    case 'none':
      return 'None';
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'int':
    case 'whole':
      return String(value.value);
    case 'float':
      return Number.isInteger(value.value) && Math.abs(value.value) < 1e16 ? `${value.value}.0` : String(value.value);
    case 'str':
      return textOfString(value.value);
    case 'list':
      return `[${value.items.map(textOfValue).join(', ')}]`;
    case 'tuple':
      return `(${value.items.map(textOfValue).join(', ')}${value.items.length === 1 ? ',' : ''})`;
    case 'dict':
      return `{${[...value.entries].map(([key, element]) => `${textOfString(key)}: ${textOfValue(element)}`).join(', ')}}`;
  }
}

function textOfString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t').replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}
