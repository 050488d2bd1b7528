// Numbers by hash, for millions of tasks: 16 to 32 bytes each where a Map of strings takes about 150.

const START_SLOTS = 1 << 12;

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
    const mask = this.numbers.length - 1;
    let slot = low & mask;
    while (this.numbers[slot] !== 0 && (this.hashes[2 * slot] !== low || this.hashes[2 * slot + 1] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { hashes, numbers } = this;
    this.hashes = new Uint32Array(2 * hashes.length);
    this.numbers = new Uint32Array(2 * numbers.length);
    this.size = 0;
    for (const [slot, entry] of numbers.entries()) if (entry !== 0) this.put(hashes[2 * slot]!, hashes[2 * slot + 1]!, entry);
  }
}
