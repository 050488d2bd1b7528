// Numbers by hash, for millions of tasks: 14 bytes each where a Map of strings takes about 150.

const START_SLOTS = 1 << 12;
/** A table that doubles is half empty when it has just grown. */
const GROWTH = 1.25;
/** Numbers whose hashes lie together: only the slots are copied when there are more. */
const BLOCK = 1 << 13;

/**
 * Maps 64-bit hashes to whole numbers from 0, each given to one hash only and none far above how many there are. Two different contents share a
 * hash with a probability of 3 in 100 million among a million.
 */
export class HashIndex {
  /** Open addressing; 0 when free, else the number + 1. */
  private slots = new Uint32Array(START_SLOTS);
  /** Two words a number. */
  private readonly blocks: (Uint32Array | undefined)[] = [];
  private size = 0;

  /** @param hash at least 8 random bytes. */
  get(hash: Buffer): number | undefined {
    const entry = this.slots[this.slot(hash.readUInt32LE(0), hash.readUInt32LE(4))]!;
    return entry === 0 ? undefined : entry - 1;
  }

  /** The hash has this number from now on. */
  set(hash: Buffer, number: number): void {
    if (4 * (this.size + 1) > 3 * this.slots.length) this.grow();
    const [low, high] = [hash.readUInt32LE(0), hash.readUInt32LE(4)];
    const slot = this.slot(low, high);
    if (this.slots[slot] === 0) this.size++;
    this.slots[slot] = number + 1;
    const block = (this.blocks[Math.floor(number / BLOCK)] ??= new Uint32Array(2 * BLOCK));
    block[2 * (number % BLOCK)] = low;
    block[2 * (number % BLOCK) + 1] = high;
  }

  /** Where the hash is, or would be. */
  private slot(low: number, high: number): number {
    const { slots } = this;
    let slot = Math.floor((low / 2 ** 32) * slots.length);
    for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
      const block = this.blocks[Math.floor((entry - 1) / BLOCK)]!;
      const place = 2 * ((entry - 1) % BLOCK);
      if (block[place] === low && block[place + 1] === high) break;
      slot = slot + 1 === slots.length ? 0 : slot + 1;
    }
    return slot;
  }

  private grow(): void {
    const entries = this.slots;
    this.slots = new Uint32Array(Math.ceil(GROWTH * entries.length));
    for (const entry of entries) {
      if (entry === 0) continue;
      const block = this.blocks[Math.floor((entry - 1) / BLOCK)]!;
      const place = 2 * ((entry - 1) % BLOCK);
      this.slots[this.slot(block[place]!, block[place + 1]!)] = entry;
    }
  }
}
