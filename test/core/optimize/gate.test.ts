// Needs nothing.
import assert from 'node:assert/strict';
import { gate, mergeGate, type GateInput } from '../../../src/core/optimize/gate.js';

const scores = (before: readonly number[], after: readonly number[], change: Partial<GateInput> = {}): GateInput => ({
  before,
  after,
  tokensBefore: 100,
  tokensAfter: 100,
  tolerance: 'none',
  ...change,
});
const random = { tolerance: 'one-standard-error' } as const;
const ones = (count: number, of: number): number[] => Array.from({ length: of }, (_, i) => (i < count ? 1 : 0));

describe('gate', () => {
  const table: readonly (readonly [string, GateInput, boolean, RegExp])[] = [
    ['a higher mean', scores([0, 1], [1, 1], { tokensAfter: 900 }), true, /^0\.500 -> 1\.000 on 2 tasks: better$/],
    ['a lower mean, though shorter', scores([1, 1], [0, 1], { tokensAfter: 1 }), false, /worse/],
    ['a tie that is shorter', scores([0, 1], [1, 0], { tokensAfter: 90 }), true, /a tie, and 10 tokens shorter/],
    ['a tie that is as long', scores([0, 1], [1, 0]), false, /not shorter/],
    ['a tie that is longer', scores([0, 1], [1, 0], { tokensAfter: 101 }), false, /not shorter/],
    ['a rise within 1e-9 and longer', scores([0.3], [0.1 + 0.2], { tokensAfter: 101 }), false, /a tie/],
    ['a fall within 1e-9 and shorter', scores([0.3], [0.1 + 0.2 - 4e-10], { tokensAfter: 99 }), true, /on 1 task: a tie/],
    ['a rise of two in a million', scores([0.5], [0.500002]), true, /better/],
    ['random agent: a higher mean', scores([0, 1], [1, 1], random), true, /better/],
    ['random agent: a fall within the noise', scores(ones(9, 16), ones(8, 16), random), false, /worse/],
    ['random agent: a tie, though shorter', scores([0, 1], [1, 0], { ...random, tokensAfter: 90 }), false, /answers at random/],
  ];
  for (const [what, input, accepted, why] of table) {
    it(`${accepted ? 'accepts' : 'rejects'} ${what}`, () => {
      const result = gate(input);
      assert.equal(result.accepted, accepted, result.why);
      assert.match(result.why, why);
    });
  }

  it('tells both means', () => {
    const { meanBefore, meanAfter } = gate(scores([0, 1, 1, 0], [1, 1, 1, 0]));
    assert.deepEqual([meanBefore, meanAfter], [0.5, 0.75]);
  });

  it('refuses scores of different tasks, and of none', () => {
    assert.throws(() => gate(scores([1], [1, 1])), /same tasks/);
    assert.throws(() => gate(scores([], [])), RangeError);
  });
});

describe('mergeGate', () => {
  const table: readonly (readonly [string, GateInput, boolean, RegExp])[] = [
    ['a higher mean', scores([0, 1], [1, 1]), true, /better/],
    ['a tie, though longer', scores([0, 1], [1, 0], { tokensAfter: 900 }), true, /as good/],
    ['any fall', scores(ones(9, 16), ones(8, 16)), false, /worse$/],
    // One task of n lost: the fall is 1/n and so is its standard error. Two lost: 2/n against about sqrt(2)/n.
    ['random agent: one task lost', scores(ones(9, 16), ones(8, 16), random), true, /within one standard error \(0\.06/],
    ['random agent: two tasks lost', scores(ones(9, 16), ones(7, 16), random), false, /worse by more than one standard error/],
    ['random agent: two lost, one won', scores([...ones(9, 16), 0], [...ones(7, 16), 1], random), true, /within/],
    ['random agent: all lost the same', scores([1, 1, 1], [0.9, 0.9, 0.9], random), false, /worse by more than one standard error \(0\.000\)/],
  ];
  for (const [what, input, accepted, why] of table) {
    it(`${accepted ? 'accepts' : 'rejects'} ${what}`, () => {
      const result = mergeGate(input);
      assert.equal(result.accepted, accepted, result.why);
      assert.match(result.why, why);
    });
  }
});
