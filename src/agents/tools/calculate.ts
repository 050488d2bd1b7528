// A tool that works out arithmetic exactly as far as that goes. Expressions are read, never run as code.

import { z } from 'zod';
import { tool, type Tool } from '../tool.js';
import { evaluate } from './expression.js';

export function calculateTool(): Tool {
  return tool({
    name: 'calculate',
    description:
      'Works out an arithmetic expression, such as "round((1234.5 - 17) * 3 / 7, 2)" or "2^100 mod 97". Has + - * / mod ^ ! and brackets, pi and e, and sqrt, cbrt, abs, round(x, digits), floor, ceil, trunc, min, max, sum, mean, median, gcd, lcm, exp, ln, log10, log2, log(x, base), sin, cos, tan, asin, acos, atan, atan2, degrees, radians, factorial, comb, perm. Angles are in radians.',
    version: '1',
    parameters: z.object({ expression: z.string().min(1).max(2_000) }),
    run: ({ expression }) => evaluate(expression),
  });
}
