// What Python makes of texts and numbers, as far as GAIA's official scorer depends on it: float(), white space, punctuation.

// What float() passes over: unlike JavaScript's \s it holds U+0085, and not U+FEFF.
const FLOAT_SPACE = String.raw`\t-\r\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const NO_FLOAT_SPACE = new RegExp(`[^${FLOAT_SPACE}]`, 'u');
// Python's \s has the separators U+001C to U+001F as well.
const SPACES = new RegExp(String.raw`[\x1c-\x1f${FLOAT_SPACE}]`, 'gu');
const DECIMAL_DIGIT = /\p{Nd}/u;
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu;
const DIGITS = String.raw`\d(?:_?\d)*`;
const NUMBER = new RegExp(String.raw`^[+-]?(?:${DIGITS}(?:\.(?:${DIGITS})?)?|\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`);
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const NOT_A_NUMBER = /^[+-]?nan$/i;
/** Python's string.punctuation: all 32 of ASCII. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/**
 * What `float(text)` gives in Python 3, or undefined where it raises ValueError: white space around is passed over, `_` may stand between two
 * digits, digits of any script count, `inf`, `infinity` and `nan` in any case are numbers; hexadecimal is not.
 */
export function pythonFloat(text: string): number | undefined {
  const plain = withoutOuterSpaces(text).replaceAll(OTHER_DIGITS, asciiDigit);
  if (NUMBER.test(plain)) return Number(plain.replaceAll('_', ''));
  const infinite = INFINITE.exec(plain);
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return NOT_A_NUMBER.test(plain) ? Number.NaN : undefined;
}

/** In time that grows with the length only, which a regular expression that ends with `+$` does not promise. */
function withoutOuterSpaces(text: string): string {
  const start = text.search(NO_FLOAT_SPACE);
  if (start === -1) return '';
  let end = text.length;
  while (!NO_FLOAT_SPACE.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** Without white space, as Python's `re.sub(r'\s', '', text)`. */
export function withoutSpaces(text: string): string {
  return text.replaceAll(SPACES, '');
}

export function withoutPunctuation(text: string): string {
  return text.replaceAll(PUNCTUATION, '');
}

/** Unicode has the decimal digits of every script in blocks of ten, from zero to nine. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!;
  let start = code;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(start - 1))) start--;
  return String((code - start) % 10);
}
