// The system prompt that GAIA publishes for its evaluations, and the answer that it asks for.

/**
 * The words of GAIA's own system prompt (Mialon et al., 2023, arXiv 2311.12983, figure 2; also on the leaderboard's page,
 * huggingface.co/spaces/gaia-benchmark/leaderboard): part of the protocol, so they are not ours to change. Put them into the agent's system
 * message, or into a module where they shall be optimized.
 */
export const GAIA_PROMPT = [
  'You are a general AI assistant. I will ask you a question. Report your thoughts, and finish your answer with the following template: FINAL ANSWER: [YOUR FINAL ANSWER].',
  'YOUR FINAL ANSWER should be a number OR as few words as possible OR a comma separated list of numbers and/or strings.',
  "If you are asked for a number, don't use comma to write your number neither use units such as $ or percent sign unless specified otherwise.",
  "If you are asked for a string, don't use articles, neither abbreviations (e.g. for cities), and write the digits in plain text unless specified otherwise.",
  'If you are asked for a comma separated list, apply the above rules depending of whether the element to be put in the list is a number or a string.',
].join(' ');

const TEMPLATE = /FINAL ANSWER\s*:/gi;

export interface FinalAnswer {
  readonly text: string;
  /** Whether the output had the template's words. */
  readonly marked: boolean;
}

/**
 * What stands after the last `FINAL ANSWER:` (in any case): the first line that is not blank, without Markdown's `**` around it. An output
 * without these words is the answer as a whole.
 */
export function finalAnswer(output: string): FinalAnswer {
  const last = [...output.matchAll(TEMPLATE)].at(-1);
  if (last === undefined) return { text: output, marked: false };
  const rest = output
    .slice(last.index + last[0].length)
    .trimStart()
    .replace(/^\*\*/, '');
  const [line = ''] = rest.trimStart().split(/\r?\n/, 1);
  return { text: line.trimEnd().replace(/\*\*$/, '').trimEnd(), marked: true };
}
