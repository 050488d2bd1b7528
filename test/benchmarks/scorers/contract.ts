// What holds for every scorer.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Scorer } from '../../../src/benchmarks/scorers/scorer.js';
import type { Json } from '../../../src/core/json.js';
import type { Task } from '../../../src/core/task.js';
import type { ModelSession } from '../../../src/models/gateway.js';

export interface ScorerCase {
  readonly create: () => Scorer;
  /** A task, an output that deserves a full score, and one that does not. */
  readonly task: Task;
  readonly right: Json;
  readonly wrong: Json;
  readonly session?: ModelSession;
}

const BAD_OUTPUTS: readonly Json[] = [
  '',
  ' ',
  '\u0000',
  '\ud83d',
  '{',
  '}{',
  '```json\n',
  '{"a":',
  'NaN',
  'Infinity',
  '1e999',
  '-',
  '%',
  '...',
  null,
  true,
  false,
  0,
  -0,
  1e308,
  [],
  {},
  [null],
  [[[]]],
  { score: 1 },
  { __proto__: 1 },
  'x'.repeat(300_000),
  '{'.repeat(50_000),
  '"'.repeat(50_000),
  '1,'.repeat(50_000),
  '- '.repeat(50_000),
  '`'.repeat(50_000),
  '😀'.repeat(20_000),
  Array.from({ length: 1_000 }, () => ({ a: 1 })),
];

/** A model that repeats itself, and then says something else: what only looks for an end must not look along every run. */
const REPEATED = [
  '"',
  "'",
  '.',
  ' ',
  '\n',
  '\t',
  '\u00A0',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '-',
  '*',
  '`',
  '_',
  ':',
  ';',
  ',',
  '!',
  '\\',
  '<',
  '#',
  '0',
  '1,',
  '1 ',
  'a=',
  'f(',
  '[1,',
  '{"a":',
];
const INNER_RUNS = REPEATED.map((unit) => `x${unit.repeat(60_000)}y`);

export function scorerContract(name: string, { create, task, right, wrong, session }: ScorerCase): void {
  describe(`scorer contract: ${name}`, () => {
    let scorer: Scorer;
    before(() => {
      scorer = create();
    });
    after(() => scorer.close());
    const score = (output: Json) => scorer.score({ task, output, trajectory: { output } }, session);

    it('says what it is', () => {
      assert.notEqual(scorer.kind, '');
      assert.notEqual(scorer.version, '');
      assert.equal(scorer.usesModel, session !== undefined);
    });

    it('gives a right output 1', async () => assert.equal((await score(right)).score, 1));

    it('gives a wrong output less, and says why', async () => {
      const result = await score(wrong);
      assert.ok(result.score < 1);
      assert.ok((result.feedback ?? '').length > 10, result.feedback);
    });

    async function holds(output: Json): Promise<void> {
      const begun = performance.now();
      const result = await score(output);
      const taken = performance.now() - begun;
      const shown = JSON.stringify(output).slice(0, 60);
      assert.ok(result.score >= 0 && result.score <= 1, shown);
      assert.ok(taken < 2_000, `${shown} took ${taken} ms`);
      if (result.feedback !== undefined) {
        assert.ok(result.feedback.length < 10_000, `${shown}: feedback of ${result.feedback.length} characters`);
        assert.equal(Buffer.from(result.feedback).toString(), result.feedback, `${shown}: feedback that cannot be stored`);
      }
    }

    it('takes every output, however bad, in time', async () => {
      for (const output of [...BAD_OUTPUTS, ...INNER_RUNS]) await holds(output);
    });

    it('takes any JSON and any text', async () => {
      await fc.assert(fc.asyncProperty(fc.oneof(fc.jsonValue() as fc.Arbitrary<Json>, fc.string({ unit: 'binary' })), holds), { numRuns: 200 });
    });

    it('gives the same output the same result, also side by side', async () => {
      const [first, ...others] = await Promise.all([score(wrong), score(wrong), score(wrong)]);
      for (const other of others) assert.deepEqual(other, first);
    });

    it('can be closed twice', async () => {
      const other = create();
      await other.close();
      await other.close();
    });
  });
}
