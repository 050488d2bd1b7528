// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { emptyMap, getFrom, setIn, valuesOf, type PersistentMap } from '../../src/core/persistent-map.js';
import { randomStream } from '../../src/core/random.js';

const entries = fc.array(fc.tuple(fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('__proto__', 'constructor', '')), fc.integer()));
const build = (list: readonly (readonly [string, number])[]): PersistentMap<number> =>
  list.reduce((map, [key, value]) => setIn(map, key, value), emptyMap<number>());

// Found by search: equal under the map's 32-bit hash.
const colliding = findCollision();

describe('PersistentMap', () => {
  it('is a map: the latest value of every key, values sorted by key', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const map = build(list);
        const expected = new Map(list);
        assert.equal(map.size, expected.size);
        for (const [key, value] of expected) assert.equal(getFrom(map, key), value);
        assert.equal(getFrom(map, 'not there'), undefined);
        assert.deepEqual(
          valuesOf(map),
          [...expected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
        );
      }),
    );
  });

  it('is deeply equal to another with the same entries, set in any order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          entries.map((list) => list[0] ?? (['x', 0] as const)),
          { selector: ([key]) => key, maxLength: 60 },
        ),
        fc.nat(),
        (list, seed) => {
          assert.deepEqual(build(randomStream(seed, 'test', 'order').shuffle(list)), build(list));
        },
      ),
    );
  });

  it('never changes a map that was there before', () => {
    const before = build(Array.from({ length: 500 }, (_, i) => [`s${i}`, i]));
    const copy = structuredClone(before);
    setIn(setIn(before, 's7', -1), 'new', 1);
    assert.deepEqual(before, copy);
  });

  it('keeps keys with one hash apart', () => {
    const [a, b] = colliding;
    const map = setIn(setIn(setIn(emptyMap<number>(), a, 1), b, 2), a, 3);
    assert.deepEqual([getFrom(map, a), getFrom(map, b), map.size], [3, 2, 2]);
    assert.deepEqual(setIn(setIn(emptyMap<number>(), b, 2), a, 3), map);
    assert.deepEqual(setIn(setIn(emptyMap<number>(), a, 3), b, 2), map);
  });

  it('takes a hundred thousand keys in a moment', () => {
    const start = performance.now();
    const map = build(Array.from({ length: 100_000 }, (_, i) => [`optimize/s${i}/epoch-01#0`, i]));
    assert.equal(map.size, 100_000);
    assert.ok(performance.now() - start < 10_000);
  });
});

function findCollision(): readonly [string, string] {
  const seen = new Map<string, string>();
  for (let i = 0; ; i++) {
    const key = `k${i}`;
    const { root } = setIn(emptyMap<number>(), key, 0);
    const hash = JSON.stringify(root, (name, value: unknown) => (name === 'entries' ? undefined : value));
    const other = seen.get(hash);
    if (other !== undefined) return [other, key];
    seen.set(hash, key);
  }
}
