// Numbers as people read them. Every score has its n and an interval.

import type { Score } from '../../core/events.js';
import { counted as plural } from '../../core/sentences.js';
import { wilsonIntervalOfMean } from '../../core/statistics/interval.js';

/** 12,345. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** 1 finalist, 12 finalists. */
export function counted(value: number, noun: string): string {
  return plural(value, noun, count(value));
}

/** 812, 12.3k, 4.6M. */
export function tokens(value: number): string {
  if (value < 10_000) return count(value);
  return value < 1_000_000 ? `${(value / 1_000).toFixed(1)}k` : `${(value / 1_000_000).toFixed(2)}M`;
}

export function dollars(value: number): string {
  return value === 0 ? '$0' : value < 0.01 ? `$${value.toFixed(4)}` : `$${value.toFixed(2)}`;
}

/** 4s, 3m 07s, 2h 05m. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${String(seconds % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
}

/** 0.625. */
export function mean(score: Score): string {
  return score.mean.toFixed(3);
}

/**
 * 0.625 [0.45, 0.77] n=32: the 95 % Wilson interval of the mean. Exact in kind for scores of 0 and 1; for scores between
 * it is too wide rather than too narrow, since no score in [0, 1] varies more than one of 0 and 1 with the same mean.
 */
export function scored(score: Score): string {
  if (score.n === 0) return '-';
  const { low, high } = wilsonIntervalOfMean(score.mean, score.n);
  return `${mean(score)} [${low.toFixed(2)}, ${high.toFixed(2)}] n=${count(score.n)}`;
}
