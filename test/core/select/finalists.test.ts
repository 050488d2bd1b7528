// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chooseFinalists, type Contender, type FinalistChoice, type RankedContender } from '../../../src/core/select/finalists.js';

const contender = (id: string, hash = `hash-${id}`): Contender => ({ id, candidate: { hash, document: `document-${id}`, tokens: 100 } });
const ranked = (id: string, margin: number, hash?: string): RankedContender => ({ ...contender(id, hash), margin });

const choice: FinalistChoice = {
  limit: 8,
  seed: contender('seed'),
  root: contender('m2-0001'),
  rootParents: [ranked('m1-0001', 0.1), ranked('m1-0002', 0.3)],
  rest: [ranked('s0001', 0.1), ranked('s0002', 0.5), ranked('s0003', 0.1), ranked('s0004', -0.2)],
  baselines: [contender('random-demos')],
};
const idsOf = (change: Partial<FinalistChoice> = {}): string[] => chooseFinalists({ ...choice, ...change }).map(({ id }) => id);

describe('chooseFinalists', () => {
  it('takes seed, root, its parents, the best of the rest, then baselines', () => {
    assert.deepEqual(idsOf(), ['seed', 'm2-0001', 'm1-0002', 'm1-0001', 's0002', 's0001', 's0003', 'random-demos']);
  });

  it('keeps seed, root and baselines when there is little room', () => {
    assert.deepEqual(idsOf({ limit: 4 }), ['seed', 'm2-0001', 'm1-0002', 'random-demos']);
    assert.deepEqual(idsOf({ limit: 3 }), ['seed', 'm2-0001', 'random-demos']);
    assert.deepEqual(idsOf({ limit: 1 }), ['seed', 'm2-0001']);
  });

  it('runs candidates that show the agent the same once, and names the others', () => {
    const same = { root: contender('m2-0001', 'hash-m1-0002'), rest: [ranked('s0001', 0.2, 'hash-m1-0002'), ranked('s0002', 0.1, 'hash-seed')] };
    const finalists = chooseFinalists({ ...choice, ...same });
    assert.deepEqual(
      finalists.map(({ id }) => id),
      ['seed', 'm2-0001', 'm1-0001', 'random-demos'],
    );
    assert.deepEqual(
      finalists.map(({ label }) => label),
      ['seed, same as s0002', 'merged (m2-0001), same as m1-0002, s0001', 'parent m1-0001', 'baseline random-demos'],
    );
  });

  it('is the seed alone if nothing changed', () => {
    assert.deepEqual(idsOf({ root: contender('s0001', 'hash-seed'), rootParents: [], rest: [], baselines: [] }), ['seed']);
  });

  it('never has more than the limit, one candidate twice, or another result for another order', () => {
    const hash = fc.constantFrom('h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7');
    const list = (letter: string): fc.Arbitrary<RankedContender[]> =>
      fc
        .array(fc.record({ hash, margin: fc.constantFrom(-0.1, 0, 0.1) }), { maxLength: 6 })
        .map((entries) => entries.map((entry, i) => ranked(`${letter}${i}`, entry.margin, entry.hash)));
    fc.assert(
      fc.property(list('m'), list('s'), list('b'), fc.integer({ min: 2, max: 9 }), (rootParents, rest, baselines, limit) => {
        const all: FinalistChoice = { limit, seed: contender('seed', 'h1'), root: contender('root', 'h2'), rootParents, rest, baselines };
        const finalists = chooseFinalists(all);
        assert.ok(finalists.length <= limit);
        assert.equal(new Set(finalists.map(({ candidate }) => candidate.hash)).size, finalists.length);
        assert.deepEqual(chooseFinalists({ ...all, rootParents: rootParents.toReversed(), rest: rest.toReversed() }), finalists);
      }),
    );
  });
});
