// What is kept of the tasks of a benchmark while a run is prepared: about 50 bytes each, whatever their size, and none of it as objects.

import type { Part, Split, Task, TaskReference } from '../core/task.js';

const PARTS: readonly Part[] = ['train', 'select', 'confirm', 'test'];
const SPLITS: readonly (Split | undefined)[] = [undefined, 'train', 'validation', 'test'];
const HASH_BYTES = 32;
/** Tasks of a block: the index grows without being copied. */
const BLOCK = 1 << 14;

interface Block {
  readonly hashes: Buffer;
  /** Number of the category, 0 for none. */
  readonly categories: Uint32Array;
  /** Number of the split, and whether there is an expected answer. */
  readonly flags: Uint8Array;
  /** Where each id ends in the bytes of all. */
  readonly ends: Uint32Array;
  /** Set when the block is full; until then the ids are in `last`. */
  ids: Buffer;
}

/** In the order of the benchmark, numbered from 0. */
export class TaskIndex {
  private readonly blocks: Block[] = [];
  /** Ids of the block that is not full. */
  private last: string[] = [];
  private count = 0;
  private readonly categories = new Map<string, number>();
  private readonly categoryNames: (string | undefined)[] = [undefined];

  get size(): number {
    return this.count;
  }

  /** @param hash 64 hexadecimal digits. */
  add({ id, category, split, expected }: Pick<Task, 'id' | 'category' | 'split' | 'expected'>, hash: string): void {
    const within = this.count++ % BLOCK;
    if (within === 0) {
      const [categories, flags, ends] = [new Uint32Array(BLOCK), new Uint8Array(BLOCK), new Uint32Array(BLOCK)];
      this.blocks.push({ hashes: Buffer.alloc(BLOCK * HASH_BYTES), categories, flags, ends, ids: Buffer.alloc(0) });
      this.last = [];
    }
    const block = this.blocks.at(-1)!;
    block.hashes.write(hash, within * HASH_BYTES, 'hex');
    block.categories[within] = category === undefined ? 0 : this.categoryNumber(category);
    block.flags[within] = 2 * SPLITS.indexOf(split) + (expected === undefined ? 0 : 1);
    block.ends[within] = (within === 0 ? 0 : block.ends[within - 1]!) + Buffer.byteLength(id);
    this.last.push(id);
    if (within === BLOCK - 1) block.ids = Buffer.from(this.last.join(''));
  }

  id(number: number): string {
    const [block, within] = [this.blockOf(number), number % BLOCK];
    if (block.ids.length === 0) return this.last[within]!;
    return block.ids.toString('utf8', within === 0 ? 0 : block.ends[within - 1], block.ends[within]);
  }

  hash(number: number): string {
    const start = (number % BLOCK) * HASH_BYTES;
    return this.blockOf(number).hashes.toString('hex', start, start + HASH_BYTES);
  }

  hasExpected(number: number): boolean {
    return this.blockOf(number).flags[number % BLOCK]! % 2 === 1;
  }

  reference(number: number): TaskReference {
    const category = this.categoryNames[this.blockOf(number).categories[number % BLOCK]!];
    return { id: this.id(number), hash: this.hash(number), ...(category === undefined ? {} : { category }) };
  }

  /** Ids and splits, one after another. */
  *splits(): Generator<Pick<Task, 'id' | 'split'>> {
    for (let number = 0; number < this.count; number++) {
      const split = SPLITS[this.blockOf(number).flags[number % BLOCK]! >> 1];
      yield split === undefined ? { id: this.id(number) } : { id: this.id(number), split };
    }
  }

  private blockOf(number: number): Block {
    return this.blocks[Math.floor(number / BLOCK)]!;
  }

  private categoryNumber(category: string): number {
    let number = this.categories.get(category);
    if (number === undefined) {
      number = this.categoryNames.push(category) - 1;
      this.categories.set(category, number);
    }
    return number;
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
