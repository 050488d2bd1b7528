// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hash128, randomStream, unitHash } from '../../src/core/random.js';

const sorted = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b);

describe('hash128', () => {
  // mmh3 5.x (Python): struct.unpack('<4i', mmh3.hash_bytes(text.encode('utf-16-le'), 0, x64arch=False))
  const reference: readonly (readonly [string, readonly number[]])[] = [
    ['', [0, 0, 0, 0]],
    ['a', [54243734, -856731679, -856731679, -856731679]],
    ['abcdefgh', [1815443029, -1913087839, -1486019827, 1108635924]],
    ['hello, world', [-1470969671, -37429964, -1923091784, 2014518921]],
    ['watersmeet', [1231997865, -706189187, -487393510, -2985732]],
    ['The quick brown fox jumps over the lazy dog', [364820102, 261420746, -19625651, 683568475]],
    ['日本語🙂', [821024454, -1906105867, 436613099, -136891429]],
  ];
  for (const [text, expected] of reference) {
    it(`is MurmurHash3_x86_128 of ${JSON.stringify(text)}`, () => assert.deepEqual(hash128(text), expected));
  }
});

describe('unitHash', () => {
  it('never changes: splits of benchmarks depend on it', () => {
    // Computed with mmh3 (Python) from '["<salt>","<text>"]'.
    assert.equal(unitHash('task-1', 'split'), 0.426363196851556);
    assert.equal(unitHash('task-2', 'split'), 0.15455278969036612);
    assert.equal(unitHash('task-1', 'validation'), 0.6277519729234708);
  });

  it('lies in [0, 1)', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, salt) => unitHash(text, salt) >= 0 && unitHash(text, salt) < 1));
  });

  it('does not confuse text and salt', () => {
    assert.notEqual(unitHash('b', 'a'), unitHash('a', 'b'));
    assert.notEqual(unitHash('bc', 'a'), unitHash('c', 'ab'));
  });

  it('spreads ids evenly, and apart by salt', () => {
    const n = 20_000;
    const tenths = Array.from({ length: 10 }, () => 0);
    let product = 0;
    for (let i = 0; i < n; i++) {
      const place = unitHash(`task-${i}`, 'split');
      tenths[Math.floor(place * 10)] = (tenths[Math.floor(place * 10)] ?? 0) + 1;
      product += (place - 0.5) * (unitHash(`task-${i}`, 'half') - 0.5);
    }
    const chiSquare = tenths.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0);
    assert.ok(chiSquare < 27.9, `chi-square with 9 degrees of freedom is ${chiSquare}: the 0.999 quantile is 27.9`);
    assert.ok(Math.abs((12 * product) / n) < 4 / Math.sqrt(n), 'correlation of two salts');
  });
});

describe('randomStream', () => {
  it('gives the same numbers for the same name, for ever', () => {
    const first = randomStream(7, 'merge/level/1', 'pool');
    const numbers = [first.next(), first.next(), first.integer(1000), first.integer(2 ** 32)];
    const second = randomStream('7', 'merge/level/1', 'pool');
    assert.deepEqual([second.next(), second.next(), second.integer(1000), second.integer(2 ** 32)], numbers);
    // Recomputed in Python: the state from mmh3, xoroshiro128+ (24, 16, 37; Blackman and Vigna 2018) in 64-bit arithmetic, low words.
    assert.deepEqual(numbers, [0.37271945483970914, 0.2993621204684288, 241, 3055733407]);
  });

  it('gives other numbers for another seed, path or purpose', () => {
    const names: readonly (readonly [number | string, string, string])[] = [
      [7, 'a', 'b'],
      [8, 'a', 'b'],
      [7, 'ab', ''],
      [7, '', 'ab'],
      [7, 'a/b', ''],
      ['7a', '', 'b'],
      [7, 'b', 'a'],
      [-7, 'a', 'b'],
    ];
    assert.equal(new Set(names.map(([seed, path, purpose]) => randomStream(seed, path, purpose).next())).size, names.length);
  });

  it('shares no stream among 100,000 names', () => {
    const firsts = new Set<number>();
    for (let i = 0; i < 100_000; i++) firsts.add(randomStream(1, `subset/${i}`, 'order').next());
    assert.equal(firsts.size, 100_000);
  });

  it('keeps numbers in [0, 1) and integers in [0, n)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seed, n) => {
        const random = randomStream(seed, 'path', 'purpose');
        const number = random.next();
        const integer = random.integer(n);
        return number >= 0 && number < 1 && Number.isSafeInteger(integer) && integer >= 0 && integer < n;
      }),
    );
    for (const n of [0, -1, 1.5, Number.NaN, 2 ** 53]) assert.throws(() => randomStream(1, '', '').integer(n), RangeError);
  });

  it('draws integers evenly', () => {
    const counts = Array.from({ length: 7 }, () => 0);
    const random = randomStream(1, 'even', 'test');
    for (let i = 0; i < 70_000; i++) {
      const drawn = random.integer(7);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    assert.ok(chiSquare < 22.5, `chi-square with 6 degrees of freedom is ${chiSquare}: the 0.999 quantile is 22.5`);
  });

  it('is unrelated between first numbers of neighbouring names', () => {
    let product = 0;
    const n = 20_000;
    for (let i = 0; i < n; i++) product += (randomStream(i, 'p', 'q').next() - 0.5) * (randomStream(i + 1, 'p', 'q').next() - 0.5);
    assert.ok(Math.abs((12 * product) / n) < 4 / Math.sqrt(n));
  });

  it('shuffles without changing the list or losing an element', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer()), (seed, list) => {
        const before = [...list];
        const shuffled = randomStream(seed, 'path', 'shuffle').shuffle(list);
        assert.deepEqual(list, before);
        assert.deepEqual(sorted(shuffled), sorted(list));
      }),
    );
  });

  it('shuffles to every order equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = randomStream(i, 'path', 'shuffle').shuffle('abcd'.split('')).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.equal(counts.size, 24);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    assert.ok(chiSquare < 49.7, `chi-square with 23 degrees of freedom is ${chiSquare}: the 0.999 quantile is 49.7`);
  });

  it('samples without replacement, at most what there is', () => {
    fc.assert(
      fc.property(fc.integer(), fc.uniqueArray(fc.integer()), fc.nat(20), (seed, list, count) => {
        const sample = randomStream(seed, 'path', 'sample').sample(list, count);
        assert.equal(sample.length, Math.min(count, list.length));
        assert.equal(new Set(sample).size, sample.length);
        assert.ok(sample.every((element) => list.includes(element)));
      }),
    );
    assert.throws(() => randomStream(1, '', '').sample([1], -1), RangeError);
  });

  it('chooses one element, and refuses to choose of none', () => {
    assert.equal(randomStream(1, '', '').choose(['only']), 'only');
    const chosen = new Set(Array.from({ length: 50 }, (_, seed) => randomStream(seed, '', '').choose([1, 2, 3])));
    assert.deepEqual(sorted([...chosen]), [1, 2, 3]);
    assert.throws(() => randomStream(1, '', '').choose([]), RangeError);
  });
});
