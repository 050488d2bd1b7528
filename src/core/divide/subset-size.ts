// How many tasks a subset may have, so that its trajectories fit into the optimizer's prompt.

export interface SubsetSizeOptions {
  /** Tasks at most. Default 16. */
  readonly maxTasks?: number;
  /** The optimizer model's context window, in tokens. */
  readonly contextTokens: number;
  /** The share of that window that a subset's trajectories may fill, in (0, 1]. Default 0.25. */
  readonly share?: number;
  /** The measured mean length of a trajectory, in tokens, above 0. */
  readonly tokensPerTrajectory: number;
}

/**
 * How many tasks a subset may have, so that an optimizer call that shows all its trajectories stays well inside the
 * context: min(maxTasks, floor(share * contextTokens / tokensPerTrajectory)), at least 1.
 *
 * @throws RangeError if a quantity is not a positive number, or the share is above 1.
 * @example subsetSize({ contextTokens: 32_768, tokensPerTrajectory: 1_000 }) // 8
 */
export function subsetSize({ maxTasks = 16, contextTokens, share = 0.25, tokensPerTrajectory }: SubsetSizeOptions): number {
  for (const [name, value] of Object.entries({ maxTasks, contextTokens, share, tokensPerTrajectory })) {
    if (!(Number.isFinite(value) && value > 0)) throw new RangeError(`${name} is ${value}: it must be a number above 0.`);
  }
  if (share > 1) throw new RangeError(`share is ${share}: it must be at most 1.`);
  return Math.max(1, Math.min(Math.floor(maxTasks), Math.floor((share * contextTokens) / tokensPerTrajectory)));
}
