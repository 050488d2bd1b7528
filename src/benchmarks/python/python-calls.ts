// Calls in Python's syntax, `[f(a=1), g(b=[2.0, 'x'])]`, read as BFCL's published decoder (Python's ast module) reads them; and plain values.

import { NONE, str, textOfValue, type PythonValue } from './python-value.js';

/** Positional arguments are passed over, as the published decoder does. */
export interface FunctionCall {
  readonly name: string;
  readonly arguments: ReadonlyMap<string, PythonValue>;
}

type Expression =
  | { readonly kind: 'constant'; readonly value: PythonValue }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'attribute'; readonly object: Expression; readonly name: string }
  | { readonly kind: 'subscript'; readonly object: Expression; readonly index: Expression }
  | CallExpression
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression };

interface CallExpression {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly positional: readonly Expression[];
  readonly keywords: readonly (readonly [string, Expression])[];
}

const MAX_CHARACTERS = 100_000;
const MAX_DEPTH = 100;

/** Undefined if the text is anything but calls: one, or several in a list or separated by commas. */
export function parsePythonCalls(text: string): readonly FunctionCall[] | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  try {
    const expression = new PythonParser(text).parseWhole();
    const elements = expression.kind === 'list' || expression.kind === 'tuple' ? expression.items : [expression];
    return elements.map((element) => {
      if (element.kind !== 'call') throw new NotPython('no call');
      return resolveCall(element);
    });
  } catch (error) {
    if (error instanceof NotPython) return undefined;
    throw error;
  }
}

/** A value that is written out, such as `['a', 1.5]`; undefined for all else. */
export function parsePythonLiteral(text: string): PythonValue | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  try {
    return resolveLiteral(new PythonParser(text).parseWhole());
  } catch (error) {
    if (error instanceof NotPython) return undefined;
    throw error;
  }
}

class NotPython extends Error {}

function resolveLiteral(expression: Expression): PythonValue {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'list':
    case 'tuple':
      return { type: expression.kind, items: expression.items.map(resolveLiteral) };
    case 'unary':
      return operand(expression);
    default:
      return unsupported();
  }
}

function resolveCall({ callee, keywords }: CallExpression): FunctionCall {
  return { name: dottedName(callee), arguments: new Map(keywords.map(([name, value]) => [name, resolve(value)])) };
}

function dottedName(expression: Expression): string {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind === 'attribute') return `${dottedName(expression.object)}.${expression.name}`;
  throw new NotPython('no name of a function');
}

/** What the published decoder makes of an argument: names become texts, calls and subscripts their source. */
function resolve(expression: Expression): PythonValue {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'name':
      return str(expression.name);
    case 'list':
    case 'tuple':
      return { type: expression.kind, items: expression.items.map(resolve) };
    case 'dict':
      return { type: 'dict', entries: new Map(expression.entries.map(([key, value]) => [keyOf(resolve(key)), resolve(value)])) };
    case 'call': {
      if (expression.keywords.length === 0) return str(unparse(expression));
      const call = resolveCall(expression);
      return { type: 'dict', entries: new Map([[call.name, { type: 'dict', entries: call.arguments }]]) };
    }
    case 'subscript':
      return str(unparse(expression));
    case 'unary':
      // The published decoder takes every sign for a minus.
      return expression.operand.kind === 'constant' ? negative(expression.operand.value) : unsupported();
    case 'binary':
      return calculate(expression);
    case 'attribute':
      return unsupported();
  }
}

/** Keys that are no texts match none of an accepted answer, which come from JSON. */
function keyOf(key: PythonValue): string {
  if (key.type === 'str') return key.value;
  if (key.type === 'list' || key.type === 'dict') return unsupported();
  return `\u0000${textOfValue(key)}`;
}

function negative(value: PythonValue): PythonValue {
  if (value.type === 'int') return { type: 'int', value: -value.value };
  if (value.type === 'float') return { type: 'float', value: -value.value };
  return value.type === 'bool' ? { type: 'int', value: value.value ? -1n : 0n } : unsupported();
}

/** Arithmetic on numbers that stand there, and texts joined by +. */
function calculate(expression: Extract<Expression, { kind: 'binary' }>): PythonValue {
  const left = operand(expression.left);
  const right = operand(expression.right);
  const { operator } = expression;
  if (left.type === 'str' && right.type === 'str' && operator === '+') return str(left.value + right.value);
  if (left.type === 'int' && right.type === 'int' && operator !== '/') {
    if (operator === '+') return { type: 'int', value: left.value + right.value };
    if (operator === '-') return { type: 'int', value: left.value - right.value };
    if (operator === '*') return { type: 'int', value: left.value * right.value };
    if (operator === '**' && right.value >= 0n)
      return right.value <= 1_000n && left.value < 1n << 64n ? { type: 'int', value: left.value ** right.value } : unsupported();
  }
  if ((left.type !== 'int' && left.type !== 'float') || (right.type !== 'int' && right.type !== 'float')) return unsupported();
  const [one, other] = [Number(left.value), Number(right.value)];
  const bothWhole = left.type === 'int' && right.type === 'int';
  const result = (value: number): PythonValue =>
    Number.isFinite(value)
      ? bothWhole && operator !== '/' && operator !== '**'
        ? { type: 'int', value: BigInt(value) }
        : { type: 'float', value }
      : unsupported();
  switch (operator) {
    case '+':
      return result(one + other);
    case '-':
      return result(one - other);
    case '*':
      return result(one * other);
    case '/':
      return result(one / other);
    case '//':
      return result(Math.floor(one / other));
    case '%':
      return result(one - other * Math.floor(one / other));
    case '**':
      return result(one ** other);
    default:
      return unsupported();
  }
}

function operand(expression: Expression): PythonValue {
  if (expression.kind === 'constant') return expression.value;
  if (expression.kind === 'binary') return calculate(expression);
  if (expression.kind !== 'unary' || expression.operator === 'not' || expression.operator === '~') return unsupported();
  const value = operand(expression.operand);
  return expression.operator === '-' ? negative(value) : value;
}

function unsupported(): never {
  throw new NotPython('not supported');
}

const PRECEDENCE: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '//': 2, '%': 2, '**': 4 };

/** The source again, in Python's own spacing and quotes. */
function unparse(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return textOfValue(expression.value);
    case 'name':
      return expression.name;
    case 'attribute':
      return `${unparse(expression.object)}.${expression.name}`;
    case 'subscript':
      return `${unparse(expression.object)}[${unparse(expression.index)}]`;
    case 'call':
      return `${unparse(expression.callee)}(${[...expression.positional.map(unparse), ...expression.keywords.map(([name, value]) => `${name}=${unparse(value)}`)].join(', ')})`;
    case 'list':
      return `[${expression.items.map(unparse).join(', ')}]`;
    case 'tuple':
      return `(${expression.items.map(unparse).join(', ')}${expression.items.length === 1 ? ',' : ''})`;
    case 'dict':
      return `{${expression.entries.map(([key, value]) => `${unparse(key)}: ${unparse(value)}`).join(', ')}}`;
    case 'unary':
      return `${expression.operator}${expression.operator === 'not' ? ' ' : ''}${inner(expression.operand, 3)}`;
    case 'binary': {
      const own = PRECEDENCE[expression.operator]!;
      return `${inner(expression.left, own)} ${expression.operator} ${inner(expression.right, own + 1)}`;
    }
  }
}

function inner(expression: Expression, least: number): string {
  const text = unparse(expression);
  return expression.kind === 'binary' && PRECEDENCE[expression.operator]! < least ? `(${text})` : text;
}

/** Words that cannot be names, and so neither arguments: `f(from='a')` is no Python. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);
const CONSTANTS: ReadonlyMap<string, PythonValue> = new Map([
  ['None', NONE],
  ['True', { type: 'bool', value: true }],
  ['False', { type: 'bool', value: false }],
]);

const BLANK = /(?:\s|#[^\n]*|\\\r?\n)*/uy;
const NAME = /[\p{L}_\p{Nl}][\p{L}\p{N}\p{M}_]*/uy;
const NUMBER =
  /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][+-]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?(?:[eE][+-]?\d(?:_?\d)*)?/y;
const STRING_START = /([rR]?[bB]?|[bB][rR]|[uU]|[fF][rR]?|[rR][fF])("""|'''|"|')/y;

class PythonParser {
  private at = 0;
  private depth = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  parseWhole(): Expression {
    const first = this.parseExpression();
    const whole = this.peek(',') ? this.parseRest(first) : first;
    this.skipBlank();
    return this.at === this.text.length ? whole : this.fail();
  }

  /** A tuple without parentheses. */
  private parseRest(first: Expression): Expression {
    const items = [first];
    while (this.take(',')) {
      this.skipBlank();
      if (this.at === this.text.length) break;
      items.push(this.parseExpression());
    }
    return { kind: 'tuple', items };
  }

  private parseExpression(): Expression {
    if (++this.depth > MAX_DEPTH) this.fail();
    let left = this.parseProduct();
    for (let operator = this.takeOneOf('+', '-'); operator !== undefined; operator = this.takeOneOf('+', '-'))
      left = { kind: 'binary', operator, left, right: this.parseProduct() };
    this.depth--;
    return left;
  }

  private parseProduct(): Expression {
    let left = this.parseSigned();
    for (let operator = this.takeProduct(); operator !== undefined; operator = this.takeProduct())
      left = { kind: 'binary', operator, left, right: this.parseSigned() };
    return left;
  }

  private takeProduct(): string | undefined {
    this.skipBlank();
    return this.text.startsWith('**', this.at) ? undefined : this.takeOneOf('*', '//', '/', '%');
  }

  private parseSigned(): Expression {
    if (++this.depth > MAX_DEPTH) this.fail();
    const operator = this.takeOneOf('-', '+', '~') ?? (this.takeWord('not') ? 'not' : undefined);
    const expression: Expression = operator === undefined ? this.parsePower() : { kind: 'unary', operator, operand: this.parseSigned() };
    this.depth--;
    return expression;
  }

  private parsePower(): Expression {
    const left = this.parsePostfix();
    return this.take('**') ? { kind: 'binary', operator: '**', left, right: this.parseSigned() } : left;
  }

  private parsePostfix(): Expression {
    let expression = this.parseAtom();
    for (;;) {
      if (this.take('.')) expression = { kind: 'attribute', object: expression, name: this.parseName() };
      else if (this.take('[')) {
        const index = this.parseItems(']');
        if (index.items.length === 0) this.fail();
        expression = { kind: 'subscript', object: expression, index: index.comma ? { kind: 'tuple', items: index.items } : index.items[0]! };
      } else if (this.take('(')) expression = this.parseArguments(expression);
      else return expression;
    }
  }

  private parseArguments(callee: Expression): Expression {
    const positional: Expression[] = [];
    const keywords: [string, Expression][] = [];
    while (!this.take(')')) {
      const name = this.takeKeywordName();
      if (name !== undefined) keywords.push([name, this.parseExpression()]);
      else if (keywords.length > 0) this.fail();
      else positional.push(this.parseExpression());
      if (!this.take(',') && !this.peek(')')) this.fail();
    }
    return { kind: 'call', callee, positional, keywords };
  }

  /** `name=`, but not `name==`. */
  private takeKeywordName(): string | undefined {
    this.skipBlank();
    const start = this.at;
    const name = this.match(NAME)?.[0];
    if (name !== undefined) {
      this.skipBlank();
      if (this.text[this.at] === '=' && this.text[this.at + 1] !== '=') {
        if (KEYWORDS.has(name) || CONSTANTS.has(name)) this.fail();
        this.at++;
        return name;
      }
    }
    this.at = start;
    return undefined;
  }

  private parseAtom(): Expression {
    this.skipBlank();
    if (this.take('(')) {
      const { items, comma } = this.parseItems(')');
      return items.length === 1 && !comma ? items[0]! : { kind: 'tuple', items };
    }
    if (this.take('[')) return { kind: 'list', items: this.parseItems(']').items };
    if (this.take('{')) return this.parseDict();
    if (this.take('...')) return { kind: 'constant', value: str('...') };
    const string = this.parseString();
    if (string !== undefined) {
      let joined = string;
      for (let next = this.parseString(); next !== undefined; next = this.parseString()) joined += next;
      return { kind: 'constant', value: str(joined) };
    }
    const number = this.match(NUMBER)?.[0];
    if (number !== undefined) return { kind: 'constant', value: this.numberOf(number) };
    const name = this.parseName();
    const constant = CONSTANTS.get(name);
    return constant === undefined ? { kind: 'name', name } : { kind: 'constant', value: constant };
  }

  private parseItems(close: ']' | ')'): { readonly items: readonly Expression[]; readonly comma: boolean } {
    const items: Expression[] = [];
    let comma = false;
    while (!this.take(close)) {
      items.push(this.parseExpression());
      if (this.take(',')) comma = true;
      else if (!this.peek(close)) this.fail();
    }
    return { items, comma };
  }

  private parseDict(): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.take('}')) {
      const key = this.parseExpression();
      if (!this.take(':')) this.fail();
      entries.push([key, this.parseExpression()]);
      if (!this.take(',') && !this.peek('}')) this.fail();
    }
    return { kind: 'dict', entries };
  }

  private parseName(): string {
    this.skipBlank();
    const name = this.match(NAME)?.[0];
    return name === undefined || KEYWORDS.has(name) ? this.fail() : name;
  }

  private numberOf(written: string): PythonValue {
    // 1j, 1_, 5abc.
    if (/[\p{L}\p{N}_]/u.test(this.text[this.at] ?? '')) this.fail();
    const digits = written.replaceAll('_', '');
    if (/^0[xXoObB]/.test(digits)) return { type: 'int', value: BigInt(digits) };
    if (/[.eE]/.test(digits)) return { type: 'float', value: Number(digits) };
    if (/^0+[1-9]/.test(digits)) this.fail();
    return { type: 'int', value: BigInt(digits) };
  }

  private parseString(): string | undefined {
    this.skipBlank();
    const start = this.match(STRING_START);
    if (start === undefined) return undefined;
    const [, prefix = '', quote = ''] = start;
    // Bytes and formatted texts are no plain constants.
    if (/[bf]/i.test(prefix)) this.fail();
    const raw = /r/i.test(prefix);
    let value = '';
    for (;;) {
      if (this.at >= this.text.length) this.fail();
      if (this.text.startsWith(quote, this.at)) {
        this.at += quote.length;
        return value;
      }
      const character = this.text[this.at]!;
      if (character === '\n' && quote.length === 1) this.fail();
      if (character !== '\\') {
        value += character;
        this.at++;
      } else if (raw) {
        value += this.text.slice(this.at, this.at + 2);
        this.at += 2;
      } else value += this.parseEscape();
    }
  }

  private parseEscape(): string {
    const character = this.text[this.at + 1];
    if (character === undefined) this.fail();
    const simple = SIMPLE_ESCAPES.get(character);
    if (simple !== undefined) {
      this.at += 2;
      return simple;
    }
    const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3}))/.exec(this.text.slice(this.at + 1, this.at + 10));
    if (code === null) {
      if ('xuUN'.includes(character)) this.fail();
      this.at += 2;
      return `\\${character}`;
    }
    this.at += 1 + code[0].length;
    const point = code[4] === undefined ? Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16) : Number.parseInt(code[4], 8);
    return point <= 0x10ffff ? String.fromCodePoint(point) : this.fail();
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }

  private skipBlank(): void {
    this.match(BLANK);
  }

  private peek(token: string): boolean {
    this.skipBlank();
    return this.text.startsWith(token, this.at);
  }

  private take(token: string): boolean {
    if (!this.peek(token)) return false;
    this.at += token.length;
    return true;
  }

  private takeOneOf(...tokens: readonly string[]): string | undefined {
    return tokens.find((token) => this.take(token));
  }

  private takeWord(word: string): boolean {
    if (!this.peek(word) || /[\p{L}\p{N}_]/u.test(this.text[this.at + word.length] ?? '')) return false;
    this.at += word.length;
    return true;
  }

  private fail(): never {
    throw new NotPython(`not understood at character ${this.at + 1}`);
  }
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);
