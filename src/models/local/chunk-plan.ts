// Where a prompt is cut for evaluation. Pure.
//
// A token's state in the model's memory (its keys and values) comes out with other last bits when it is evaluated alone than in a batch: the kernels
// add up in another order. So the cuts are a function of the prompt alone, and what is in memory is used again only chunk by chunk. A warm request
// then runs exactly the evaluations of a cold one, less the leading ones, and its answer has the same bytes.

/** Tokens that are evaluated in one batch. */
export interface Chunk {
  readonly tokens: readonly number[];
  /** Equal for equal tokens: comparing strings is faster. */
  readonly key: string;
}

/**
 * Every segment is cut into chunks of `chunkTokens`, its last one shorter: a prompt that shares whole leading segments with another shares all of
 * their chunks. Empty segments vanish.
 *
 * @example planChunks([[1, 2, 3], [4, 5]], 2) // chunks of tokens [1, 2], [3], [4, 5]
 */
export function planChunks(segments: readonly (readonly number[])[], chunkTokens: number): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (const segment of segments) {
    for (let start = 0; start < segment.length; start += chunkTokens) {
      const tokens = segment.slice(start, start + chunkTokens);
      chunks.push({ tokens, key: tokens.join(' ') });
    }
  }
  return chunks;
}

/**
 * How many leading chunks of the plan need no evaluation when `loaded` is in memory. Never all: the last one is evaluated for the first token that
 * follows it.
 */
export function reusableChunks(plan: readonly Chunk[], loaded: readonly Chunk[]): number {
  const most = Math.min(plan.length - 1, loaded.length);
  let count = 0;
  while (count < most && plan[count]?.key === loaded[count]?.key) count += 1;
  return Math.max(0, count);
}

export function countTokens(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.tokens.length, 0);
}
