// Buffers whose memory can be given back at once: of tens of megabytes a page, what waits for the collector counts.

/** Of Node 20 and later; the types of the language know it from ES2024 on. */
interface Resizable {
  readonly resizable: boolean;
  resize(length: number): void;
}

const ResizableBuffer = ArrayBuffer as unknown as new (length: number, options: { readonly maxByteLength: number }) => ArrayBuffer;

export function ownMemory(length: number): ArrayBuffer {
  return new ResizableBuffer(length, { maxByteLength: length });
}

/** Of a buffer that nobody looks at any more. Others than those of `ownMemory` are left to the collector. */
export function giveBack(buffer: ArrayBuffer): void {
  const own = buffer as unknown as Resizable;
  if (own.resizable) own.resize(0);
}
