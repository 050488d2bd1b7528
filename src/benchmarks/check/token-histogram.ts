// The distribution of many lengths in little memory.

/** Characters a token, the project's rule of thumb for texts of any kind. */
const CHARACTERS = 4;
/** Up to here every length has a bucket of its own; above, each is 1 % wide. */
const EXACT = 512;
const GROWTH = Math.log(1.01);

export interface LengthDistribution {
  readonly count: number;
  readonly mean: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  readonly total: number;
}

/** Tokens of a text, estimated. */
export function estimatedTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS);
}

/** Counts lengths; quantiles are exact up to 512 and within 1 % above. */
export class LengthHistogram {
  private readonly buckets: number[] = [];
  private count = 0;
  private total = 0;
  private max = 0;

  /** @param length a whole number from 0. */
  add(length: number): void {
    const bucket = length <= EXACT ? length : EXACT + Math.ceil(Math.log(length / EXACT) / GROWTH);
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.count++;
    this.total += length;
    this.max = Math.max(this.max, length);
  }

  /** Undefined if nothing was counted. */
  distribution(): LengthDistribution | undefined {
    if (this.count === 0) return undefined;
    return { count: this.count, mean: this.total / this.count, median: this.quantile(0.5), p95: this.quantile(0.95), max: this.max, total: this.total };
  }

  /** The smallest length that at least the share of all do not exceed. */
  private quantile(share: number): number {
    let left = share * this.count;
    for (const [bucket, count = 0] of this.buckets.entries()) {
      left -= count;
      if (left <= 1e-9) return Math.min(this.max, bucket <= EXACT ? bucket : Math.round(EXACT * Math.exp((bucket - EXACT) * GROWTH)));
    }
    return this.max;
  }
}
