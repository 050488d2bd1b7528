// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluate } from '../../../src/agents/tools/expression.js';

describe('the calculator', () => {
  const table: readonly (readonly [expression: string, value: string])[] = [
    ['1 + 2 * 3', '7'],
    ['-2^2', '-4'],
    ['2^-1', '0.5'],
    ['2^3^2', '512'],
    ['2**3', '8'],
    ['0.1 + 0.2', '0.3'],
    ['0.30000000000000004', '0.30000000000000004'],
    ['1/3', '0.333333333333333'],
    ['1/7*7', '1'],
    ['9999999999999999 * 3', '29999999999999997'],
    ['2^100 mod 97', '16'],
    ['-7 mod 3', '2'],
    ['50% * 8', '4'],
    ['5!', '120'],
    ['3 × 4 ÷ 2 − 1', '5'],
    ['round((1234.5 - 17) * 3 / 7, 2)', '521.79'],
    ['round(2.5)', '3'],
    ['round(-2.5)', '-3'],
    ['round(1.005, 2)', '1.01'],
    ['round(1234567, -3)', '1235000'],
    ['floor(-0.5)', '-1'],
    ['ceil(7/2)', '4'],
    ['trunc(-2.7)', '-2'],
    ['sqrt(16/9) * 3', '4'],
    ['sqrt(2)', '1.4142135623731'],
    ['log(8, 2)', '3'],
    ['sin(pi/2) + cos(0)', '2'],
    ['comb(5, 2) + perm(5, 2)', '30'],
    ['gcd(12, 18) + lcm(4, 6)', '18'],
    ['mean(1, 2, 4.5) + median(3, 1, 2, 10)', '5'],
    ['max(1, 3, 2) - min(4, 2)', '1'],
    ['1.5e-3', '0.0015'],
    ['2^5000 / 2^5000', 'error: The result is too large.'],
  ];
  const answer = (expression: string) => {
    try {
      return evaluate(expression);
    } catch (error) {
      return `error: ${(error as Error).message}`;
    }
  };
  for (const [expression, value] of table) it(`${expression} = ${value}`, () => assert.equal(answer(expression), value));

  it('says what is wrong and where', () => {
    for (const [expression, message] of [
      ['1,234', '"," at character 2 is not expected there.'],
      ['(1 + 2', 'The expression ends too early.'],
      ['', 'The expression ends too early.'],
      ['2 3', '"3" at character 3 is not expected there.'],
      ['1 + $5', '"$5" at character 5 is not understood.'],
      ['1 / (2 - 2)', 'Division by zero.'],
      ['sqrt(-1)', 'The square root of a negative number is no real number.'],
      ['sqrt 2', '"sqrt" needs brackets: sqrt(...).'],
      ['sqrt(1, 2)', '"sqrt" needs 1 argument, not 2.'],
      ['factorial(2.5)', '"factorial" needs a whole number of at most 10,000 there.'],
      ['ln(-1)', 'The result is not a number.'],
      [`${'('.repeat(200)}1`, 'More than 100 brackets are open.'],
      [`2${'^2'.repeat(200)}`, 'More than 100 powers stand in each other.'],
    ] as const)
      assert.equal(answer(expression), `error: ${message}`);
    assert.match(answer('process.exit(1)'), /"\.exit\(1\)" at character 8 is not understood/);
    assert.match(answer('constructor(1)'), /"constructor" at character 1 is unknown\. Known are: pi, /);
  });

  it('agrees with exact arithmetic of whole numbers', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (left, right) => {
        assert.equal(evaluate(`(${left}) * (${right}) - (${right})`), String(left * right - right));
        if (right !== 0n) assert.equal(evaluate(`(${left} * ${right}) / (${right})`), String(left));
      }),
      { numRuns: 100 },
    );
  });
});
