// Hundreds of thousands of objects as the bytes of their JSON: a tenth of the memory of the objects, and none of it on the heap.

import type { TaskReference } from '../core/task.js';

/** Elements whose bytes lie together. */
const BLOCK = 1 << 10;

export class PackedReferences {
  private readonly blocks: { readonly bytes: Buffer; readonly ends: Uint32Array }[] = [];
  private last: string[] = [];

  add(reference: TaskReference): void {
    this.last.push(JSON.stringify(reference));
    if (this.last.length < BLOCK) return;
    let end = 0;
    const ends = Uint32Array.from(this.last, (text) => (end += Buffer.byteLength(text)));
    this.blocks.push({ bytes: Buffer.from(this.last.join('')), ends });
    this.last = [];
  }

  /** @param place in the order of `add`, from 0. */
  at(place: number): TaskReference {
    const [block, within] = [this.blocks[Math.floor(place / BLOCK)], place % BLOCK];
    const text = block === undefined ? this.last[within]! : block.bytes.toString('utf8', within === 0 ? 0 : block.ends[within - 1], block.ends[within]);
    return JSON.parse(text) as TaskReference;
  }
}
