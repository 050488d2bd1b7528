// Inputs that are almost the same: equal but for case, punctuation and white space, or with most of their wording in common.

import { HashIndex } from '../hash-index.js';

export interface NearDuplicate {
  /** Number that was given with it. */
  readonly of: number;
  /** Same words in the same order, or similar wording. */
  readonly kind: 'same-words' | 'similar';
}

/** Wording is compared among so many tasks, the first: it takes 600 bytes each. */
export const MOST_COMPARED = 20_000;
/** Estimated share of three-word runs in common (Jaccard) from which two inputs are called similar. */
export const SIMILAR = 0.8;

/** Texts of fewer words differ in what matters when one word differs. */
const LEAST_WORDS = 8;
const RUN = 3;
/** Of a text, so that a long one takes no longer. */
const MOST_RUNS = 2_048;
/**
 * Min-hashing (Broder (1997), On the resemblance and containment of documents): the share of equal minima estimates the Jaccard similarity, with
 * a standard error of 0.05 at 0.8. 16 bands of 4 find a pair of similarity 0.8 with a probability of 0.9998, one of 0.5 with 0.64.
 */
const MINIMA = 64;
const BANDS = 16;
const ROWS = MINIMA / BANDS;

/** Remembers hashes only. */
export class NearDuplicates {
  private readonly sameWords = new HashIndex();
  private readonly bands = Array.from({ length: BANDS }, () => new HashIndex());
  /** Of the texts that are compared, one after another; the numbers beside them. */
  private readonly signatures = new Uint32Array(MINIMA * MOST_COMPARED);
  private readonly numbers: number[] = [];
  private readonly key = Buffer.alloc(8);
  private count = 0;

  /** Tasks so far. */
  get size(): number {
    return this.count;
  }

  /** Compares a text with all before it, then remembers it by its number. */
  add(text: string, number: number): NearDuplicate | undefined {
    const compared = this.count++ < MOST_COMPARED;
    const words = wordHashes(text);
    if (words.length === 0) return undefined;
    const same = this.remember(this.sameWords, words, number);
    const similar = compared && words.length >= LEAST_WORDS ? this.findSimilar(words, number, same === undefined) : undefined;
    if (same !== undefined) return { of: same, kind: 'same-words' };
    return similar === undefined ? undefined : { of: similar, kind: 'similar' };
  }

  private findSimilar(words: Uint32Array, number: number, look: boolean): number | undefined {
    const own = this.numbers.push(number) - 1;
    const signature = this.signature(own);
    fillMinima(words, signature);
    let found: number | undefined;
    for (const [band, index] of this.bands.entries()) {
      const other = this.remember(index, signature.subarray(band * ROWS, band * ROWS + ROWS), own);
      if (look && found === undefined && other !== undefined && alike(signature, this.signature(other)) >= SIMILAR) found = this.numbers[other];
    }
    return found;
  }

  private signature(index: number): Uint32Array {
    return this.signatures.subarray(index * MINIMA, index * MINIMA + MINIMA);
  }

  /** What is known under the hash of a sequence; if nothing is, the number from now on. */
  private remember(index: HashIndex, sequence: Uint32Array, number: number): number | undefined {
    const [low, high] = combined(sequence);
    this.key.writeUInt32LE(low, 0);
    this.key.writeUInt32LE(high, 4);
    const known = index.get(this.key);
    if (known === undefined) index.set(this.key, number);
    return known;
  }
}

function alike(left: Uint32Array, right: Uint32Array): number {
  let equal = 0;
  for (let index = 0; index < MINIMA; index++) if (left[index] === right[index]) equal++;
  return equal / MINIMA;
}

/** One for all texts, so that a long file leaves no garbage: it grows to the longest. */
let scratch = new Uint32Array(1 << 12);

/** FNV-1a of every word, in lower case. Letters and digits of any script make words; each ideograph is one. Good until the next call. */
function wordHashes(text: string): Uint32Array {
  const lower = text.toLowerCase();
  if (scratch.length < lower.length) scratch = new Uint32Array(2 * lower.length);
  let count = 0;
  let hash = 0;
  let inWord = false;
  for (let index = 0; index < lower.length; index++) {
    const code = lower.charCodeAt(index);
    const wordCharacter = isWordCharacter(code);
    const ideograph = code >= 0x2e_80 && code < 0xd8_00;
    if (inWord && (!wordCharacter || ideograph)) {
      scratch[count++] = hash;
      inWord = false;
    }
    if (!wordCharacter) continue;
    if (!inWord) hash = 0x81_1c_9d_c5;
    inWord = true;
    hash = Math.imul(hash ^ code, 0x01_00_01_93);
    if (ideograph) {
      scratch[count++] = hash;
      inWord = false;
    }
  }
  if (inWord) scratch[count++] = hash;
  return scratch.subarray(0, count);
}

/** Without tables of Unicode: ASCII exactly, beyond it all but the blocks of punctuation. */
function isWordCharacter(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
  return code >= 0xc0 && !(code >= 0x20_00 && code <= 0x20_6f) && !(code >= 0x30_00 && code <= 0x30_3f) && !(code >= 0xff_00 && code <= 0xff_0f);
}

/** Two words of hash of a sequence. */
function combined(sequence: Uint32Array): readonly [low: number, high: number] {
  let low = 0x9e_37_79_b9;
  let high = 0x85_eb_ca_6b;
  for (const value of sequence) {
    low = mix(low ^ value);
    high = mix(Math.imul(high, 31) + value);
  }
  return [low >>> 0, high >>> 0];
}

/** The finalizer of MurmurHash3. */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85_eb_ca_6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35);
  return mixed ^ (mixed >>> 16);
}

/** The smallest value of each of 64 hash functions over the runs of three words; of long texts over a share of the runs, chosen by their hashes. */
function fillMinima(words: Uint32Array, smallest: Uint32Array): void {
  smallest.fill(0xff_ff_ff_ff);
  const passed = 2 ** Math.max(0, Math.ceil(Math.log2(words.length / MOST_RUNS))) - 1;
  for (let start = 0; start + RUN <= words.length; start++) {
    const run = mix(Math.imul(mix(Math.imul(mix(words[start]!), 31) + words[start + 1]!), 31) + words[start + 2]!);
    if ((run & passed) !== 0) continue;
    for (let index = 0; index < MINIMA; index++) {
      const value = mix(Math.imul(run, 2 * index + 1) + index) >>> 0;
      if (value < smallest[index]!) smallest[index] = value;
    }
  }
}
