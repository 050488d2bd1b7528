// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  keptGroups,
  nextTrial,
  recordTrial,
  refusedOffers,
  startGreedy,
  stopGreedy,
  withdrawOffers,
  type GreedyState,
} from '../../../src/core/merge/greedy.js';

/** Runs a search to its end, each state through JSON as continue-as-new carries it. */
function search(rounds: readonly number[], judge: (group: readonly number[], kept: readonly number[]) => boolean): GreedyState {
  let state = startGreedy(rounds);
  for (let trial = nextTrial(state); trial !== undefined; trial = nextTrial(state)) {
    state = JSON.parse(JSON.stringify(recordTrial(state, judge(trial.offers, keptGroups(state).flat())))) as GreedyState;
    if (state.trials > 10_000) throw new Error('does not end');
  }
  return state;
}

const kept = (state: GreedyState): number[] =>
  keptGroups(state)
    .flat()
    .toSorted((a, b) => a - b);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('greedy search', () => {
  it('keeps all at once if nothing hurts', () => {
    const state = search([16], () => true);
    assert.equal(state.trials, 1);
    assert.deepEqual(keptGroups(state), [upTo(16)]);
  });

  it('has nothing to do without offers', () => {
    assert.equal(nextTrial(startGreedy([])), undefined);
    assert.equal(nextTrial(startGreedy([0, 0])), undefined);
  });

  it('refuses every single one in 2n - 1 trials if all hurt', () => {
    for (const n of [1, 2, 3, 7, 8, 33]) {
      const state = search([n], () => false);
      assert.equal(state.trials, 2 * n - 1);
      assert.deepEqual(refusedOffers(state), upTo(n));
    }
  });

  it('halves in order, on top of what is kept, and does not try again as a whole what is known to hurt', () => {
    const tried: string[] = [];
    const state = search([8], (group, before) => {
      tried.push(`${before.join('')}+${group.join('')}`);
      return !group.includes(6);
    });
    // 4567 hurts on top of 0123, since all eight did: it is split at once. So are 67 on top of 45, but singles are tried.
    assert.deepEqual(tried, ['+01234567', '+0123', '0123+45', '012345+6', '012345+7']);
    assert.deepEqual(refusedOffers(state), [6]);

    tried.length = 0;
    search([8], (group, before) => {
      tried.push(`${before.join('')}+${group.join('')}`);
      return !group.includes(1);
    });
    assert.deepEqual(tried, ['+01234567', '+0123', '+01', '+0', '0+1', '0+23', '023+4567']);
  });

  it('tries rounds one after another, never together', () => {
    const groups: (readonly number[])[] = [];
    search([3, 0, 2], (group) => {
      groups.push(group);
      return true;
    });
    assert.deepEqual(groups, [
      [0, 1, 2],
      [3, 4],
    ]);
  });

  it('stopped early refuses what is not decided', () => {
    const state = stopGreedy(recordTrial(recordTrial(startGreedy([4]), false), true));
    assert.equal(nextTrial(state), undefined);
    assert.deepEqual(
      [kept(state), refusedOffers(state)],
      [
        [0, 1],
        [2, 3],
      ],
    );
  });

  it('refuses rounds that are no numbers and trials that nobody asked for', () => {
    assert.throws(() => startGreedy([-1]), RangeError);
    assert.throws(() => startGreedy([1.5]), RangeError);
    assert.throws(() => recordTrial(startGreedy([]), true), RangeError);
  });

  const rounds = fc.array(fc.nat(20), { maxLength: 4 });

  it('whatever the answers: every offer is kept or refused, never tried again once kept, alone before it is refused, within 2n - 1 trials', () => {
    fc.assert(
      fc.property(rounds, fc.infiniteStream(fc.boolean()), (sizes, coin) => {
        const refusedAlone = new Set<number>();
        const state = search(sizes, (group, before) => {
          assert.ok(group.length > 0);
          assert.ok(group.every((index) => !before.includes(index) && !refusedAlone.has(index)));
          const keep = coin.next().value as boolean;
          if (!keep && group.length === 1) refusedAlone.add(group[0] as number);
          return keep;
        });
        const n = sizes.reduce((sum, size) => sum + size, 0);
        assert.equal(state.offers, n);
        assert.deepEqual(
          [...keptGroups(state).flat(), ...refusedOffers(state)].sort((a, b) => a - b),
          upTo(n),
        );
        assert.deepEqual(
          refusedOffers(state),
          [...refusedAlone].sort((a, b) => a - b),
        );
        assert.ok(state.trials <= sizes.reduce((sum, size) => sum + Math.max(0, 2 * size - 1), 0));
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds exactly those that hurt, if each hurts by itself, within 1 + 2k ceil(log2 n) trials', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.array(fc.nat(119), { maxLength: 8 }), (n, chosen) => {
        const bad = new Set(chosen.filter((index) => index < n));
        const state = search([n], (group) => !group.some((index) => bad.has(index)));
        assert.deepEqual(
          refusedOffers(state),
          [...bad].sort((a, b) => a - b),
        );
        assert.ok(state.trials <= 1 + 2 * bad.size * Math.ceil(Math.log2(n)), `${state.trials} trials for ${bad.size} of ${n}`);
        const again = search([n], (group) => !group.some((index) => bad.has(index)));
        assert.deepEqual(again, state, 'the same answers give the same result');
      }),
      { numRuns: 1_000 },
    );
  });

  it('never ends with less than it began with, for any score of sets', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.func(fc.integer({ min: 0, max: 5 })), (n, scoreOf) => {
        const score = (set: readonly number[]): number => scoreOf(set.toSorted((a, b) => a - b).join());
        const state = search([n], (group, before) => score([...before, ...group]) >= score(before));
        assert.ok(score(kept(state)) >= score([]));
      }),
      { numRuns: 300 },
    );
  });

  it('carries a small state: a few numbers even for thousands of offers', () => {
    let state = startGreedy([5_000]);
    let largest = 0;
    for (let trial = nextTrial(state); trial !== undefined; trial = nextTrial(state)) {
      state = recordTrial(state, !trial.offers.includes(3_333));
      largest = Math.max(largest, JSON.stringify(state).length);
    }
    assert.ok(largest < 1_000, `${largest} characters`);
  });

  describe('with offers taken back', () => {
    it('tries the others only, and counts them as refused', () => {
      let state = recordTrial(startGreedy([1, 6]), true);
      state = withdrawOffers(state, [1, 3, 6]);
      assert.deepEqual(nextTrial(state)?.offers, [2, 4, 5]);
      state = recordTrial(state, false);
      assert.deepEqual(nextTrial(state)?.offers, [2]);
      state = recordTrial(state, true);
      assert.deepEqual(nextTrial(state)?.offers, [4], 'the second half hurts: it is split without a trial');
      state = recordTrial(recordTrial(state, true), false);
      assert.equal(nextTrial(state), undefined);
      assert.deepEqual(
        [kept(state), refusedOffers(state)],
        [
          [0, 2, 4],
          [1, 3, 5, 6],
        ],
      );
    });

    it('leaves out a group that has no others, and changes nothing without any', () => {
      const state = recordTrial(startGreedy([1, 2, 1]), true);
      assert.deepEqual(nextTrial(withdrawOffers(state, [1, 2]))?.offers, [3]);
      assert.equal(withdrawOffers(state, []), state);
    });

    it('decides every offer that is left once, whatever the answers are', () => {
      const rounds = fc.array(fc.nat(9), { minLength: 2, maxLength: 4 });
      fc.assert(
        fc.property(rounds, fc.array(fc.nat(30), { maxLength: 12 }), fc.nat(6), fc.infiniteStream(fc.boolean()), (sizes, taken, after, coin) => {
          let state = startGreedy(sizes);
          const open = (): number[] => upTo(state.offers).filter((index) => !kept(state).includes(index) && !refusedOffers(state).includes(index));
          let withdrawn: number[] = [];
          for (let trial = nextTrial(state); trial !== undefined; trial = nextTrial(state)) {
            assert.ok(trial.offers.length > 0 && trial.offers.every((index) => !withdrawn.includes(index)));
            state = recordTrial(state, coin.next().value as boolean);
            if (state.trials === after) {
              const pending = open();
              withdrawn = taken.filter((index) => pending.includes(index));
              state = withdrawOffers(state, withdrawn);
            }
            assert.ok(state.trials <= 2 * state.offers);
          }
          assert.deepEqual(
            [...kept(state), ...refusedOffers(state)].toSorted((a, b) => a - b),
            upTo(state.offers),
          );
          assert.ok(withdrawn.every((index) => refusedOffers(state).includes(index)));
        }),
        { numRuns: 500 },
      );
    });
  });
});
