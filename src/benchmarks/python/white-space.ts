// White space as Python has it: unlike JavaScript's \s it holds U+0085, and not U+FEFF.

// What float() passes over.
const FLOAT_SPACE = String.raw`\t-\r\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const NO_FLOAT_SPACE = new RegExp(`[^${FLOAT_SPACE}]`, 'u');
// str.strip() and \s have the separators U+001C to U+001F as well.
const SPACE = String.raw`\x1c-\x1f${FLOAT_SPACE}`;
const NO_SPACE = new RegExp(`[^${SPACE}]`, 'u');
const SPACES = new RegExp(`[${SPACE}]`, 'gu');

/** As `text.strip()`. */
export function strip(text: string): string {
  return between(text, NO_SPACE);
}

/** Without what `float(text)` passes over before and behind a number. */
export function stripForFloat(text: string): string {
  return between(text, NO_FLOAT_SPACE);
}

/** Without white space, as `re.sub(r'\s', '', text)`. */
export function withoutSpaces(text: string): string {
  return text.replaceAll(SPACES, '');
}

/**
 * From the first character of a kind to the last, in time that grows with the length only, which a regular expression that ends with `+$`
 * does not promise.
 */
function between(text: string, kind: RegExp): string {
  const start = text.search(kind);
  if (start === -1) return '';
  let end = text.length;
  while (!kind.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}
