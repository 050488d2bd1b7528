// libsql cuts a text at U+0000 when it reads it: such a text is stored as a blob.

export function toAnyText(text: string): string | Uint8Array {
  return text.includes('\0') ? Buffer.from(text, 'utf8') : text;
}

export function fromAnyText(stored: string | ArrayBuffer): string {
  return typeof stored === 'string' ? stored : Buffer.from(stored).toString('utf8');
}
