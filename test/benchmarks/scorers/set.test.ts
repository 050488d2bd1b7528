// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkTaskForScorer, createScorer } from '../../../src/benchmarks/scorers/create-scorer.js';
import { normaliseReference } from '../../../src/benchmarks/scorers/set.js';
import type { Json } from '../../../src/core/json.js';
import { scorerContract } from './contract.js';

const task = (expected: Json) => ({ id: 't1', input: 'Q', expected });
const scoreWith = (measure: 'exact' | 'f1', expected: Json, output: Json) =>
  createScorer({ kind: 'set', measure }, {}).score({ task: task(expected), output, trajectory: null }, undefined);

scorerContract('set, exact', {
  create: () => createScorer({ kind: 'set', measure: 'exact' }, {}),
  task: task(['A1', 'B2']),
  right: ['b2', 'A1'],
  wrong: ['A1'],
});
scorerContract('set, f1', { create: () => createScorer({ kind: 'set', measure: 'f1' }, {}), task: task(['A1', 'B2']), right: '- A1\n- B2', wrong: 'A1, C3' });

describe('set scorer', () => {
  const right: readonly (readonly [expected: Json, output: Json])[] = [
    [
      ['A1', 'B2'],
      ['B2', 'A1'],
    ],
    [['A1', 'B2'], '["B2","A1"]'],
    [['A1', 'B2'], 'They are:\n```json\n["A1", "B2"]\n```'],
    [['A1', 'B2'], 'The references are ["A1", "B2"], as InvoiceLine[2] says.'],
    [['A1', 'B2'], '{"references": ["A1", "B2"], "reason": "the notes"}'],
    [
      ['A1', 'B2'],
      [
        { reference: 'A1', kind: 'booking' },
        { reference: 'B2', kind: 'waybill' },
      ],
    ],
    [['A1', 'B2'], 'A1, B2'],
    [['A1', 'B2'], '1. A1\n2. `B2`\n'],
    [['A1', 'B2'], '- "A1"\n* **B2**'],
    [['A1'], ['A1', 'a 1', '"A1".']],
    ['A1', 'a1'],
    [4711, '4711'],
    [['4711'], 4711],
    [['MAWB 020-1234 5675'], 'mawb 020–12345675'],
    [[], []],
    [[], '[]'],
    [[], 'none'],
    [[], 'No transport reference found.'],
    [[], ''],
    [[], null],
    [null, 'n/a'],
  ];
  for (const [expected, output] of right) {
    it(`${JSON.stringify(expected)} <- ${JSON.stringify(output)}: 1`, async () => {
      assert.deepEqual(await scoreWith('exact', expected, output), { score: 1 });
      assert.deepEqual(await scoreWith('f1', expected, output), { score: 1 });
    });
  }

  const wrong: readonly (readonly [expected: Json, output: Json, f1: number, feedback: string])[] = [
    [['A1', 'B2'], 'A1', 2 / 3, 'Missing: "B2".'],
    [['A1'], ['A1', 'C3'], 2 / 3, 'Too many: "C3".'],
    [['A1', 'B2'], 'A1; C3', 0.5, 'Missing: "B2". Too many: "C3".'],
    [['A1'], [], 0, 'The answer names none. Missing: "A1".'],
    [[], 'A1', 0, 'Expected none. Too many: "A1".'],
    [['007'], '7', 0, 'Missing: "007". Too many: "7".'],
    [['AB-12/3'], 'AB123', 0, 'Missing: "AB-12/3". Too many: "AB123".'],
    [
      ['A1'],
      'The transport reference is A1.',
      0,
      'Missing: "A1". Too many: "The transport reference is A1.". "A1" is there with more around it: only the reference itself counts.',
    ],
  ];
  for (const [expected, output, f1, feedback] of wrong) {
    it(`${JSON.stringify(expected)} <- ${JSON.stringify(output)}: ${f1.toFixed(2)}`, async () => {
      assert.deepEqual(await scoreWith('exact', expected, output), { score: 0, feedback });
      const result = await scoreWith('f1', expected, output);
      assert.ok(Math.abs(result.score - f1) < 1e-9, `${result.score}`);
      assert.equal(result.feedback, feedback);
    });
  }

  it('does not care for the order, for doubles and for how the list is written', async () => {
    const references = fc.uniqueArray(fc.stringMatching(/^[A-Z]{2}[0-9]{3,8}$/), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(references, fc.nat(), fc.constantFrom('json', 'lines', 'commas', 'bullets'), async (expected, turn, form) => {
        const turned = [...expected.slice(turn % expected.length), ...expected, ...expected.slice(0, turn % expected.length)].map((text) => text.toLowerCase());
        const output =
          form === 'json'
            ? JSON.stringify(turned)
            : form === 'bullets'
              ? turned.map((text) => `- ${text}`).join('\n')
              : turned.join(form === 'lines' ? '\n' : ', ');
        assert.equal((await scoreWith('exact', expected, output)).score, 1);
        assert.equal(
          (await scoreWith('exact', expected, turned.slice(1, expected.length))).score,
          expected.length === 1 ? 0 : new Set(turned.slice(1, expected.length)).size === expected.length ? 1 : 0,
        );
      }),
    );
  });

  it('has one normal form', () => {
    for (const text of ['\u1fe2', 'A \u0301', '\u0390-1']) assert.equal(normaliseReference(normaliseReference(text)), normaliseReference(text));
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(normaliseReference(normaliseReference(text)), normaliseReference(text))));
  });

  it('refuses tasks without a set when the benchmark is read', () => {
    const settings = { kind: 'set', measure: 'exact' } as const;
    checkTaskForScorer(settings, task([]));
    assert.throws(() => checkTaskForScorer(settings, task({ a: 1 })), { failureType: 'input.invalid', message: /"t1" is no text and no list of texts/ });
    assert.throws(() => checkTaskForScorer(settings, { id: 't1', input: 'Q' }), { failureType: 'input.invalid', message: /"t1" has no expected answer/ });
  });
});
