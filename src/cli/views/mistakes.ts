// What the champion still gets wrong. Pure.

import pc from 'picocolors';
import type { TaskResult } from '../../web/report-data.js';
import { cutLine } from './lines.js';

/** Tasks that are shown; the report has them all. */
const SHOWN = 4;

/** A few of the tasks it fails, with what it answered; empty when it fails none. */
export function mistakes(tasks: { readonly split: string; readonly results: readonly TaskResult[] }, columns: number): string {
  const failing = tasks.results.filter((result) => result.after.score < 1 - 1e-9);
  if (failing.length === 0) return '';
  const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  // Tasks that are acted out have no expected answer: what was said of the attempt says more than its output.
  const gotOf = ({ expected, after: { output, words, failed } }: TaskResult) =>
    failed
      ? `failed: ${oneLine(words)}`
      : expected === ''
        ? oneLine(words) || `got ${oneLine(output)}`
        : `wanted ${oneLine(expected)}, got ${oneLine(output) || oneLine(words)}`;
  const lines = failing
    .slice(0, SHOWN)
    .flatMap((result) => [cutLine(`    ${pc.dim(result.id)}  ${oneLine(result.input)}`, columns), cutLine(`      ${gotOf(result)}`, columns)]);
  return [`  Still wrong on ${failing.length} of ${tasks.results.length} ${tasks.split} tasks${failing.length > SHOWN ? ', among them' : ''}:`, ...lines].join(
    '\n',
  );
}
