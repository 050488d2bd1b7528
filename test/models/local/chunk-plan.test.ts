// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countTokens, planChunks, reusableChunks, type Chunk } from '../../../src/models/local/chunk-plan.js';

const tokensOf = (chunks: readonly Chunk[]): number[][] => chunks.map((chunk) => [...chunk.tokens]);
const segments = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 9 }), { maxLength: 5 });
const size = fc.integer({ min: 1, max: 6 });

describe('planChunks', () => {
  it('cuts every segment into chunks of the given size, its last one shorter', () => {
    assert.deepEqual(tokensOf(planChunks([[1, 2, 3, 4, 5], [6], [7, 8]], 2)), [[1, 2], [3, 4], [5], [6], [7, 8]]);
  });

  it('keeps every token in its place', () => {
    fc.assert(
      fc.property(segments, size, (parts, chunkTokens) => {
        const chunks = planChunks(parts, chunkTokens);
        assert.deepEqual(
          chunks.flatMap((chunk) => chunk.tokens),
          parts.flat(),
        );
        assert.ok(chunks.every((chunk) => chunk.tokens.length >= 1 && chunk.tokens.length <= chunkTokens));
      }),
    );
  });

  it('plans shared leading segments alike, whatever follows', () => {
    fc.assert(
      fc.property(segments, segments, segments, size, (shared, left, right, chunkTokens) => {
        const common = planChunks(shared, chunkTokens).length;
        const plans = [left, right].map((rest) => planChunks([...shared, ...rest], chunkTokens).slice(0, common));
        assert.deepEqual(plans[0], plans[1]);
      }),
    );
  });
});

describe('reusableChunks', () => {
  const plan = planChunks(
    [
      [1, 2, 3, 4],
      [5, 6, 7],
    ],
    2,
  );

  it('counts equal leading chunks', () => {
    assert.equal(reusableChunks(plan, planChunks([[1, 2, 3, 4, 9]], 2)), 2);
    assert.equal(reusableChunks(plan, planChunks([[1, 2, 4]], 2)), 1);
    assert.equal(reusableChunks(plan, []), 0);
  });

  it('does not reuse the same tokens cut elsewhere', () => {
    assert.equal(reusableChunks(plan, planChunks([[1], [2, 3, 4]], 2)), 0);
  });

  it('leaves the last chunk to be evaluated', () => {
    assert.equal(reusableChunks(plan, plan), plan.length - 1);
    assert.equal(reusableChunks([], plan), 0);
  });
});

describe('countTokens', () => {
  it('sums over chunks', () => assert.equal(countTokens(planChunks([[1, 2, 3], [4]], 2)), 4));
});
