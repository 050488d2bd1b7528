// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Candidate } from '../../../src/core/candidate.js';
import { keptGroups, nextTrial, recordTrial, startGreedy } from '../../../src/core/merge/greedy.js';
import { applyOffers, offersTo, roundSizes, type Offer } from '../../../src/core/merge/offers.js';
import { mergeItems, type Parent } from '../../../src/core/merge/three-way.js';
import { mergeGate } from '../../../src/core/optimize/gate.js';
import { itemsOf, playbook } from '../candidates.js';

// A made-up agent: its rules are "<kind> good", which solves the tasks of a kind, and "<kind> bad", which spoils them.
const kinds = ['heat', 'cool', 'clean', 'look', 'pick', 'slice'] as const;
const tasks = kinds.flatMap((kind) => Array.from({ length: 10 }, () => kind));

function scores(candidate: Candidate): number[] {
  const rules = new Set(itemsOf(candidate).map(({ text }) => text));
  return tasks.map((kind) => (rules.has(`${kind} good`) && !rules.has(`${kind} bad`) ? 1 : 0));
}

const sum = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0);

function merge(parents: readonly Parent[]): {
  readonly best: Parent;
  readonly result: Candidate;
  readonly trials: number;
  readonly offers: readonly Offer[];
  readonly groups: readonly (readonly number[])[];
  readonly base: Candidate;
} {
  const best = parents.reduce((first, next) => (sum(scores(next.candidate)) > sum(scores(first.candidate)) ? next : first));
  const { base, offers } = offersTo(best, mergeItems(playbook(), parents));
  let state = startGreedy(roundSizes(offers));
  let result = base;
  for (let trial = nextTrial(state); trial !== undefined; trial = nextTrial(state)) {
    const tried = applyOffers(
      result,
      trial.offers.map((index) => offers[index] as Offer),
      {},
    );
    const { accepted } = mergeGate({ before: scores(result), after: scores(tried), tokensBefore: 0, tokensAfter: 0, tolerance: 'none' });
    if (accepted) result = tried;
    state = recordTrial(state, accepted);
  }
  return { best, base, result, offers, trials: state.trials, groups: keptGroups(state) };
}

describe('a greedy merge', () => {
  const rule = fc.tuple(fc.constantFrom(...kinds), fc.constantFrom('good', 'bad'));
  const rules = fc.uniqueArray(rule, { selector: (pair) => pair.join(' '), maxLength: 6 });

  it('is never worse than the best parent, solves what any parent found without harm, and can be made again from what was kept', () => {
    fc.assert(
      fc.property(fc.array(rules, { minLength: 1, maxLength: 4 }), (given) => {
        const parents = given.map(
          (list, p): Parent => ({
            id: `s000${p}`,
            candidate: playbook(...list.map(([kind, quality], i) => [`${p}-${i}`, `${kind} ${quality}`, `s000${p}`] as const)),
          }),
        );
        const { best, base, result, offers, groups, trials } = merge(parents);
        const solved = scores(result);
        // By the mean: a group may hold a rule that spoils as much as another in it wins, which only repair can part.
        assert.ok(sum(solved) >= sum(scores(best.candidate)), 'never worse than the best parent');
        for (const kind of kinds) {
          const has = (quality: string): boolean => parents.some(({ candidate }) => itemsOf(candidate).some(({ text }) => text === `${kind} ${quality}`));
          if (has('good') && !has('bad')) assert.equal(solved[tasks.indexOf(kind)], 1, kind);
        }
        assert.deepEqual(
          groups.reduce(
            (candidate, group) =>
              applyOffers(
                candidate,
                group.map((index) => offers[index] as Offer),
                {},
              ),
            base,
          ),
          result,
        );
        assert.ok(trials <= Math.max(0, 2 * offers.length - 1));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps one of two rules that rule each other out, whichever is better', () => {
    const heat = 'WHEN TASK SAYS "put" AFTER TAKE heat AT microwave';
    const cool = 'WHEN TASK SAYS "put" AFTER TAKE cool AT fridge';
    const judge = (texts: readonly string[]): number => (texts.includes(heat) === texts.includes(cool) ? 0 : texts.includes(cool) ? 0.9 : 0.6);
    const parents: Parent[] = [
      { id: 'a', candidate: playbook(['h', heat, 's1']) },
      { id: 'b', candidate: playbook(['c', cool, 's2']) },
    ];
    // The worse of the two is given as the best parent: a plain addition would lose, the replacement wins.
    const { base, offers } = offersTo(parents[0] as Parent, mergeItems(playbook(), parents));
    let state = startGreedy(roundSizes(offers));
    let result = base;
    for (let trial = nextTrial(state); trial !== undefined; trial = nextTrial(state)) {
      const tried = applyOffers(
        result,
        trial.offers.map((index) => offers[index] as Offer),
        {},
      );
      const keep = judge(itemsOf(tried).map(({ text }) => text)) >= judge(itemsOf(result).map(({ text }) => text));
      if (keep) result = tried;
      state = recordTrial(state, keep);
    }
    assert.deepEqual(
      itemsOf(result).map(({ text }) => text),
      [cool],
    );
  });
});
