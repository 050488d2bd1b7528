// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { subsetSize } from '../../../src/core/divide/subset-size.js';

describe('subsetSize', () => {
  const cases: readonly (readonly [string, Parameters<typeof subsetSize>[0], number])[] = [
    ['16 where trajectories are short', { contextTokens: 128_000, tokensPerTrajectory: 500 }, 16],
    ['a quarter of the context where they are long', { contextTokens: 32_768, tokensPerTrajectory: 1_000 }, 8],
    ['1 where not even one fits', { contextTokens: 8_192, tokensPerTrajectory: 50_000 }, 1],
    ['as many as fit exactly', { contextTokens: 40_000, tokensPerTrajectory: 2_500 }, 4],
    ['what another share allows', { contextTokens: 40_000, tokensPerTrajectory: 2_500, share: 0.5 }, 8],
    ['what another limit allows', { contextTokens: 128_000, tokensPerTrajectory: 500, maxTasks: 40 }, 40],
  ];
  for (const [name, options, expected] of cases) it(`is ${name}`, () => assert.equal(subsetSize(options), expected));

  it('is whole, at least 1, at most maxTasks, and within the share if above 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 2e6 }),
        fc.integer({ min: 1, max: 1e5 }),
        (maxTasks, contextTokens, tokensPerTrajectory) => {
          const size = subsetSize({ maxTasks, contextTokens, tokensPerTrajectory });
          assert.ok(Number.isInteger(size) && size >= 1 && size <= maxTasks);
          if (size > 1) assert.ok(size * tokensPerTrajectory <= contextTokens / 4);
        },
      ),
    );
  });

  it('refuses quantities that cannot be', () => {
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => subsetSize({ contextTokens: wrong, tokensPerTrajectory: 1 }), /contextTokens/);
      assert.throws(() => subsetSize({ contextTokens: 1, tokensPerTrajectory: wrong }), /tokensPerTrajectory/);
    }
    assert.throws(() => subsetSize({ contextTokens: 1, tokensPerTrajectory: 1, share: 1.1 }), /share/);
  });
});
