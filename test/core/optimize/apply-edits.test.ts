// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { moduleTokens, visibleContent, type Candidate } from '../../../src/core/candidate.js';
import type { Edit } from '../../../src/core/edit.js';
import type { Item } from '../../../src/core/module.js';
import { applyEdits, type AppliedEdits, type ApplyOptions } from '../../../src/core/optimize/apply-edits.js';
import { anyCandidate, demo, instructions, item, itemsOf, ruleText, textsOf } from '../candidates.js';

const seed: Candidate = {
  modules: [
    instructions('Be exact.'),
    { kind: 'playbook', name: 'rules', items: [item('r1', 'Check the fridge first'), item('r2', 'Open closed drawers', 's0009')] },
    { kind: 'demos', name: 'examples', items: [demo('d1', 'Invoice 7', 'paid')] },
  ],
  parents: ['document-of-parent'],
};

const options: ApplyOptions = {
  origin: { subset: 's0001', epoch: 2 },
  limits: {},
  itemId: (module, { subset, epoch }, number) => `${module}/${subset}/${epoch}/${number}`,
  maxEdits: 9,
};

const because = { reason: 'it failed', taskIds: ['t2', 't1', 't2'] };

function add(module: string, text: string, answer?: string): Edit {
  return { kind: 'add', module, text, ...because, ...(answer === undefined ? {} : { answer }) };
}

function revise(module: string, id: string, text: string, answer?: string): Edit {
  return { kind: 'revise', module, item: id, text, ...because, ...(answer === undefined ? {} : { answer }) };
}

function remove(module: string, id: string): Edit {
  return { kind: 'remove', module, item: id, ...because };
}

function rewrite(module: string, text: string): Edit {
  return { kind: 'rewrite', module, text, ...because };
}

function apply(edits: readonly Edit[], change: Partial<ApplyOptions> = {}): AppliedEdits {
  return applyEdits(seed, edits, { ...options, ...change });
}

describe('applyEdits', () => {
  it("adds an item at the end, with an id from the edit's number and the origin that made it", () => {
    const { candidate, applied, rejected, dropped } = apply([remove('rules', 'none'), add('rules', '  Look under the bed ')]);
    assert.deepEqual(itemsOf(candidate).at(-1), {
      id: 'rules/s0001/2/2',
      text: 'Look under the bed',
      origins: [{ subset: 's0001', taskIds: ['t1', 't2'] }],
    } satisfies Item);
    assert.equal(applied.length, 1);
    assert.equal(rejected.length, 1);
    assert.deepEqual(dropped, []);
    assert.deepEqual(candidate.parents, [], 'the caller sets the parents');
  });

  it('leaves the candidate it was given as it was', () => {
    const before = structuredClone(seed);
    apply([add('rules', 'Look under the bed'), remove('rules', 'r1'), rewrite('system', 'Be quick.'), revise('examples', 'd1', 'Invoice 8')]);
    assert.deepEqual(seed, before);
  });

  it('revises in place, keeps the id and adds the origin', () => {
    const { candidate, applied } = apply([revise('rules', 'r1', 'Check the fridge last'), revise('examples', 'd1', 'Invoice 8')]);
    assert.equal(applied.length, 2);
    assert.deepEqual(itemsOf(candidate)[0], {
      id: 'r1',
      text: 'Check the fridge last',
      origins: [
        { subset: 's0001', taskIds: ['t1', 't2'] },
        { subset: 'seed', taskIds: [] },
      ],
    });
    assert.equal(itemsOf(candidate, 'examples')[0]?.answer, 'paid', 'a demo keeps its answer');
  });

  it('removes', () => {
    assert.deepEqual(textsOf(apply([remove('rules', 'r1')]).candidate), ['Open closed drawers']);
  });

  it('rewrites instructions; their origins are those who wrote at them, without the seed', () => {
    const { candidate } = apply([rewrite('system', ' Be quick. ')]);
    const again = applyEdits(candidate, [rewrite('system', 'Be both.')], { ...options, origin: { subset: 'repair', epoch: 1 } });
    assert.deepEqual(textsOf(candidate, 'system'), ['Be quick.']);
    assert.deepEqual(again.candidate.modules[0], {
      kind: 'instructions',
      name: 'system',
      text: 'Be both.',
      origins: [
        { subset: 'repair', taskIds: ['t1', 't2'] },
        { subset: 's0001', taskIds: ['t1', 't2'] },
      ],
    });
  });

  it('unites the origins instead of adding what is there already', () => {
    const { candidate, applied, rejected } = apply([add('rules', 'check the fridge FIRST!')]);
    assert.deepEqual(applied, []);
    assert.match(rejected[0]?.reason ?? '', /Item r1 says the same/);
    assert.deepEqual(visibleContent(candidate), visibleContent(seed));
    assert.deepEqual(
      itemsOf(candidate)[0]?.origins.map(({ subset }) => subset),
      ['s0001', 'seed'],
    );
  });

  const rejections: readonly (readonly [string, Edit, RegExp])[] = [
    ['an unknown module', add('tools', 'x'), /no module tools; there are: system, rules, examples/],
    ['an unknown item (revise)', revise('rules', 'r9', 'x'), /has no item r9/],
    ['an unknown item (remove)', remove('rules', 'r9'), /has no item r9/],
    ['an empty text (add)', add('rules', ' \n'), /empty/],
    ['an empty text (revise)', revise('rules', 'r1', ''), /empty/],
    ['an empty text (rewrite)', rewrite('system', ''), /empty/],
    ['a rewrite of a playbook', rewrite('rules', 'all new'), /never a rewrite/],
    ['a rewrite of demos', rewrite('examples', 'all new'), /never a rewrite/],
    ['an addition to instructions', add('system', 'x'), /'rewrite' only/],
    ['a removal from instructions', remove('system', 'system'), /'rewrite' only/],
    ['a demo without an answer', add('examples', 'Invoice 9', ' '), /needs an answer/],
    ['a revision that changes nothing', revise('rules', 'r1', 'Check the fridge first'), /nothing changes/],
    ['a rewrite that changes nothing', rewrite('system', 'Be exact. '), /nothing changes/],
    ['a revision that says what another item says', revise('rules', 'r1', 'open closed drawers'), /Item r2 says the same/],
    ['an unknown kind', { ...add('rules', 'x'), kind: 'merge' } as unknown as Edit, /no edit of the kind "merge"/],
  ];
  for (const [what, edit, reason] of rejections) {
    it(`rejects ${what}, with a reason`, () => {
      const { candidate, applied, rejected } = apply([edit]);
      assert.deepEqual(applied, []);
      assert.deepEqual(
        rejected.map((each) => each.edit),
        [edit],
      );
      assert.match(rejected[0]?.reason ?? '', reason);
      assert.deepEqual(candidate.modules, seed.modules);
    });
  }

  it('ignores an answer in a playbook', () => {
    assert.equal(itemsOf(apply([add('rules', 'Look under the bed', 'yes')]).candidate).at(-1)?.answer, undefined);
  });

  it('takes the first edits of an answer only', () => {
    const { applied, rejected } = apply([add('rules', 'one apple'), add('rules', 'two pears'), add('rules', 'three figs')], { maxEdits: 2 });
    assert.equal(applied.length, 2);
    assert.match(rejected[0]?.reason ?? '', /first 2 edits/);
  });

  it('gives another number to an item whose id is taken', () => {
    const once = apply([add('rules', 'one apple')]).candidate;
    const twice = applyEdits(once, [add('rules', 'two pears')], options).candidate;
    assert.deepEqual(
      itemsOf(twice).map(({ id }) => id),
      ['r1', 'r2', 'rules/s0001/2/1', 'rules/s0001/2/1001'],
    );
    const fixed = apply([add('rules', 'one apple'), add('rules', 'two pears')], { itemId: () => 'r1' }).candidate;
    assert.equal(new Set(itemsOf(fixed).map(({ id }) => id)).size, 4);
  });

  describe('over the limit of a module', () => {
    const limits = { rules: { maxTokens: 12 }, system: { maxTokens: 3 } };

    it('rejects a text that is too long by itself', () => {
      assert.match(apply([add('rules', 'x'.repeat(49))], { limits }).rejected[0]?.reason ?? '', /about 13 tokens, module rules may have 12/);
      assert.match(apply([revise('rules', 'r1', 'x'.repeat(49))], { limits }).rejected[0]?.reason ?? '', /about 13 tokens/);
      assert.match(apply([rewrite('system', 'x'.repeat(13))], { limits }).rejected[0]?.reason ?? '', /about 4 tokens, module system may have 3/);
    });

    it('rejects what was just added for want of room, rather than what was there', () => {
      const { candidate, applied, rejected } = apply([add('rules', 'one apple')], { limits });
      assert.deepEqual(applied, []);
      assert.match(rejected[0]?.reason ?? '', /full \(12 tokens\): remove or shorten/);
      assert.deepEqual(candidate.modules, seed.modules);
    });

    it('makes room if the same answer removes something, in any order', () => {
      for (const edits of [
        [add('rules', 'one apple'), remove('rules', 'r2')],
        [remove('rules', 'r2'), add('rules', 'one apple')],
      ]) {
        assert.deepEqual(textsOf(apply(edits, { limits }).candidate), ['Check the fridge first', 'one apple']);
      }
    });

    it('names the items that had to go for others', () => {
      const { candidate, applied, dropped } = apply([add('rules', 'one apple')], { limits, evidence: new Map([['r2', -1]]) });
      assert.equal(applied.length, 1);
      assert.deepEqual(
        dropped.map((each) => [each.module, each.item.id]),
        [['rules', 'r2']],
      );
      assert.deepEqual(textsOf(candidate), ['Check the fridge first', 'one apple']);
    });

    it('never drops anything without an applied edit', () => {
      const { candidate } = apply([add('rules', 'Check the fridge first')], { limits: { rules: { maxTokens: 1 } } });
      assert.deepEqual(visibleContent(candidate), visibleContent(seed));
    });
  });

  it('whatever a model answers: never throws, accounts for every edit, keeps ids unique and limits', () => {
    const common = {
      reason: fc.constant('r'),
      taskIds: fc.constant(['t1']),
      module: fc.constantFrom('rules', 'rules', 'examples', 'examples', 'system', 'none', '__proto__'),
    };
    const id = fc.constantFrom('a', 'b', 'c', 'none', '');
    const text = fc.oneof(ruleText, fc.constant(''), fc.string());
    const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), ...common, text, answer: fc.constantFrom('yes', '', 'no') }),
      fc.record({ kind: fc.constant('revise' as const), ...common, text, item: id }),
      fc.record({ kind: fc.constant('remove' as const), ...common, item: id }),
      fc.record({ kind: fc.constant('rewrite' as const), ...common, text }),
    );
    let appliedInAll = 0;
    fc.assert(
      fc.property(anyCandidate, fc.array(anyEdit, { maxLength: 6 }), fc.integer({ min: 1, max: 60 }), (candidate, edits, maxTokens) => {
        const result = applyEdits(candidate, edits, {
          ...options,
          maxEdits: 4,
          limits: { system: { maxTokens }, rules: { maxTokens }, examples: { maxTokens } },
        });
        appliedInAll += result.applied.length;
        assert.equal(result.applied.length + result.rejected.length, edits.length);
        assert.deepEqual(new Set([...result.applied, ...result.rejected.map(({ edit }) => edit)]), new Set(edits));
        assert.deepEqual(
          result.candidate.modules.map(({ name, kind }) => [name, kind]),
          candidate.modules.map(({ name, kind }) => [name, kind]),
        );
        if (result.applied.length === 0) assert.deepEqual(visibleContent(result.candidate), visibleContent(candidate));
        for (const module of result.candidate.modules) {
          if (result.applied.some((edit) => edit.module === module.name)) assert.ok(moduleTokens(module) <= maxTokens);
          if (module.kind !== 'instructions') assert.equal(new Set(module.items.map((each) => each.id)).size, module.items.length);
        }
      }),
      { numRuns: 1_000 },
    );
    assert.ok(appliedInAll > 200, `only ${appliedInAll} edits were applied: the property tested little`);
  });
});
