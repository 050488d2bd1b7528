/**
 * Random numbers by name. Every random choice of a run takes a fresh stream of (seed, logical path, purpose), so that no
 * choice depends on how many were made before it or on what finished first.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A sequence of random choices. It has state: keep it local to one choice, never share or store it. */
export interface RandomStream {
  /** A number in [0, 1), with 53 random bits. */
  next(): number;
  /** An integer in [0, n), without modulo bias. `n` is an integer in [1, 2^53 - 1]. @throws RangeError otherwise. */
  integer(n: number): number;
  /** A new list with the same elements in random order (Fisher-Yates). The list given is not changed. */
  shuffle<T>(list: readonly T[]): T[];
  /** At most `count` elements without replacement, in random order; all of them if there are no more. */
  sample<T>(list: readonly T[], count: number): T[];
  /** One element. @throws RangeError if the list is empty. */
  choose<T>(list: readonly T[]): T;
}

/**
 * A fresh stream by name: the same three arguments always give the same numbers, on every machine; different ones
 * unrelated numbers. The name is hashed (MurmurHash3, 128 bits) to the whole state of a xoroshiro128+ generator, so
 * that even millions of names share no stream.
 *
 * @param seed the run's seed; `7` and `'7'` are the same seed.
 * @param path the logical path of what chooses, as in `'subset/s0012/epoch/3'`.
 * @param purpose what is chosen, as in `'pool'`.
 * @example randomStream(7, 'merge/level/1', 'pool').sample(taskIds, 60)
 */
export function randomStream(seed: number | string, path: string, purpose: string): RandomStream {
  const generator = xoroshiro128plusFromState(hash128(JSON.stringify([String(seed), path, purpose])));

  function integer(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`A random integer below ${n} was asked for: it takes a whole number of 1 or more.`);
    return uniformInt(generator, 0, n - 1);
  }

  function sample<T>(list: readonly T[], count: number): T[] {
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`A sample of ${count} was asked for: it takes a whole number of 0 or more.`);
    const rest = [...list];
    const size = Math.min(count, rest.length);
    for (let i = 0; i < size; i++) {
      const j = i + integer(rest.length - i);
      const chosen = rest[j] as T;
      rest[j] = rest[i] as T;
      rest[i] = chosen;
    }
    return rest.slice(0, size);
  }

  return {
    next: () => uniformFloat64(generator),
    integer,
    sample,
    shuffle: (list) => sample(list, list.length),
    choose: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new RangeError('A random element of an empty list was asked for.');
      return list[integer(list.length)] as T;
    },
  };
}

/**
 * A text's place in [0, 1), for decisions that must never change for that text whatever else there is (splits). It has
 * 53 bits and is fixed for ever: a different salt gives an unrelated place.
 *
 * @example unitHash('task-17', 'my-project/split') < 0.6 // always the same answer
 */
export function unitHash(text: string, salt: string): number {
  const [high, low] = hash128(JSON.stringify([salt, text]));
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

const multipliers = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;
const rotations = [19, 17, 15, 13] as const;
const increments = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17] as const;
const lanes = [0, 1, 2, 3] as const;

/**
 * MurmurHash3_x86_128 with seed 0 (Austin Appleby, public domain, github.com/aappleby/smhasher) of the text's UTF-16
 * code units, two bytes each, low byte first: four signed 32-bit integers. It is fast and well mixed; it is not
 * cryptographic, and identifies nothing (identity is SHA-256, outside of core).
 */
export function hash128(text: string): readonly [number, number, number, number] {
  const state: [number, number, number, number] = [0, 0, 0, 0];
  for (let start = 0; start < text.length; start += 8) {
    const whole = start + 8 <= text.length;
    for (const lane of lanes) {
      const unit = start + 2 * lane;
      // Past the end charCodeAt is NaN, which the bitwise operators read as 0, as the reference's tail does.
      const word = text.charCodeAt(unit) | (text.charCodeAt(unit + 1) << 16);
      const next = ((lane + 1) % 4) as 0 | 1 | 2 | 3;
      state[lane] ^= Math.imul(rotateLeft(Math.imul(word, multipliers[lane]), 15 + lane), multipliers[next]);
      if (whole) state[lane] = (Math.imul((rotateLeft(state[lane], rotations[lane]) + state[next]) | 0, 5) + increments[lane]) | 0;
    }
  }
  for (const lane of lanes) state[lane] ^= text.length * 2;
  addAcross(state);
  for (const lane of lanes) state[lane] = finalMix(state[lane]);
  addAcross(state);
  return state;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function addAcross(state: [number, number, number, number]): void {
  state[0] = (state[0] + state[1] + state[2] + state[3]) | 0;
  for (const lane of [1, 2, 3] as const) state[lane] = (state[lane] + state[0]) | 0;
}

function finalMix(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
