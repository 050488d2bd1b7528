// What is kept of the tasks of a benchmark while a run is prepared: about 80 bytes each, whatever their size.

import type { Part, TaskReference } from '../core/task.js';

const PARTS: readonly Part[] = ['train', 'select', 'confirm', 'test'];
const HASH_BYTES = 32;
/** Hashes that lie together: the list grows without being copied. */
const BLOCK = 1 << 14;

/** In the order of the benchmark, numbered from 0. */
export class TaskIndex {
  readonly ids: string[] = [];
  private readonly hashes: Buffer[] = [];
  private readonly categories: (string | undefined)[] = [];
  /** One text for each, however many tasks have it. */
  private readonly known = new Map<string, string>();

  get size(): number {
    return this.ids.length;
  }

  /** @param hash 64 hexadecimal digits. */
  add(id: string, hash: string, category: string | undefined): void {
    const within = this.ids.length % BLOCK;
    if (within === 0) this.hashes.push(Buffer.alloc(BLOCK * HASH_BYTES));
    this.hashes.at(-1)!.write(hash, within * HASH_BYTES, 'hex');
    this.ids.push(id);
    if (category !== undefined && !this.known.has(category)) this.known.set(category, category);
    this.categories.push(category === undefined ? undefined : this.known.get(category));
  }

  reference(number: number): TaskReference {
    const start = (number % BLOCK) * HASH_BYTES;
    const category = this.categories[number];
    const hash = this.hashes[Math.floor(number / BLOCK)]!.toString('hex', start, start + HASH_BYTES);
    return { id: this.ids[number]!, hash, ...(category === undefined ? {} : { category }) };
  }
}

/** Which part every task of an index belongs to; one byte each. */
export class PartIndex {
  readonly counts: Record<Part, number> = { train: 0, select: 0, confirm: 0, test: 0 };
  private readonly codes: Uint8Array;

  constructor(size: number) {
    this.codes = new Uint8Array(size);
  }

  /** Once a task. */
  set(number: number, part: Part): void {
    this.codes[number] = 1 + PARTS.indexOf(part);
    this.counts[part]++;
  }

  /** Undefined for a task that is not taken. */
  get(number: number): Part | undefined {
    return PARTS[this.codes[number]! - 1];
  }

  /** The numbers of a part's tasks, in order. */
  numbers(part: Part): Uint32Array {
    const code = 1 + PARTS.indexOf(part);
    const found = new Uint32Array(this.counts[part]);
    let count = 0;
    for (const [number, each] of this.codes.entries()) if (each === code) found[count++] = number;
    return found;
  }
}
