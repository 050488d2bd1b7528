// Plain tables: two spaces in, no rules, numbers to the right. Pure.

import Table from 'cli-table3';
import pc from 'picocolors';
import { widthOf } from './lines.js';

const GAP = '  ';
const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: GAP,
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
};

/** `right`: from this column on, cells stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], right = head.length): string {
  const made = new Table({
    head: head.map((cell) => pc.dim(cell)),
    chars: PLAIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, index) => (index >= right ? 'right' : 'left')),
  });
  for (const row of rows) made.push([...row]);
  return made.toString().replaceAll(/ +$/gm, '');
}

/** Columns of its widest line. */
export function tableWidth(text: string): number {
  return Math.max(0, ...text.split('\n').map(widthOf));
}
