// Values as short, well-formed text for feedback.

import type { Json } from '../../core/json.js';

/** At most about `length` characters: the middle is cut out. Well-formed, whatever the text was. */
export function clip(text: string, length = 300): string {
  if (text.length <= length) return withoutHalfCharacters(text);
  const half = Math.floor(length / 2);
  return withoutHalfCharacters(`${text.slice(0, half)} [...] ${text.slice(text.length - half)}`);
}

/** In double quotes, clipped. */
export function quote(text: string, length = 300): string {
  return `"${clip(text, length)}"`;
}

/** A surrogate without its other half cannot be stored as UTF-8. */
export function withoutHalfCharacters(text: string): string {
  return text.replaceAll(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}

/** Without the characters at its end that match. A pattern such as `/x+$/` would look along every run of them inside: minutes on a long output of dots. */
export function withoutTrailing(text: string, character: RegExp): string {
  let end = text.length;
  while (end > 0 && character.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** Without the quotes around it, as Python's `strip("'\"")`. */
export function withoutQuotes(text: string): string {
  return withoutTrailing(text.replace(/^['"]+/, ''), /['"]/);
}

/** An array of texts, numbers or booleans is a choice of right answers; anything else is the one right answer. */
export function acceptedAnswers(expected: Json): readonly Json[] {
  return isChoice(expected) ? expected : [expected];
}

function isChoice(expected: Json): expected is readonly (string | number | boolean)[] {
  return Array.isArray(expected) && expected.length > 0 && expected.every((answer) => ['string', 'number', 'boolean'].includes(typeof answer));
}

/** `Expected "a", got "b".`; of long texts the part where they differ first. */
export function describeDifference(answers: readonly string[], output: string): string {
  const [expected = ''] = answers;
  if (answers.length > 1)
    return `Expected one of ${answers
      .slice(0, 8)
      .map((answer) => quote(answer, 80))
      .join(', ')}; got ${quote(output)}.`;
  if (output === '') return `Expected ${quote(expected)}; the output is empty.`;
  if (expected.length <= 200 && output.length <= 200) return `Expected ${quote(expected)}, got ${quote(output)}.`;
  let at = 0;
  while (at < expected.length && at < output.length && expected[at] === output[at]) at++;
  const around = (text: string) => withoutHalfCharacters(text.slice(Math.max(0, at - 40), at + 80));
  return `The first difference is at character ${at + 1}: expected "${around(expected)}", got "${around(output)}" (${expected.length} characters expected, ${output.length} got).`;
}
