// Record batches of an Arrow file, read a few rows at a time: a batch may be as large as its file.

import type { FileHandle } from 'node:fs/promises';
import type * as Arrow from 'apache-arrow';
import type { AsyncRecordBatchStreamReader, Data, DataType, Message, RecordBatch } from 'apache-arrow';

/** Of the body of a batch that are read at once, about. */
const SLICE_BYTES = 1 << 21;

/** What the library reads messages with, which its types hide. */
interface Messages {
  readonly source: { readonly position: number; seek(position: number): Promise<boolean> };
  readMessage(type?: unknown): Promise<Message | null>;
  readMessageBody(length: number): Promise<Uint8Array>;
}

/** A body that is not read: the library only lays its views over it. */
interface Body {
  readonly bytes: Uint8Array;
  readonly position: number;
}

type Numbers = Uint8Array | Int32Array | BigInt64Array;
type Offsets = Int32Array | BigInt64Array;

export class ArrowSlices {
  private readonly arrow: typeof Arrow;
  private readonly handle: FileHandle;
  private readonly reader: Pick<AsyncRecordBatchStreamReader, 'next'>;
  private body: Body | undefined;
  /** What was read of a slice; the next one takes its place. */
  private arena = new ArrayBuffer(2 * SLICE_BYTES);
  private used = 0;

  /** @param reader of the handle, opened. */
  constructor(arrow: typeof Arrow, handle: FileHandle, reader: Pick<AsyncRecordBatchStreamReader, 'next'>) {
    [this.arrow, this.handle, this.reader] = [arrow, handle, reader];
    const messages = (reader as unknown as { readonly _impl: { readonly _reader: Messages } })._impl._reader;
    const [readMessage, readMessageBody] = [messages.readMessage.bind(messages), messages.readMessageBody.bind(messages)];
    let ofRows = false;
    messages.readMessage = async (type) => {
      const message = await readMessage(type);
      ofRows = message?.isRecordBatch() === true;
      return message;
    };
    messages.readMessageBody = async (length) => {
      const { source } = messages;
      const { position } = source;
      if (!ofRows || length <= 2 * SLICE_BYTES || position + length > (await handle.stat()).size) return readMessageBody(length);
      await source.seek(position + length);
      // Nothing is written to it, so that the system gives it no memory.
      this.body = { bytes: new Uint8Array(length), position };
      return this.body.bytes;
    };
  }

  /** Good until the next one is asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch> {
    for (let batch = await this.next(); batch !== undefined; batch = await this.next()) {
      const { body } = this;
      if (body === undefined) yield batch;
      else if (batch.schema.fields.every((field) => this.canSlice(field.type as DataType))) yield* this.slicesOf(batch, body);
      else {
        await this.fill(body.bytes, body.position);
        yield batch;
      }
    }
  }

  private async next(): Promise<RecordBatch | undefined> {
    this.body = undefined;
    const { done, value } = await this.reader.next();
    return done === true ? undefined : value;
  }

  private async *slicesOf(batch: RecordBatch, body: Body): AsyncGenerator<RecordBatch> {
    const rows = Math.max(1, Math.floor((batch.numRows * SLICE_BYTES) / body.bytes.length));
    for (let from = 0; from < batch.numRows; from += rows) {
      this.used = 0;
      yield new this.arrow.RecordBatch(batch.schema, await this.slice(batch.data, from, Math.min(from + rows, batch.numRows), body));
    }
  }

  /** Whether where the values of some rows lie follows from the rows, and from the offsets beside them. */
  private canSlice(type: DataType): boolean {
    const { Type } = this.arrow;
    if ([Type.Union, Type.DenseUnion, Type.SparseUnion, Type.Utf8View, Type.BinaryView].includes(type.typeId)) return false;
    return ((type.children ?? []) as readonly Arrow.Field[]).every((child) => this.canSlice(child.type as DataType));
  }

  /** As the library's own `slice`, of data that are not read yet. */
  private async slice<T extends DataType>(data: Data<T>, from: number, to: number, body: Body): Promise<Data<T>> {
    const { type, stride } = data;
    const { Type, Data } = this.arrow;
    const bits = (bytes: Numbers | undefined) => this.read(bytes, Math.floor(from / 8), Math.ceil(to / 8), body);
    const nullBitmap = await bits(data.nullBitmap);
    // Bits are counted from the byte that holds the first.
    const make = (offsets: Numbers | undefined, values: Numbers | undefined, children: readonly Data[]): Data<T> =>
      new Data<T>(type, from % 8, to - from, data.nullCount === 0 ? 0 : -1, [offsets, values, nullBitmap] as never, [...children], data.dictionary);
    if (data.valueOffsets !== undefined) {
      const offsets = (await this.read(data.valueOffsets, from, to + 1, body)) as Offsets;
      const [first, last] = [Number(offsets[0]), Number(offsets.at(-1))];
      if (!(first >= 0 && last >= first)) throw new RangeError('offsets go back');
      if (offsets instanceof BigInt64Array) for (let index = 0; index < offsets.length; index++) offsets[index]! -= BigInt(first);
      else for (let index = 0; index < offsets.length; index++) offsets[index]! -= first;
      return make(offsets, await this.read(data.values as Numbers | undefined, first, last, body), await this.children(data, first, last, body));
    }
    if (type.typeId === Type.Bool) return make(undefined, await bits(data.values as Numbers), []);
    const step = type.typeId === Type.Struct ? 1 : stride;
    const values = await this.read(data.values as Numbers | undefined, step * from, step * to, body);
    return make(undefined, values, await this.children(data, step * from, step * to, body));
  }

  private async children(data: Data, from: number, to: number, body: Body): Promise<readonly Data[]> {
    const slices: Data[] = [];
    for (const child of data.children) slices.push(await this.slice(child, from, to, body));
    return slices;
  }

  /** The numbers of a view that lies over the body. */
  private async read(view: Numbers | undefined, from: number, to: number, { bytes, position }: Body): Promise<Numbers | undefined> {
    if (view === undefined || view.length === 0) return view;
    if (view.buffer !== bytes.buffer || to > view.length) throw new RangeError('values lie beyond the end of their batch');
    const size = view.BYTES_PER_ELEMENT;
    const room = this.room((to - from) * size);
    await this.fill(room, position + view.byteOffset + from * size);
    return new (view.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => Numbers)(room.buffer, room.byteOffset, to - from);
  }

  private room(length: number): Uint8Array {
    if (this.used + length > this.arena.byteLength) {
      this.arena = new ArrayBuffer(Math.max(2 * SLICE_BYTES, length));
      this.used = 0;
    }
    const room = new Uint8Array(this.arena, this.used, length);
    this.used += Math.ceil(length / 8) * 8;
    return room;
  }

  private async fill(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await this.handle.read(bytes, done, bytes.length - done, position + done);
      if (bytesRead === 0) throw new Error(`Expected to read ${bytes.length} bytes`);
      done += bytesRead;
    }
  }
}
