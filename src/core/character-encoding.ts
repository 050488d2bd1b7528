// Bytes to text by the name of an encoding, as browsers do it: the Encoding Standard (https://encoding.spec.whatwg.org).

/**
 * Bytes 0x80 to 0x9f of windows-1252, from the standard's index. Node 20 decodes them as Latin-1, which loses the euro, dashes and
 * quotation marks; what else it knows (20.20, all single bytes) is as in the standard.
 */
const WINDOWS_1252 = '€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ';

/** The standard's name for what a header or declaration names: `iso-8859-1` and `ascii` are `windows-1252`. Undefined: not known. */
export function encodingNamed(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/**
 * Without the byte order mark.
 *
 * @param encoding a name from `encodingNamed`.
 * @throws TypeError if `strict` and the bytes are not in that encoding; else U+FFFD stands for what is not.
 */
export function decodeBytes(bytes: Uint8Array, encoding: string, { strict = false }: { readonly strict?: boolean } = {}): string {
  const text = new TextDecoder(encoding, { fatal: strict }).decode(bytes);
  if (encoding !== 'windows-1252') return text;
  return text.replaceAll(/[\u{80}-\u{9F}]/gu, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80]!);
}

/** What the first bytes say by a byte order mark. */
export function markedEncoding(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined;
}

/** The label in an XML declaration at the beginning. */
export function xmlEncoding(bytes: Uint8Array): string | undefined {
  return /^(?:\u00EF\u00BB\u00BF)?<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']/.exec(asciiOf(bytes, 200))?.[1];
}

/** The label in a `<meta>` of an HTML page, looked for where the standard looks. */
export function htmlEncoding(bytes: Uint8Array): string | undefined {
  return /<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(asciiOf(bytes, 1_024))?.[1];
}

function asciiOf(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}
