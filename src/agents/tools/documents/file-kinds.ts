// What the ending of a file's name says, and files that are text.

const DOCUMENTS: readonly string[] = ['.xlsx', '.xlsm', '.docx', '.pptx', '.pdf', '.zip'];

/** Whether a file is more than text: it is then read in a process of its own. */
export function isDocument(name: string): boolean {
  return DOCUMENTS.includes(endingOf(name));
}

/** UTF-8, UTF-16 with a byte order mark, else Windows-1252 (tables of older programs). */
export function plainText(name: string, bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
  if (utf16 !== undefined) return new TextDecoder(utf16).decode(bytes);
  if (bytes.subarray(0, 8_192).includes(0))
    throw new Error(`${name} is no text: a file of the kind "${endingOf(name)}" with ${bytes.length} bytes, which this tool cannot read.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

export function endingOf(name: string): string {
  return /\.[^./\\]+$/.exec(name)?.[0].toLowerCase() ?? '';
}
