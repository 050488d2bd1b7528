// Arithmetic expressions: whole numbers and decimal fractions exactly, the rest as floating point numbers of 15 digits.

/** Numerator and denominator: 0.1 + 0.2 is 0.3. The denominator is above 0, and they have no common divisor. */
interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

type Value = Fraction | number;

/** Binary digits of a numerator or denominator; beyond, values become floating point numbers. */
const MOST_BITS = 4_096;
const MOST_DEPTH = 100;
const SHOWN_DIGITS = 15;
/** Decimal places of a fraction that ends: beyond, it is shown as a floating point number. */
const MOST_PLACES = 30;

/**
 * The value of an expression as text. Implicit multiplication ("2 pi") is not known; `%` after a value is a hundredth of it, `mod` the remainder
 * with the sign of the divisor; `^` goes before a sign in front (-2^2 is -4) and from right to left; `,` separates arguments only.
 *
 * @throws Error that says, for the model, what is wrong and where.
 */
export function evaluate(expression: string): string {
  const parser = new Parser(tokens(expression));
  return show(parser.whole());
}

// --- reading ------------------------------------------------------------------------------------------------------------

interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  /** From 1. */
  readonly at: number;
}

const TOKEN = /\s*(?:(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z_0-9]*|π)|(?<sign>\*\*|[-+*/%^!(),×÷·−]))/y;
const SAME_SIGN: ReadonlyMap<string, string> = new Map([
  ['**', '^'],
  ['×', '*'],
  ['·', '*'],
  ['÷', '/'],
  ['−', '-'],
]);

function tokens(expression: string): readonly Token[] {
  const found: Token[] = [];
  const text = expression.trimEnd();
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) {
      const rest = text.slice(at).trimStart();
      throw new Error(`"${rest.slice(0, 10)}" at character ${text.length - rest.length + 1} is not understood.`);
    }
    const { number, name, sign } = match.groups!;
    const start = TOKEN.lastIndex - (number ?? name ?? sign)!.length + 1;
    if (number !== undefined) found.push({ kind: 'number', text: number, at: start });
    else if (name !== undefined) found.push({ kind: 'name', text: name.toLowerCase(), at: start });
    else found.push({ kind: 'sign', text: SAME_SIGN.get(sign!) ?? sign!, at: start });
    at = TOKEN.lastIndex;
  }
  return [...found, { kind: 'end', text: 'the end', at: text.length + 1 }];
}

class Parser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private depth = 0;

  constructor(found: readonly Token[]) {
    this.tokens = found;
  }

  whole(): Value {
    const value = this.sum();
    if (this.next.kind !== 'end') this.unexpected();
    return value;
  }

  private get next(): Token {
    return this.tokens[this.position]!;
  }

  private take(...signs: readonly string[]): string | undefined {
    const { kind, text } = this.next;
    if ((kind !== 'sign' && kind !== 'name') || !signs.includes(text)) return undefined;
    this.position++;
    return text;
  }

  private unexpected(): never {
    const { text, at, kind } = this.next;
    throw new Error(kind === 'end' ? 'The expression ends too early.' : `"${text}" at character ${at} is not expected there.`);
  }

  private sum(): Value {
    if (++this.depth > MOST_DEPTH) throw new Error(`More than ${MOST_DEPTH} brackets are open.`);
    let value = this.product();
    for (let sign = this.take('+', '-'); sign !== undefined; sign = this.take('+', '-')) {
      const right = this.product();
      value = add(value, sign === '+' ? right : negate(right));
    }
    this.depth--;
    return value;
  }

  private product(): Value {
    let value = this.signed();
    for (let sign = this.take('*', '/', 'mod'); sign !== undefined; sign = this.take('*', '/', 'mod')) {
      const right = this.signed();
      value = sign === '*' ? multiply(value, right) : sign === '/' ? divide(value, right) : remainder(value, right);
    }
    return value;
  }

  private signed(): Value {
    let negative = false;
    for (let sign = this.take('+', '-'); sign !== undefined; sign = this.take('+', '-')) negative = negative !== (sign === '-');
    const value = this.power();
    return negative ? negate(value) : value;
  }

  private power(): Value {
    const base = this.postfix();
    if (this.take('^') === undefined) return base;
    if (++this.depth > MOST_DEPTH) throw new Error(`More than ${MOST_DEPTH} powers stand in each other.`);
    const exponent = this.signed();
    this.depth--;
    return power(base, exponent);
  }

  private postfix(): Value {
    let value = this.atom();
    for (let sign = this.take('!', '%'); sign !== undefined; sign = this.take('!', '%')) value = sign === '!' ? factorial(value) : divide(value, whole(100n));
    return value;
  }

  private atom(): Value {
    const token = this.next;
    if (token.kind === 'number') {
      this.position++;
      return decimal(token.text);
    }
    if (this.take('(') !== undefined) {
      const value = this.sum();
      if (this.take(')') === undefined) this.unexpected();
      return value;
    }
    if (token.kind !== 'name') this.unexpected();
    this.position++;
    const constant = CONSTANTS.get(token.text);
    if (constant !== undefined) return constant;
    const apply = FUNCTIONS.get(token.text);
    if (apply === undefined)
      throw new Error(`"${token.text}" at character ${token.at} is unknown. Known are: ${[...CONSTANTS.keys(), ...FUNCTIONS.keys()].join(', ')}.`);
    return apply(this.arguments(token));
  }

  private arguments({ text }: Token): readonly Value[] {
    if (this.take('(') === undefined) throw new Error(`"${text}" needs brackets: ${text}(...).`);
    const values = [this.sum()];
    while (this.take(',') !== undefined) values.push(this.sum());
    if (this.take(')') === undefined) this.unexpected();
    return values;
  }
}

// --- values -------------------------------------------------------------------------------------------------------------

function whole(top: bigint): Fraction {
  return { top, bottom: 1n };
}

function isExact(value: Value): value is Fraction {
  return typeof value !== 'number';
}

function decimal(text: string): Value {
  const [, digits = '', fraction = '', exponent = '0'] = /^(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text)!;
  const scale = Number(exponent) - fraction.length;
  if (Math.abs(scale) > MOST_BITS / 4 || digits.length + fraction.length > MOST_BITS / 4) return finite(Number(text));
  const unscaled = BigInt(digits + fraction);
  return scale >= 0 ? fractionOf(unscaled * 10n ** BigInt(scale), 1n) : fractionOf(unscaled, 10n ** BigInt(-scale));
}

function fractionOf(top: bigint, bottom: bigint): Value {
  const sign = bottom < 0n ? -1n : 1n;
  const divisor = commonDivisor(top < 0n ? -top : top, bottom < 0n ? -bottom : bottom) * sign;
  const value = { top: top / divisor, bottom: bottom / divisor };
  return bits(value.top) > MOST_BITS || bits(value.bottom) > MOST_BITS ? finite(toNumber(value)) : value;
}

function bits(value: bigint): number {
  return 4 * value.toString(16).length;
}

function commonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}

function toNumber(value: Value): number {
  if (!isExact(value)) return value;
  // Shifted, so that both parts fit into a floating point number.
  const shift = BigInt(Math.max(0, Math.min(bits(value.top), bits(value.bottom)) - 1_000));
  return Number(value.top >> shift) / Number(value.bottom >> shift);
}

function finite(value: number): number {
  if (Number.isNaN(value)) throw new Error('The result is not a number.');
  if (!Number.isFinite(value)) throw new Error('The result is too large.');
  return value;
}

function add(left: Value, right: Value): Value {
  if (isExact(left) && isExact(right)) return fractionOf(left.top * right.bottom + right.top * left.bottom, left.bottom * right.bottom);
  return finite(toNumber(left) + toNumber(right));
}

function negate(value: Value): Value {
  return isExact(value) ? { top: -value.top, bottom: value.bottom } : -value;
}

function multiply(left: Value, right: Value): Value {
  if (isExact(left) && isExact(right)) return fractionOf(left.top * right.top, left.bottom * right.bottom);
  return finite(toNumber(left) * toNumber(right));
}

function divide(left: Value, right: Value): Value {
  if (toNumber(right) === 0) throw new Error('Division by zero.');
  if (isExact(left) && isExact(right)) return fractionOf(left.top * right.bottom, left.bottom * right.top);
  return finite(toNumber(left) / toNumber(right));
}

function remainder(left: Value, right: Value): Value {
  return add(left, negate(multiply(right, rounded(divide(left, right), Math.floor))));
}

function power(base: Value, exponent: Value): Value {
  if (isExact(base) && isExact(exponent) && exponent.bottom === 1n) {
    const size = exponent.top < 0n ? -exponent.top : exponent.top;
    if (base.top === 0n && exponent.top < 0n) throw new Error('Division by zero.');
    const grows = base.bottom !== 1n || ![-1n, 0n, 1n].includes(base.top);
    if (!grows || size * BigInt(Math.max(bits(base.top), bits(base.bottom))) <= BigInt(4 * MOST_BITS)) {
      const small = grows ? size : size % 2n === 0n ? 2n : 1n;
      const [top, bottom] = size === 0n ? [1n, 1n] : [base.top ** small, base.bottom ** small];
      return exponent.top < 0n ? fractionOf(bottom, top) : fractionOf(top, bottom);
    }
  }
  return finite(toNumber(base) ** toNumber(exponent));
}

/** Down, up, or to the nearest; exact for exact values. */
function rounded(value: Value, direction: (number: number) => number): Value {
  if (!isExact(value)) return direction(value);
  const down = value.top / value.bottom - (value.top < 0n && value.top % value.bottom !== 0n ? 1n : 0n);
  // What is left is in [0, 1): only its size decides.
  const rest = toNumber(add(value, whole(-down)));
  return whole(down + BigInt(direction(rest)));
}

/** Halves go away from zero, as people round. */
function round(value: Value, digits: Value = whole(0n)): Value {
  const factor = power(whole(10n), whole(BigInt(wholeNumber(digits, 'round'))));
  const scaled = multiply(value, factor);
  const size = toNumber(scaled) < 0 ? negate(scaled) : scaled;
  const nearest = rounded(add(size, { top: 1n, bottom: 2n }), Math.floor);
  return divide(toNumber(scaled) < 0 ? negate(nearest) : nearest, factor);
}

function wholeNumber(value: Value, name: string): number {
  const number = toNumber(value);
  if (!Number.isSafeInteger(number) || Math.abs(number) > 10_000) throw new Error(`"${name}" needs a whole number of at most 10,000 there.`);
  return number;
}

function factorial(value: Value): Value {
  const number = wholeNumber(value, 'factorial');
  if (number < 0 || number > 170) throw new Error('"factorial" needs a whole number from 0 to 170.');
  let product = 1n;
  for (let factor = 2n; factor <= BigInt(number); factor++) product *= factor;
  return whole(product);
}

function permutations(total: Value, chosen: Value, ordered: boolean): Value {
  const [n, k] = [wholeNumber(total, 'comb'), wholeNumber(chosen, 'comb')];
  if (n < 0 || k < 0) throw new Error('"comb" and "perm" need whole numbers from 0.');
  if (k > n) return whole(0n);
  let value: Value = whole(1n);
  for (let index = 0; index < k; index++) {
    value = multiply(value, whole(BigInt(n - index)));
    if (!ordered) value = divide(value, whole(BigInt(index + 1)));
  }
  return value;
}

function divisors(values: readonly Value[], name: string, join: (left: bigint, right: bigint) => bigint): Value {
  const numbers = values.map((value) => {
    if (!isExact(value) || value.bottom !== 1n) throw new Error(`"${name}" needs whole numbers.`);
    return value.top < 0n ? -value.top : value.top;
  });
  return whole(numbers.reduce(join));
}

function squareRoot(value: Value): Value {
  if (toNumber(value) < 0) throw new Error('The square root of a negative number is no real number.');
  if (isExact(value)) {
    const [top, bottom] = [exactRoot(value.top), exactRoot(value.bottom)];
    if (top !== undefined && bottom !== undefined) return { top, bottom };
  }
  return Math.sqrt(toNumber(value));
}

function exactRoot(value: bigint): bigint | undefined {
  const root = BigInt(Math.round(Math.sqrt(Number(value) < Number.MAX_SAFE_INTEGER ? Number(value) : 0)));
  return root * root === value ? root : undefined;
}

function median(values: readonly Value[]): Value {
  const sorted = values.toSorted((left, right) => toNumber(left) - toNumber(right));
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : divide(add(sorted[middle - 1]!, sorted[middle]!), whole(2n));
}

const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['π', Math.PI],
  ['e', Math.E],
]);

type Apply = (values: readonly Value[]) => Value;

/** A function of exactly so many arguments, as floating point numbers. */
function numeric(name: string, count: number, compute: (...values: number[]) => number): [string, Apply] {
  return [name, (values) => finite(compute(...counted(name, values, count, count).map(toNumber)))];
}

function counted(name: string, values: readonly Value[], least: number, most: number): readonly Value[] {
  if (values.length >= least && values.length <= most) return values;
  throw new Error(`"${name}" needs ${least === most ? least : `${least} to ${most}`} argument${most === 1 ? '' : 's'}, not ${values.length}.`);
}

const sum: Apply = (values) => values.reduce(add);
const byNumber =
  (direction: number): Apply =>
  (values) =>
    values.reduce((best, value) => (direction * (toNumber(value) - toNumber(best)) > 0 ? value : best));

const FUNCTIONS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['sqrt', (values) => squareRoot(counted('sqrt', values, 1, 1)[0]!)],
  ['abs', (values) => (toNumber(counted('abs', values, 1, 1)[0]!) < 0 ? negate(values[0]!) : values[0]!)],
  ['round', (values) => round(counted('round', values, 1, 2)[0]!, values[1])],
  ['floor', (values) => rounded(counted('floor', values, 1, 1)[0]!, Math.floor)],
  ['ceil', (values) => rounded(counted('ceil', values, 1, 1)[0]!, Math.ceil)],
  ['trunc', (values) => rounded(counted('trunc', values, 1, 1)[0]!, toNumber(values[0]!) < 0 ? Math.ceil : Math.floor)],
  ['min', byNumber(-1)],
  ['max', byNumber(1)],
  ['sum', sum],
  ['mean', (values) => divide(sum(values), whole(BigInt(values.length)))],
  ['median', median],
  ['gcd', (values) => divisors(values, 'gcd', (left, right) => (left === 0n && right === 0n ? 0n : commonDivisor(left, right)))],
  ['lcm', (values) => divisors(values, 'lcm', (left, right) => (left === 0n || right === 0n ? 0n : (left / commonDivisor(left, right)) * right))],
  ['factorial', (values) => factorial(counted('factorial', values, 1, 1)[0]!)],
  ['comb', (values) => permutations(counted('comb', values, 2, 2)[0]!, values[1]!, false)],
  ['perm', (values) => permutations(counted('perm', values, 2, 2)[0]!, values[1]!, true)],
  ['log', (values) => finite(Math.log(toNumber(counted('log', values, 2, 2)[0]!)) / Math.log(toNumber(values[1]!)))],
  numeric('cbrt', 1, Math.cbrt),
  numeric('exp', 1, Math.exp),
  numeric('ln', 1, Math.log),
  numeric('log10', 1, Math.log10),
  numeric('log2', 1, Math.log2),
  numeric('sin', 1, Math.sin),
  numeric('cos', 1, Math.cos),
  numeric('tan', 1, Math.tan),
  numeric('asin', 1, Math.asin),
  numeric('acos', 1, Math.acos),
  numeric('atan', 1, Math.atan),
  numeric('atan2', 2, Math.atan2),
  numeric('degrees', 1, (angle) => (angle * 180) / Math.PI),
  numeric('radians', 1, (angle) => (angle * Math.PI) / 180),
]);

// --- showing ------------------------------------------------------------------------------------------------------------

function show(value: Value): string {
  if (!isExact(value)) return String(Number(value.toPrecision(SHOWN_DIGITS)));
  if (value.bottom === 1n) return value.top.toString();
  for (let places = 1; places <= MOST_PLACES; places++) {
    const scaled = value.top * 10n ** BigInt(places);
    if (scaled % value.bottom !== 0n) continue;
    const digits = (scaled / value.bottom < 0n ? -(scaled / value.bottom) : scaled / value.bottom).toString().padStart(places + 1, '0');
    return `${value.top < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
  }
  return String(Number(toNumber(value).toPrecision(SHOWN_DIGITS)));
}
