// Where many tasks stand, in 16 bytes each.

import type { Split } from '../core/task.js';
import type { Place } from './records/record.js';

export interface PlacedTask {
  readonly place: Place;
  readonly split: Split | undefined;
  /** Whatever number was given with it. */
  readonly mark: number;
}

const SPLITS: readonly (Split | undefined)[] = [undefined, 'train', 'validation', 'test'];
/** Numbers of a task: file and split, line, record, mark. */
const NUMBERS = 4;
/** Tasks whose numbers lie together: the list grows without being copied. */
const BLOCK = 1 << 14;

export class PlaceList {
  private readonly files: (string | undefined)[] = [undefined];
  private readonly blocks: Uint32Array[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** @param mark a whole number below 2^32. */
  add({ file, line = 0, record = 0 }: Place, split: Split | undefined, mark = 0): void {
    // The files of a source come one after another.
    if (file !== this.files.at(-1)) this.files.push(file);
    const within = this.count++ % BLOCK;
    if (within === 0) this.blocks.push(new Uint32Array(NUMBERS * BLOCK));
    this.blocks.at(-1)!.set([SPLITS.length * (this.files.length - 1) + SPLITS.indexOf(split), line, record, mark], NUMBERS * within);
  }

  /** @param number in the order of `add`, from 0. */
  get(number: number): PlacedTask {
    const start = NUMBERS * (number % BLOCK);
    const [fileAndSplit = 0, line = 0, record = 0, mark = 0] = this.blocks[Math.floor(number / BLOCK)]!.subarray(start, start + NUMBERS);
    const file = this.files[Math.floor(fileAndSplit / SPLITS.length)];
    const place = { ...(file === undefined ? {} : { file }), ...(line === 0 ? {} : { line }), ...(record === 0 ? {} : { record }) };
    return { place, split: SPLITS[fileAndSplit % SPLITS.length], mark };
  }
}
