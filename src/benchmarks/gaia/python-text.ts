// What Python makes of texts and numbers, as far as GAIA's official scorer depends on it: float() and punctuation.

import { stripForFloat } from '../python/white-space.js';

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
  const plain = stripForFloat(text).replaceAll(OTHER_DIGITS, asciiDigit);
  if (NUMBER.test(plain)) return Number(plain.replaceAll('_', ''));
  const infinite = INFINITE.exec(plain);
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return NOT_A_NUMBER.test(plain) ? Number.NaN : undefined;
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
