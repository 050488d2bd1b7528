// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  affordableFinalists,
  amountOf,
  covers,
  leastRollouts,
  forecastMergeRollouts,
  planShares,
  type BudgetPlan,
  type PlanShares,
} from '../../src/core/budget.js';
import { treeLevels } from '../../src/core/merge/tree.js';

const amount = (rollouts: number): { rollouts: number; tokens: number } => ({ rollouts, tokens: rollouts * 1_000 });
const plan: BudgetPlan = {
  baseline: amount(60),
  select: amount(480),
  confirm: amount(120),
  prove: amount(200),
  merge: amount(2_000),
  repair: amount(300),
  subsets: 7,
  epoch: amount(32),
};
const parts = ['baseline', 'select', 'confirm', 'prove', 'merge', 'repair'] as const;
const sumOf = (shares: PlanShares, unit: 'rollouts' | 'tokens'): number =>
  parts.reduce((sum, part) => sum + (shares[part][unit] ?? NaN), (shares.subset[unit] ?? NaN) * shares.learners);

describe('planShares', () => {
  it('sets aside the end in full, then merge and repair as forecast, and gives subsets equal shares', () => {
    const shares = planShares({ rollouts: 10_000 }, plan);
    assert.deepEqual(
      parts.map((part) => shares[part].rollouts),
      [60, 480, 120, 200, 2_000 + 1, 300],
      'one rollout is left of the division',
    );
    assert.equal(shares.subset.rollouts, Math.floor((10_000 - 860 - 2_300) / 7));
    assert.deepEqual(shares.missing, { rollouts: 0, tokens: 0 });
  });

  it('gives merge and repair at most half of what is left after the end', () => {
    const shares = planShares({ rollouts: 2_860 }, plan);
    assert.deepEqual([shares.merge.rollouts, shares.repair.rollouts, shares.subset.rollouts], [1_000 + 6, 0, 142]);
  });

  it('has no limit where none was set', () => {
    const shares = planShares({ tokens: 10_000_000 }, plan);
    assert.equal(shares.subset.rollouts, null);
    assert.equal(shares.merge.tokens, 2_000_000 + 0 + ((10_000_000 - 860_000 - 2_300_000) % 7));
    assert.deepEqual(planShares({}, plan).prove, { rollouts: null, tokens: null });
  });

  it('says what is missing for the end and one epoch of every subset', () => {
    assert.deepEqual(planShares({ rollouts: 860 + 7 * 32 }, plan).missing, { rollouts: 0, tokens: 0 });
    assert.deepEqual(planShares({ rollouts: 860 + 7 * 32 - 1, tokens: 1 }, plan).missing, { rollouts: 1, tokens: 860_000 + 7 * 32_000 - 1 });
    assert.deepEqual(planShares({ rollouts: 250 }, plan).prove.rollouts, 200);
    assert.deepEqual(planShares({ rollouts: 250 }, plan).confirm.rollouts, 50);
  });

  it('gives as many subsets an epoch as there is room for', () => {
    const shares = planShares({ rollouts: 860 + 2 * 100 }, plan);
    assert.deepEqual([shares.learners, shares.subset.rollouts], [3, 33]);
    assert.deepEqual(planShares({ rollouts: 860 }, plan).learners, 7, 'there is nothing to give');
  });

  it('gives away exactly the budget, in whole numbers, none negative', () => {
    const any = fc.record({ rollouts: fc.nat(3_000), tokens: fc.nat(3_000_000) });
    const anyPlan: fc.Arbitrary<BudgetPlan> = fc.record({
      baseline: any,
      select: any,
      confirm: any,
      prove: any,
      merge: any,
      repair: any,
      subsets: fc.nat(40),
      epoch: any,
    });
    fc.assert(
      fc.property(anyPlan, fc.nat(20_000), fc.nat(20_000_000), (given, rollouts, tokens) => {
        const shares = planShares({ rollouts, tokens }, given);
        assert.equal(sumOf(shares, 'rollouts'), rollouts);
        assert.equal(sumOf(shares, 'tokens'), tokens);
        for (const part of [...parts, 'subset'] as const) {
          for (const share of [shares[part].rollouts, shares[part].tokens]) assert.ok(share !== null && Number.isInteger(share) && share >= 0);
        }
        assert.deepEqual(JSON.parse(JSON.stringify(shares)), shares);
        assert.ok(shares.learners <= given.subsets && (given.subsets === 0 || shares.learners > 0));
        if (shares.missing.rollouts === 0) assert.ok(parts.slice(0, 4).every((part) => shares[part].rollouts === given[part].rollouts));
      }),
    );
  });
});

describe('covers', () => {
  it('lets a step start only if use and forecast fit into both limits', () => {
    const share = { rollouts: 100, tokens: 1_000 };
    assert.ok(covers(share, { rollouts: 68, tokens: 0 }, { rollouts: 32, tokens: 1_000 }));
    assert.ok(!covers(share, { rollouts: 69, tokens: 0 }, { rollouts: 32, tokens: 0 }));
    assert.ok(!covers(share, { rollouts: 0, tokens: 1 }, { rollouts: 0, tokens: 1_000 }));
    assert.ok(covers({ rollouts: null, tokens: null }, { rollouts: 1e9, tokens: 1e12 }, { rollouts: 1, tokens: 1 }));
  });

  it('counts tokens of prompts and completions', () => {
    assert.deepEqual(amountOf({ rollouts: 2, calls: 5, promptTokens: 70, completionTokens: 7 }), { rollouts: 2, tokens: 77 });
  });
});

describe('forecastMergeRollouts', () => {
  it('runs every input and every trial on the pool', () => {
    assert.equal(forecastMergeRollouts(treeLevels(21, 4), 60, 20), 60 * (21 + 6 * 20 + 6 + 2 * 20 + 2 + 20));
    assert.equal(forecastMergeRollouts(treeLevels(1, 4), 60, 20), 0);
  });
});

describe('affordableFinalists', () => {
  const sizes = { select: 10, confirm: 10, test: 20 };
  const finalists = [
    { id: 'seed', tokens: 10 },
    { id: 'root', tokens: 100 },
    { id: 'parent', tokens: 40 },
    { id: 'baseline-random-demos', tokens: 50 },
  ];
  const within = (tokens: number | null, rollouts: number | null = null) =>
    affordableFinalists(finalists, { rollouts, tokens }, sizes, (finalist) => finalist.tokens).map(({ id }) => id);

  it('keeps whom the rest carries through race, confirmation and proof', () => {
    assert.deepEqual(within(null), ['seed', 'root', 'parent', 'baseline-random-demos']);
    // Races 10 x (10 + 100), confirm and proof 30 x (10 + 100).
    assert.deepEqual(within(4_400), ['seed', 'root']);
    assert.deepEqual(within(4_399), ['seed', 'parent', 'baseline-random-demos']);
    assert.deepEqual(within(0), ['seed']);
    assert.deepEqual(within(null, 80), ['seed', 'root']);
  });
});

describe('leastRollouts', () => {
  it('is that of a run with one subset of one epoch and two finalists', () => {
    const settings = { optimize: { inner: 'reflect' }, prove: {}, subset: { size: 8 } } as unknown as Parameters<typeof leastRollouts>[0];
    assert.equal(leastRollouts(settings, { train: 100, select: 10, confirm: 11, test: 12 }), 30 + 16 + 22 + 24);
  });
});
