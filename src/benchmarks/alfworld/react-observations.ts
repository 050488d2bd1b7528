// What the published ReAct agents are shown of a game.

/**
 * As in the code of Yao et al. (ReAct, arXiv 2210.03629): without the title, and without "You arrive at loc 12." before what is seen there.
 */
export function asReactShows(observation: string): string {
  if (observation.startsWith('-= ')) return observation.split('\n\n').slice(1).join('\n');
  return observation.replace(/^You arrive at loc \d+\. /, '');
}
