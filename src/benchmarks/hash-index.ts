// Numbers by hash, for millions of tasks: 16 to 20 bytes each where a Map of strings takes about 150.

const START_SLOTS = 1 << 12;
/** A table that doubles is half empty when it has just grown. */
const GROWTH = 1.25;

/** Maps 64-bit hashes to whole numbers from 0. Two different contents share a hash with a probability of 3 in 100 million among a million. */
export class HashIndex {
  /** Two words a slot, open addressing; the number's slot is 0 when free, else number + 1. */
  private hashes = new Uint32Array(2 * START_SLOTS);
  private numbers = new Uint32Array(START_SLOTS);
  private size = 0;

  /** @param hash at least 8 random bytes. */
  get(hash: Buffer): number | undefined {
    const number = this.numbers[this.slot(hash.readUInt32LE(0), hash.readUInt32LE(4))]!;
    return number === 0 ? undefined : number - 1;
  }

  set(hash: Buffer, number: number): void {
    if (4 * (this.size + 1) > 3 * this.numbers.length) this.grow();
    this.put(hash.readUInt32LE(0), hash.readUInt32LE(4), number + 1);
  }

  private put(low: number, high: number, entry: number): void {
    const slot = this.slot(low, high);
    if (this.numbers[slot] === 0) this.size++;
    this.hashes[2 * slot] = low;
    this.hashes[2 * slot + 1] = high;
    this.numbers[slot] = entry;
  }

  private slot(low: number, high: number): number {
    const slots = this.numbers.length;
    let slot = Math.floor((low / 2 ** 32) * slots);
    while (this.numbers[slot] !== 0 && (this.hashes[2 * slot] !== low || this.hashes[2 * slot + 1] !== high)) slot = slot + 1 === slots ? 0 : slot + 1;
    return slot;
  }

  private grow(): void {
    const { hashes, numbers } = this;
    const slots = Math.ceil(GROWTH * numbers.length);
    this.hashes = new Uint32Array(2 * slots);
    this.numbers = new Uint32Array(slots);
    this.size = 0;
    for (let slot = 0; slot < numbers.length; slot++) {
      const entry = numbers[slot]!;
      if (entry !== 0) this.put(hashes[2 * slot]!, hashes[2 * slot + 1]!, entry);
    }
  }
}
