// A forecast's figures as people read them: the likely one first.

import type { Range } from '../../config/forecast.js';

/** 628 (0 to 2,256). */
export function likelyRange({ low, likely, high }: Range, show: (value: number) => string): string {
  return low === high ? show(low) : `${show(likely)} (${show(low)} to ${show(high)})`;
}
